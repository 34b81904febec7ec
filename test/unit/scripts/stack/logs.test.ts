/** Whose log is meant, and what is said where there is none. */
import { noLog, whose } from "../../../../scripts/stack/logs";

const PARTS = ["hub", "proxy", "gate", "launcher"];
const SERVERS = ["ada", "grace", "hub", "ada/work", "eve/lab", "ada/a"];
const read = (given: string) => whose("course", given, SERVERS, PARTS);

it("a person, or a server of theirs; a person may be called like a part", () => {
    expect(["Ada", "ada/work", "person:hub", "person:hub/x", "eve"].map(given => read(given).written)).toEqual([
        "ada",
        "ada/work",
        "hub",
        "hub/x",
        "eve",
    ]);
});

it("nobody of that name", () => {
    expect(() => read("gracee/work")).toThrow(
        '"gracee/work" is neither a person of stacks/Pulumi.course.yaml nor one of hub, proxy, gate, launcher; did ' +
            'you mean "grace"?',
    );
    expect(() => read("prxy")).toThrow('launcher; did you mean "proxy"?');
    expect(() => read("ada/WORK")).toThrow(/^"ada\/WORK": "WORK" is no name of a server; /);
});

it("a server without a container", () => {
    const where = "and with spawning: dynamic a log goes with its server.";
    expect(noLog(read("grace"), SERVERS)).toBe(`grace has no server now, ${where}`);
    expect(noLog(read("ada"), SERVERS)).toBe(`ada has no server now, ${where} There are: ada/a, ada/work.`);
    expect(noLog(read("eve/other"), SERVERS)).toBe(`There is no server eve/other now, ${where} There are: eve/lab.`);
    expect(noLog(read("ada/work"), undefined)).toBe(
        "There is no server ada/work: with spawning: declared everybody has one.",
    );
});
