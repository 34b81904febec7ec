/**
 * What people meet before anything is deployed: help, missing programs, a port that is taken, a passphrase, a backend
 * of their own. Each ends in one message that says what to do; nothing is made that was not asked for.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { capture } from "../../../scripts/terminal/process";
import { CHECKOUT } from "../../support/checkout";
import { waitFor } from "../../support/deploy/waitFor";
import { expectNoTrace, said } from "../../support/deploy/shell";
import { Workspace } from "../../support/deploy/workspace";
import { Before } from "./surroundings/lab";
import { ports } from "./surroundings/ports";
import { machine } from "./surroundings/machine";
import { passphrase } from "./surroundings/passphrase";

const lab = new Before();

beforeAll(async () => {
    lab.workspace = await Workspace.create("jupyterhub:users: [ada]");
    lab.tools = lab.folder("tools");
    for (const program of [
        "bash",
        "sh",
        "env",
        "cat",
        "sed",
        "dirname",
        "uname",
        "git",
        "tar",
        "docker",
        "npm",
        "grep",
        "id",
    ]) {
        const { stdout } = await capture("sh", ["-c", `command -v ${program}`]);
        fs.symlinkSync(stdout.trim(), path.join(lab.tools, program));
    }
    fs.symlinkSync(process.execPath, path.join(lab.tools, "node"));
});
afterAll(() => lab.workspace?.remove());

describe("--help", () => {
    const scripts = (
        JSON.parse(fs.readFileSync(path.join(CHECKOUT, "package.json"), "utf8")) as { scripts: Record<string, string> }
    ).scripts;
    const commands = Object.keys(scripts).filter(name =>
        new RegExp(` scripts/run\\.mjs (development/)?${name}$`).test(scripts[name]),
    );

    it.each(commands)("of %s needs nothing but npm's packages, and does nothing", async name => {
        const clone = lab.folder(`clone-${name}`);
        fs.cpSync(path.join(CHECKOUT, "scripts"), path.join(clone, "scripts"), { recursive: true });
        fs.cpSync(path.join(CHECKOUT, "components"), path.join(clone, "components"), { recursive: true });
        for (const file of ["package.json", "package-lock.json", "tsconfig.json"]) {
            fs.copyFileSync(path.join(CHECKOUT, file), path.join(clone, file));
        }
        fs.symlinkSync(path.join(CHECKOUT, "node_modules"), path.join(clone, "node_modules"));
        const home = lab.folder(`home-${name}`);
        const before = fs.readdirSync(clone);
        for (const flag of ["--help", "-h"]) {
            const env = {
                PATH: lab.tools,
                HOME: home,
                npm_config_cache: lab.folder("npm-cache"),
                npm_config_update_notifier: "false",
            };
            const { code, stdout, stderr } = await capture("npm", ["run", "--silent", name, "--", flag], {
                cwd: clone,
                env,
            });
            expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
            expect(stdout).toMatch(new RegExp(`^Usage: npm (run (--silent )?)?${name}\\b`));
        }
        expect(fs.readdirSync(clone)).toEqual(before);
        // The compiler keeps a copy of its own program; nothing else may be there.
        const made = fs.readdirSync(home, { recursive: true, encoding: "utf8" });
        expect(made.filter(file => !/^\.cache(\/swc-native-\d+(\/|$)|$)/.test(file))).toEqual([]);
    });
});

it.each([
    ["status", "--wide"],
    ["purge", "--force"],
    ["env", "dev"],
    ["test", "everything"],
])("an argument that %s does not know is refused: %s", async (name, argument) => {
    const result = await lab.workspace.run(
        name,
        ...(["env", "test"].includes(name) ? [argument] : [lab.workspace.stack, argument]),
    );
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(argument);
    expect(result.stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
    expectNoTrace(result.stderr);
    lab.expectNothingMade();
});

it.each(["status", "down", "purge"])("%s of a stack that was never deployed says so, and makes nothing", async name => {
    const result = await lab.workspace.run(name, lab.workspace.stack);
    expect(result.code).toBe(name === "status" ? 1 : 0);
    expect(result.stderr).toMatch(/is not deployed|has no data/);
    expectNoTrace(said(result));
    lab.expectNothingMade();
});

it("a preview of a stack that was never deployed shows all that would be made, and makes nothing", async () => {
    const before = fs.readFileSync(lab.workspace.stackFile, "utf8");
    const { code, stdout, stderr } = await lab.workspace.run("preview", lab.workspace.stack);
    expect({ code, stderr }).toEqual({
        code: 0,
        stderr: `The stack "${lab.workspace.stack}" was never deployed. All of this is new:\n`,
    });
    expect(stdout).toMatch(/^\+ 1 added: ada\n\+ new: Gate, Guard, Hub, Proxy, .*\n\+ new images: gate, guard, hub, /);
    // What the program refuses after it has looked at Docker: its message, and nothing of Pulumi's around it.
    fs.writeFileSync(lab.workspace.stackFile, `${before}  jupyterhub:network: { subnet: 172.17.0.0/24 }\n`);
    const refused = await lab.workspace.run("preview", lab.workspace.stack);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^network\.subnet: 172\.17\.0\.0\/24 overlaps .*\n$/);
    fs.writeFileSync(lab.workspace.stackFile, before);
    lab.expectNothingMade();
    expect(fs.readFileSync(lab.workspace.stackFile, "utf8")).toBe(before);
});

ports(lab);
machine(lab);
passphrase(lab);

it("Ctrl-C before Pulumi has started ends it at once", async () => {
    const asked = path.join(lab.folder("asked"), "docker");
    const bin = lab.fakeDocker("slow", `touch ${asked}; sleep 3600`);
    const child = spawn(process.execPath, ["scripts/run.mjs", "up", lab.workspace.stack], {
        cwd: lab.workspace.root,
        env: { ...lab.workspace.env, PATH: `${bin}:${process.env.PATH ?? ""}` },
        detached: true,
        stdio: "ignore",
    });
    await waitFor(async () => fs.existsSync(asked), 60, "the question to Docker");
    const ended = new Promise(resolve => child.once("exit", (code, signal) => resolve(signal ?? code)));
    process.kill(-(child.pid as number), "SIGINT");
    expect(await ended).toBe("SIGINT");
});
