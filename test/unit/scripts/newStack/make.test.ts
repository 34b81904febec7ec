/** A new stack file is written once, and never in place of one. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makeStack, refuseName } from "../../../../scripts/newStack/make";
import { freePort } from "../../../../scripts/newStack/ports";
import { withDefaults } from "../../../../scripts/newStack/questions";

const mockFolder = fs.mkdtempSync(path.join(os.tmpdir(), "new-stack-"));
jest.mock("../../../../scripts/files/paths", () => ({
    ...jest.requireActual<object>("../../../../scripts/files/paths"),
    // Read when it is needed: this stands above the folder.
    get ROOT() {
        return mockFolder;
    },
    dataDir: () => mockFolder,
    stackFile: (stack: string) => `${mockFolder}/stacks/Pulumi.${stack}.yaml`,
}));
beforeAll(() => fs.mkdirSync(path.join(mockFolder, "stacks")));
afterAll(() => fs.rmSync(mockFolder, { recursive: true }));

const stacks = path.join(mockFolder, "stacks");
const make = (stack: string, given = {}) => makeStack({ stack, ...withDefaults(given) });

it("each has a port of its own, though none of them runs", async () => {
    const first = await freePort();
    expect(await make("one")).toEqual({
        file: "stacks/Pulumi.one.yaml",
        next: ["npm run users -- one add NAME…", "npm run doctor -- one", "npm run up -- one"],
    });
    expect(fs.readFileSync(path.join(stacks, "Pulumi.one.yaml"), "utf8")).toContain(`127.0.0.1:${first}\n`);
    expect(await freePort()).toBeGreaterThan(first);
});

it("what has to be put in by hand is among the next steps", async () => {
    const { next } = await make("hub", { login: "oidc", domain: "hub.example.org", people: [{ name: "ada" }] });
    expect(next).toEqual([
        'edit stacks/Pulumi.hub.yaml where it says "<- put yours here"',
        "npm run secret -- hub oidcClientSecret",
        "let hub.example.org lead to this machine, with ports 80 and 443 open",
        "npm run doctor -- hub",
        "npm run up -- hub",
    ]);
});

it("a file that is there stays, and a name that a lost stack had is refused", async () => {
    const file = path.join(stacks, "Pulumi.mine.yaml");
    fs.writeFileSync(file, "mine");
    await expect(make("mine")).rejects.toThrow("There is a stacks/Pulumi.mine.yaml already; nothing was written.");
    expect(fs.readFileSync(file, "utf8")).toBe("mine");
    fs.writeFileSync(path.join(stacks, "lost.json"), "{}"); // The folder of records is beside, by the mock.
    await expect(make("lost")).rejects.toThrow('A stack "lost" was deployed from here, and its file is gone.');
    expect(fs.readdirSync(stacks).filter(name => name.includes("lost"))).toEqual(["lost.json"]);
});

it.each(["../x", "-x", "", "a b", ".hidden", "x".repeat(101)])("%j is no name", name => {
    expect(() => refuseName(name)).toThrow("A stack's name has letters, digits");
});

it("what the schema refuses is not written", async () => {
    const people = [{ name: "a!" }, { name: "b" }, { name: "B" }];
    await expect(make("bad", { people })).rejects.toThrow(
        /2 problems; nothing was changed\.\n.*users\[0\].*\n.*users\[2\]/,
    );
    expect(fs.existsSync(path.join(stacks, "Pulumi.bad.yaml"))).toBe(false);
});

it("homes on the host need accounts or ids", async () => {
    const given = { homes: "host", people: [{ name: "no-such-account-here" }] };
    await expect(make("host", given)).rejects.toThrow("This machine has no account no-such-account-here");
    await make("host", { homes: "host", people: [{ name: "ada", uid: 2001, gid: 2001 }] });
});
