/** `ada` and `ada/work` as arguments of commands. */
import { notStopped, readServer, readServers, refuseUnknown } from "../../../../scripts/stack/serverArgument";

function refusal(act: () => unknown): string {
    try {
        act();
    } catch (error) {
        return (error as Error).message;
    }
    throw new Error("was accepted");
}

it.each([
    ["ada", { person: "ada", written: "ada" }],
    ["ADA", { person: "ada", written: "ada" }],
    ["李 雷", { person: "李 雷", written: "李 雷" }],
    ["ada/work", { person: "ada", server: "work", written: "ada/work" }],
    ["Ａda/w-2", { person: "ada", server: "w-2", written: "ada/w-2" }],
    ["ada／work", { person: "ada", server: "work", written: "ada/work" }],
    [`ada/${"x".repeat(30)}`, { person: "ada", server: "x".repeat(30), written: `ada/${"x".repeat(30)}` }],
])("%s", (given, read) => {
    expect(readServer(given)).toEqual(read);
});

const RULE =
    "is no name of a server; those have small letters a-z and digits, with single dashes between them, and at most " +
    "30 characters";

it.each([
    ["/work", `"/work": before the slash goes a person's name, as in ada/work`],
    ["/", `"/": before the slash goes a person's name, as in ada/work`],
    ["ada/", `"ada/": after the slash goes the name of a server, as in ada/work; or leave the slash out`],
    ["ada/Work", `"ada/Work": "Work" ${RULE}`],
    ["ada/work/x", `"ada/work/x": "work/x" ${RULE}`],
    ["ada/../grace", `"ada/../grace": "../grace" ${RULE}`],
    ["ada/-w", `"ada/-w": "-w" ${RULE}`],
    ["ada/w--x", `"ada/w--x": "w--x" ${RULE}`],
    ["ada/w-", `"ada/w-": "w-" ${RULE}`],
    ["ada/w\n", `"ada/w\\n": "w\\n" ${RULE}`],
    [`ada/${"x".repeat(31)}`, `"ada/${"x".repeat(31)}": "${"x".repeat(31)}" ${RULE}`],
])("%j is refused", (given, why) => {
    expect(refusal(() => readServer(given))).toBe(why);
});

it("several are each read once, and all that is wrong is said", () => {
    expect(readServers(["ada", "Ada", "ada/work", "ada/work"]).map(({ written }) => written)).toEqual([
        "ada",
        "ada/work",
    ]);
    expect(refusal(() => readServers(["ada/A", "grace", "/b"]))).toBe(
        `"ada/A": "A" ${RULE}\n"/b": before the slash goes a person's name, as in ada/work`,
    );
});

it("people whom the stack does not know are named, each once; which servers they have is no matter", () => {
    const servers = ["ada", "ada/work", "grace/lab"];
    expect(() => refuseUnknown(readServers(["ada/other", "grace", "ada"]), "course", servers)).not.toThrow();
    expect(refusal(() => refuseUnknown(readServers(["adda", "eve", "eve/work", "grace"]), "course", servers))).toBe(
        '"adda" is not in the stack "course" as it is deployed; did you mean "ada"?\n' +
            '"eve" is not in the stack "course" as it is deployed.',
    );
});

it("what did not run is said as it was asked for", () => {
    const wanted = readServers(["ada", "grace", "alan/work", "alan/lab"]);
    expect(notStopped(wanted, ["ada/work", "alan/lab"])).toEqual(["grace", "alan/work"]);
    expect(notStopped(wanted, [])).toEqual(["ada", "grace", "alan/work", "alan/lab"]);
    // A person's default server is not one that was asked for by its name.
    expect(notStopped(readServers(["alan/work"]), ["alan"])).toEqual(["alan/work"]);
});
