import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { beginFirstRun, endFirstRun, isFirstRunKilled } from "../../../../scripts/pulumi/firstRun";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-first-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
jest.mock("../../../../scripts/files/paths", () => ({
    ...jest.requireActual<object>("../../../../scripts/files/paths"),
    dataDir: () => folder,
}));

const note = path.join(folder, "stacks", "lab.first");
const stack = { name: "lab", env: { PATH: "/bin" } };
const begun = (more: object) =>
    fs.writeFileSync(note, JSON.stringify({ pid: 2 ** 22 + 1, hostname: os.hostname(), ...more }));

it("writes the state once, and is known until it has ended", () => {
    expect(isFirstRunKilled("lab")).toBe(false);
    expect(beginFirstRun(stack)).toEqual({ name: "lab", env: { PATH: "/bin", PULUMI_SKIP_CHECKPOINTS: "true" } });
    endFirstRun("lab");
    expect(isFirstRunKilled("lab")).toBe(false);
    endFirstRun("lab"); // Nothing happens.
});

it.each<[string, boolean, object]>([
    ["a process that is gone", true, {}],
    ["this process itself, which has come back to it", true, { pid: process.pid }],
    ["another process that runs", false, { pid: process.ppid }],
    ["another machine", true, { pid: process.ppid, hostname: "another" }],
])("begun by %s was killed: %s", (_, killed, more) => {
    begun(more);
    expect(isFirstRunKilled("lab")).toBe(killed);
});

it("was killed where its note is damaged", () => {
    fs.writeFileSync(note, "{");
    expect(isFirstRunKilled("lab")).toBe(true);
});
