/**
 * What people meet before anything is deployed: help, missing programs, a port that is taken, a passphrase, a backend
 * of their own. Each ends in one message that says what to do; nothing is made that was not asked for.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { LOCAL_DOCKER } from "../../../components/docker/dockerHost";
import { Docker } from "../../../scripts/docker/docker";
import { checkPort } from "../../../scripts/docker/port";
import { capture } from "../../../scripts/terminal/process";
import { waitFor } from "../../support/deploy/waitFor";
import { expectNoTrace, runWith, said, shell, shellEnv } from "../../support/deploy/shell";
import { docker } from "../../support/deploy/docker";
import { Workspace } from "../../support/deploy/workspace";

const CHECKOUT = path.resolve(__dirname, "../../..");

let workspace: Workspace;
let tools: string;

beforeAll(async () => {
    workspace = await Workspace.create("jupyterhub:users: [ada]");
    tools = folder("tools");
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
        fs.symlinkSync(stdout.trim(), path.join(tools, program));
    }
    fs.symlinkSync(process.execPath, path.join(tools, "node"));
});
afterAll(() => workspace?.remove());

function folder(name: string): string {
    const made = path.join(workspace.folder, name);
    fs.mkdirSync(made, { recursive: true });
    return made;
}

/** A folder for the front of PATH with a `docker` of ours; `script` is what it does, in sh. */
function fakeDocker(name: string, script: string): string {
    const bin = folder(name);
    fs.writeFileSync(path.join(bin, "docker"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return bin;
}

/** Nothing was deployed, and no passphrase or state made for it. */
function expectNothingMade(): void {
    expect(fs.existsSync(path.join(workspace.folder, "data"))).toBe(false);
    expect(fs.readFileSync(workspace.stackFile, "utf8")).not.toContain("encryptionsalt");
    expect(workspace.objects()).toEqual({ containers: [], networks: [], volumes: [] });
}

describe("--help", () => {
    const scripts = (
        JSON.parse(fs.readFileSync(path.join(CHECKOUT, "package.json"), "utf8")) as { scripts: Record<string, string> }
    ).scripts;
    const commands = Object.keys(scripts).filter(name => scripts[name] === `node scripts/run.mjs ${name}`);

    it.each(commands)("of %s needs nothing but npm's packages, and does nothing", async name => {
        const clone = folder(`clone-${name}`);
        fs.cpSync(path.join(CHECKOUT, "scripts"), path.join(clone, "scripts"), { recursive: true });
        fs.cpSync(path.join(CHECKOUT, "components"), path.join(clone, "components"), { recursive: true });
        for (const file of ["package.json", "package-lock.json", "tsconfig.json"]) {
            fs.copyFileSync(path.join(CHECKOUT, file), path.join(clone, file));
        }
        fs.symlinkSync(path.join(CHECKOUT, "node_modules"), path.join(clone, "node_modules"));
        const home = folder(`home-${name}`);
        const before = fs.readdirSync(clone);
        for (const flag of ["--help", "-h"]) {
            const env = {
                PATH: tools,
                HOME: home,
                npm_config_cache: folder("npm-cache"),
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
        expect(fs.readdirSync(home)).toEqual([]);
    });
});

it.each([
    ["status", "--wide"],
    ["purge", "--force"],
    ["env", "dev"],
    ["test", "everything"],
])("an argument that %s does not know is refused: %s", async (name, argument) => {
    const result = await workspace.run(
        name,
        ...(["env", "test"].includes(name) ? [argument] : [workspace.stack, argument]),
    );
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(argument);
    expect(result.stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
    expectNoTrace(result.stderr);
    expectNothingMade();
});

it.each(["status", "down", "purge"])("%s of a stack that was never deployed says so, and makes nothing", async name => {
    const result = await workspace.run(name, workspace.stack);
    expect(result.code).toBe(name === "status" ? 1 : 0);
    expect(result.stderr).toMatch(/is not deployed|has no data/);
    expectNoTrace(said(result));
    expectNothingMade();
});

describe("a port that is taken", () => {
    it("by another program: it is named before Pulumi starts", async () => {
        const server = net.createServer();
        await new Promise<void>(resolve => server.listen(workspace.port, "127.0.0.1", resolve));
        const result = await workspace.run("up", workspace.stack);
        await new Promise(resolve => server.close(resolve));
        const program = fs.readFileSync(`/proc/${process.pid}/comm`, "utf8").trim();
        expect(result).toEqual({
            code: 1,
            stdout: "",
            stderr:
                `Port ${workspace.port} on 127.0.0.1 is held by ${program} (pid ${process.pid}). End it, or give ` +
                `this stack another port: jupyterhub:listen: 127.0.0.1:${workspace.port + 1}\n`,
        });
        expectNothingMade();
    });

    it("by another container: it is named", async () => {
        const name = `${workspace.stack}other`;
        docker(
            "run",
            "--detach",
            "--rm",
            "--name",
            name,
            "--publish",
            `127.0.0.1:${workspace.port}:80`,
            "jupyterhub-base:bookworm",
            "sleep",
            "3600",
        );
        try {
            const result = await workspace.run("up", workspace.stack);
            expect({ ...result, code: result.code }).toMatchObject({ code: 1, stdout: "" });
            expect(result.stderr).toContain(`is held by the container ${name}.`);
        } finally {
            docker("rm", "--force", name);
        }
        expectNothingMade();
    });
});

describe("a port that is taken on another address", () => {
    it("by a container: the program that has this one is named", async () => {
        const name = `${workspace.stack}other`;
        docker(
            "run",
            "--detach",
            "--rm",
            "--name",
            name,
            "--publish",
            `127.0.0.2:${workspace.port}:80`,
            "jupyterhub-base:bookworm",
            "sleep",
            "3600",
        );
        const server = net.createServer();
        await new Promise<void>(resolve => server.listen(workspace.port, "127.0.0.1", resolve));
        try {
            const { code, stderr } = await workspace.run("up", workspace.stack);
            expect({ code, stderr }).toEqual({
                code: 1,
                stderr: expect.stringContaining(
                    `on 127.0.0.1 is held by ${fs.readFileSync(`/proc/${process.pid}/comm`, "utf8").trim()} ` +
                        `(pid ${process.pid}).`,
                ) as string,
            });
        } finally {
            await new Promise(resolve => server.close(resolve));
            docker("rm", "--force", name);
        }
        expectNothingMade();
    });

    it("by others: the stack's own container is found among them, and only who has the address counts", async () => {
        const listen = (ip: string) => ({ ip, port: workspace.port });
        const [ours, other] = [`${workspace.stack}ours`, `${workspace.stack}other`];
        const publish = (name: string, ip: string) =>
            docker(
                "run",
                "--detach",
                "--rm",
                "--name",
                name,
                "--publish",
                `${ip}:${workspace.port}:80`,
                "jupyterhub-base:bookworm",
                "sleep",
                "3600",
            );
        publish(ours, "127.0.0.1");
        publish(other, "127.0.0.2");
        const server = net.createServer();
        await new Promise<void>(resolve => server.listen(workspace.port, "127.0.0.3", resolve));
        try {
            await checkPort(new Docker(LOCAL_DOCKER), listen("127.0.0.1"), [ours]);
            await checkPort(new Docker(LOCAL_DOCKER), listen("0.0.0.0"), [ours]);
            await checkPort(new Docker(LOCAL_DOCKER), listen("127.0.0.4"));
            await expect(checkPort(new Docker(LOCAL_DOCKER), listen("127.0.0.2"), [ours])).rejects.toThrow(
                `is held by the container ${other}.`,
            );
            await expect(checkPort(new Docker(LOCAL_DOCKER), listen("127.0.0.3"), [ours])).rejects.toThrow(
                `(pid ${process.pid})`,
            );
        } finally {
            await new Promise(resolve => server.close(resolve));
            docker("rm", "--force", ours, other);
        }
    });
});

describe("a machine that lacks something", () => {
    const refused = async (env: NodeJS.ProcessEnv, message: RegExp) => {
        const result = await runWith(workspace, env, "up", workspace.stack);
        expect(result.stderr).toMatch(message);
        expect(result.code).toBe(1);
        expectNoTrace(said(result));
        expectNothingMade();
    };

    it("the docker command is not installed", async () => {
        const bin = folder("without-docker");
        for (const name of fs.readdirSync(tools).filter(tool => tool !== "docker")) {
            fs.copyFileSync(path.join(tools, name), path.join(bin, name), fs.constants.COPYFILE_FICLONE);
        }
        // But this machine's dockerd runs: nothing is installed or started beside it.
        await refused(
            { PATH: bin },
            /^Docker runs \(dockerd, process \d+\), and there is no docker command on PATH\. Install it .*\n$/,
        );
    });

    it("Docker does not answer", async () => {
        const bin = fakeDocker(
            "not-running",
            'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon ' +
                'running?" >&2; exit 1',
        );
        // Whoever looks finds this machine's dockerd alive all the same.
        await refused(
            { PATH: `${bin}:${tools}` },
            /^Docker runs \(dockerd, process \d+\) and does not answer at unix:\/\/\/var\/run\/docker\.sock\.\n {2}Cannot connect to the Docker daemon/,
        );
    });

    it("Docker is not for this user", async () => {
        const bin = fakeDocker(
            "not-mine",
            'echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1',
        );
        await refused(
            { PATH: `${bin}:${tools}` },
            /^Docker runs, but \S+ may not use it\. Add yourself to its group and log in again: sudo usermod -aG docker \S+\n$/,
        );
    });

    it("no base image can be had", async () => {
        const bin = fakeDocker(
            "no-images",
            `case "$*" in *"image inspect"*) exit 1;; *pull*) echo "dial tcp: no route to host" >&2; exit ` +
                `1;; *) exec ${path.join(tools, "docker")} "$@";; esac`,
        );
        await refused(
            { PATH: `${bin}:${tools}` },
            /The base image debian:bookworm-slim cannot be pulled: dial tcp: no route to host\nGive Docker a way to it \(network\.registryMirror, or `docker load` of a saved copy\), or install mmdebstrap and run this again\.\n$/,
        );
    });

    it("no engine can be had", async () => {
        const nowhere = "http://127.0.0.1:9";
        const env = {
            PATH: tools,
            HOME: folder("empty-home"),
            XDG_CACHE_HOME: folder("empty-cache"),
            HTTPS_PROXY: nowhere,
            https_proxy: nowhere,
            NO_PROXY: "",
            no_proxy: "",
        };
        await refused(
            env,
            /cannot be had: the download failed \(.*\) and it cannot be built here, because .*\. Do one of these and run the command again: /,
        );
    });

    it("plain pulumi without Docker says so too", async () => {
        const env = await shellEnv(workspace);
        const bin = fakeDocker(
            "not-running",
            'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon ' +
                'running?" >&2; exit 1',
        );
        const options = { cwd: workspace.root, env: { ...env, PATH: `${bin}:${env.PATH ?? ""}` } };
        const script =
            `pulumi stack init ${workspace.stack} && echo ${"ab".repeat(32)} | pulumi config set --secret ` +
            "jupyterhub:rootSecret && pulumi preview --non-interactive";
        const result = await capture("bash", ["-c", script], options);
        expect(said(result)).toContain(
            "Docker does not answer at unix:///var/run/docker.sock: Cannot connect to the Docker daemon",
        );
        expect(result.code).not.toBe(0);
        expectNoTrace(said(result));
        await workspace.succeed("pulumi", "stack", "rm", "--yes", "--preserve-config", "--stack", workspace.stack);
    });
});

describe("the passphrase and the backend", () => {
    let fresh: Workspace;
    beforeEach(async () => {
        fresh = await Workspace.create("jupyterhub:users: [ada]");
    });
    afterEach(() => fresh.remove());

    const places = () => {
        const base = path.join(fresh.folder, "data", "jupyterhub-pulumi");
        const own = path.join(base, fs.readdirSync(base)[0]);
        return { passphrase: path.join(own, "passphrase"), state: path.join(own, "state") };
    };

    it("one is made once, for this user's eyes, outside the checkout", async () => {
        const first = await fresh.run("env");
        const { passphrase, state } = places();
        expect(first.stderr).toContain(`Made a passphrase for the stacks' secrets: ${passphrase}. Keep a copy`);
        expect(first.stdout).toContain(`export PULUMI_CONFIG_PASSPHRASE_FILE='${passphrase}'`);
        expect(first.stdout).toContain(`export PULUMI_BACKEND_URL='file://${state}'`);
        expect(passphrase.startsWith(fresh.root)).toBe(false);
        expect((fs.statSync(passphrase).mode & 0o777).toString(8)).toBe("600");
        expect((fs.statSync(path.dirname(passphrase)).mode & 0o777).toString(8)).toBe("700");
        const text = fs.readFileSync(passphrase, "utf8");
        expect((await fresh.run("env")).stderr).toBe("");
        expect(fs.readFileSync(passphrase, "utf8")).toBe(text);
    });

    it("none is made where PULUMI_CONFIG_PASSPHRASE is set, and no state where there is another backend", async () => {
        const elsewhere = folder("elsewhere");
        const { stdout } = await runWith(
            fresh,
            { PULUMI_CONFIG_PASSPHRASE: "mine", PULUMI_BACKEND_URL: `file://${elsewhere}` },
            "env",
        );
        expect(stdout).not.toMatch(/PASSPHRASE|BACKEND/);
        const { passphrase, state } = places();
        expect([fs.existsSync(passphrase), fs.existsSync(state)]).toEqual([false, false]);
        const made = await shell(fresh, `pulumi stack init ${fresh.stack} && pulumi stack ls`, {
            PULUMI_CONFIG_PASSPHRASE: "mine",
            PULUMI_BACKEND_URL: `file://${elsewhere}`,
        });
        expect(made.stdout).toContain(fresh.stack);
        expect(fs.existsSync(path.join(elsewhere, ".pulumi", "stacks", "jupyterhub", `${fresh.stack}.json`))).toBe(
            true,
        );
    });

    it("a log-in to another backend is respected afterwards", async () => {
        const elsewhere = folder("login");
        await fresh.succeed("pulumi", "login", `file://${elsewhere}`);
        expect(await fresh.succeed("env")).not.toContain("PULUMI_BACKEND_URL");
        expect(await fresh.succeed("pulumi", "whoami", "--verbose")).toContain(elsewhere);
        await fresh.succeed("pulumi", "stack", "init", fresh.stack);
        expect(fs.existsSync(path.join(elsewhere, ".pulumi", "stacks", "jupyterhub", `${fresh.stack}.json`))).toBe(
            true,
        );
    });

    it("a checkout that was moved is told to move its folder too, and goes on from there", async () => {
        await fresh.succeed("pulumi", "stack", "init", fresh.stack);
        const old = path.dirname(places().passphrase);
        const root = `${fresh.root}-moved`;
        fs.renameSync(fresh.root, root);
        const run = (...args: string[]) =>
            capture(process.execPath, ["scripts/run.mjs", ...args], { cwd: root, env: fresh.env });
        const refused = await run("env");
        expect(refused).toMatchObject({ code: 1, stdout: "" });
        const own = /xxxxxxxx {2}to {2}(.*)\n/.exec(refused.stderr)?.[1] as string;
        fs.renameSync(old, own);
        const list = await run("pulumi", "stack", "ls");
        expect({ code: list.code, stdout: list.stdout }).toEqual({
            code: 0,
            stdout: expect.stringContaining(fresh.stack) as string,
        });
    });

    it("a file that was encrypted with another passphrase is not given a new one", async () => {
        await fresh.succeed("pulumi", "stack", "init", fresh.stack);
        const { passphrase } = places();
        fs.renameSync(passphrase, `${passphrase}.away`);
        const result = await fresh.run("up", fresh.stack);
        expect(result.code).toBe(1);
        expect(result.stderr).toContain(
            `stacks/Pulumi.${fresh.stack}.yaml: encrypted with a passphrase that this checkout does not have ` +
                `(${passphrase}).`,
        );
        expectNoTrace(said(result));
        expect(fs.existsSync(passphrase)).toBe(false);
        fs.writeFileSync(passphrase, "\n");
        const empty = await fresh.run("up", fresh.stack);
        expect(empty).toMatchObject({
            code: 1,
            stderr: expect.stringContaining(`The passphrase ${passphrase} is empty.`) as string,
        });
        fs.renameSync(`${passphrase}.away`, passphrase);

        const wrong = await runWith(fresh, { PULUMI_CONFIG_PASSPHRASE: "wrong" }, "up", fresh.stack);
        expect(wrong.code).toBe(1);
        expect(wrong.stderr).toContain("incorrect passphrase");
        expect(wrong.stderr).toContain(
            "encrypted with another passphrase than the one in use. Set PULUMI_CONFIG_PASSPHRASE or " +
                "PULUMI_CONFIG_PASSPHRASE_FILE to it.",
        );
        expectNoTrace(said(wrong));
        expect(fresh.objects().containers).toEqual([]);
    });
});

it("Ctrl-C before Pulumi has started ends it at once", async () => {
    const asked = path.join(folder("asked"), "docker");
    const bin = fakeDocker("slow", `touch ${asked}; sleep 3600`);
    const child = spawn(process.execPath, ["scripts/run.mjs", "up", workspace.stack], {
        cwd: workspace.root,
        env: { ...workspace.env, PATH: `${bin}:${process.env.PATH ?? ""}` },
        detached: true,
        stdio: "ignore",
    });
    await waitFor(async () => fs.existsSync(asked), 60, "the question to Docker");
    const ended = new Promise(resolve => child.once("exit", (code, signal) => resolve(signal ?? code)));
    process.kill(-(child.pid as number), "SIGINT");
    expect(await ended).toBe("SIGINT");
});
