/** Service and timer: systemd finds nothing wrong with them, and they are hardened. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ROOT } from "../../../../scripts/files/paths";
import { installTimer, removeTimer, unitFiles } from "../../../../scripts/gitops/units";

const SETTINGS = { stacks: ["lab", "course"], every: 300, root: ROOT, user: "root", node: process.execPath };
const FILES = ["jupyterhub-sync.service", "jupyterhub-sync.timer"];

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-units-"))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function analyze(...args: string[]) {
    const { status, stdout, stderr, error } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
    if (error !== undefined) {
        throw new Error(`systemd-analyze is missing: install systemd (${error.message})`);
    }
    return { status, text: `${stdout}${stderr}`.trim() };
}

function write(settings: Partial<typeof SETTINGS> = {}): string[] {
    const units = unitFiles({ ...SETTINGS, ...settings });
    return Object.entries(units).map(([name, text]) => {
        fs.writeFileSync(path.join(folder, name), text);
        return path.join(folder, name);
    });
}

it("systemd knows every line", () => {
    const files = write();
    expect(files.map(file => path.basename(file))).toEqual(FILES);
    expect(analyze("verify", "--man=no", ...files)).toEqual({ status: 0, text: "" });
});

it("systemd would complain of a line that it does not know", () => {
    const [service, timer] = write();
    fs.appendFileSync(service, "[Service]\nNoSuchThing=yes\n");
    expect(analyze("verify", "--man=no", service, timer).text).toMatch(/Unknown key (name )?'NoSuchThing'/);
});

it("has less than half of the rights that a plain service has", () => {
    const [service] = write();
    const { text } = analyze("security", "--offline=true", "--no-pager", service);
    const exposure = Number(/Overall exposure level for .*?: ([\d.]+)/.exec(text)?.[1]);
    expect(exposure).toBeGreaterThan(0);
    expect(exposure).toBeLessThan(5); // Of a service without a word about it: 9.6.
});

it("says what it runs, for whom, and how often", () => {
    const [service, timer] = Object.values(unitFiles({ ...SETTINGS, user: "hub", every: 600 }));
    expect(service).toContain(
        `\nExecStart="${process.execPath}" "${ROOT}/scripts/run.mjs" "gitops/sync" "lab" "course"\n`,
    );
    expect(service).toContain(`\nUser=hub\nWorkingDirectory=${ROOT}\n`);
    expect(service).toContain("\nDescription=Keeps JupyterHub (lab, course) as its repository says\n");
    expect(timer).toContain("\nOnUnitInactiveSec=600\nRandomizedDelaySec=30\n");
});

it("keeps blanks and percent signs of a folder", () => {
    const root = path.join(folder, "the lab's 100% hub");
    const files = write({ root });
    const [service] = files.map(file => fs.readFileSync(file, "utf8"));
    expect(service).toContain(`WorkingDirectory=${root.replace("%", "%%")}\n`);
    expect(service).toContain(`"${root.replace("%", "%%")}/scripts/run.mjs"`);
    expect(analyze("verify", "--man=no", ...files)).toEqual({ status: 0, text: "" });
});

describe("in systemd's folder", () => {
    const words: string[] = [];
    beforeEach(() => {
        words.length = 0;
        jest.spyOn(console, "error").mockImplementation((line: string) => void words.push(line));
    });
    afterEach(() => jest.restoreAllMocks());

    it("install writes them, again too, and uninstall takes them away", async () => {
        await installTimer(["lab"], 300, folder);
        await installTimer(["lab", "course"], 60, folder);
        expect(fs.readdirSync(folder).sort()).toEqual(FILES);
        expect(fs.readFileSync(path.join(folder, FILES[0]), "utf8")).toContain('"lab" "course"');
        expect(words).toContain(`Wrote ${FILES.join(" and ")} into ${folder}.`);
        await removeTimer(folder);
        await removeTimer(folder);
        expect(fs.readdirSync(folder)).toEqual([]);
    });

    it("another checkout's timer is left alone, unless that checkout is gone", async () => {
        const other = path.join(folder, "other");
        fs.mkdirSync(other);
        write({ root: other });
        const refusal = `${path.join(folder, FILES[0])} belongs to the checkout ${other}.`;
        await expect(installTimer(["lab"], 300, folder)).rejects.toThrow(refusal);
        await expect(removeTimer(folder)).rejects.toThrow(refusal);
        fs.rmdirSync(other);
        await installTimer(["lab"], 300, folder);
        expect(fs.readFileSync(path.join(folder, FILES[0]), "utf8")).toContain(`WorkingDirectory=${ROOT}\n`);
    });
});
