import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { repairBackend } from "../../../../scripts/pulumi/backend";

// Tests may run as root, whom no rights of files stop.
jest.mock("node:fs", () => ({ ...jest.requireActual<typeof fs>("node:fs"), accessSync: jest.fn() }));

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-backend-"));
const states = path.join(folder, ".pulumi", "stacks", "jupyterhub");
const env = { PULUMI_BACKEND_URL: `file://${folder}` };

beforeAll(() => {
    fs.mkdirSync(states, { recursive: true });
    fs.writeFileSync(path.join(states, "course.json"), "{}");
});
afterEach(() => jest.mocked(fs.accessSync).mockReset());
afterAll(() => fs.rmSync(folder, { recursive: true }));

function deny(file: string): void {
    jest.mocked(fs.accessSync).mockImplementation(asked => {
        if (asked === file) {
            throw Object.assign(new Error(`EACCES: permission denied, access '${file}'`), { code: "EACCES" });
        }
    });
}

it("takes a state that this account may read and write", async () => {
    await expect(repairBackend(env)).resolves.toBeUndefined();
});

it.each([
    ["whose folder is another account's", states],
    ["of which another account has written a file", path.join(states, "course.json")],
])("says what to do with a state %s", async (_, file) => {
    deny(file);
    await expect(repairBackend(env)).rejects.toThrow(
        `Pulumi's state in ${folder} is another account's (EACCES: permission denied, access '${file}'). Nothing was ` +
            "changed.\nRun this as that account, or let both accounts use the state: docs/admins.md",
    );
});

describe("what a killed pulumi left", () => {
    const inStates = (name: string) => path.join(states, name);
    const left = () => fs.readdirSync(states).sort();

    const write = () => {
        fs.writeFileSync(inStates("course.json.attrs"), "");
        fs.writeFileSync(inStates("course.json123.tmp"), "{");
    };

    beforeEach(() => {
        write();
        fs.writeFileSync(inStates("whole.json.attrs"), "{}");
    });
    afterEach(() => left().forEach(name => name !== "course.json" && fs.rmSync(inStates(name))));

    it("is removed, also by a run that follows at once", async () => {
        await repairBackend(env);
        expect(left()).toEqual(["course.json", "whole.json.attrs"]);
    });

    it("stays while another run is writing it", async () => {
        const writing = setInterval(write, 50);
        await repairBackend(env).finally(() => clearInterval(writing));
        expect(left()).toEqual(["course.json", "course.json.attrs", "course.json123.tmp", "whole.json.attrs"]);
    });
});
