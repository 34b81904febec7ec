/** The Docker engine: found, installed or explained; and what the commands ask it. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Problem, progress } from "./command";
import { capture, type Result } from "./process";

/** The engine everything is deployed on; fixed, because another shell's DOCKER_HOST must not lose a deployment. */
export const DOCKER_HOST = "unix:///var/run/docker.sock";
const DAEMON_LOG = "/var/log/dockerd.log";

/** Runs the docker client on that engine. */
export function docker(args: readonly string[], options: { timeout?: number; input?: string } = {}): Promise<Result> {
    return capture("docker", ["-H", DOCKER_HOST, ...args], options);
}

/** Like `docker`, for commands that have to succeed. */
export async function dockerOutput(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await docker(args);
    if (code !== 0) {
        throw new Problem(`docker ${args[0]} failed: ${stderr.trim()}`);
    }
    return stdout.trim();
}

/**
 * Makes sure that an engine answers. On Debian and Ubuntu, as root, it is installed and started if need be.
 * @throws Problem that says what to do
 */
export async function ensureDocker(): Promise<void> {
    const first = await ask();
    if (first.code === 0) {
        return;
    }
    if (/permission denied/i.test(first.stderr)) {
        throw new Problem(`Docker runs, but ${os.userInfo().username} may not use it. Add yourself to its group and log in again: sudo usermod -aG docker ${os.userInfo().username}`);
    }
    if (process.platform !== "linux" || process.getuid?.() !== 0 || !(await isDebianLike())) {
        const installed = first.code !== 127;
        throw new Problem(
            installed
                ? `Docker does not answer at ${DOCKER_HOST}. Start it (sudo systemctl start docker, or Docker Desktop) and run this again.\n  ${first.stderr.trim()}`
                : "Docker is not installed. Install it as its documentation says and run this again; on Debian and Ubuntu this command does it when run as root.",
        );
    }
    if (!(await onPath("dockerd"))) {
        await aptInstall(["docker.io", "iptables"]);
    }
    await startDaemon();
}

function ask(): Promise<Result> {
    return docker(["version", "--format", "{{.Server.Version}}"], { timeout: 20_000 });
}

async function isDebianLike(): Promise<boolean> {
    return fs.existsSync("/etc/debian_version") && (await onPath("apt-get"));
}

/** Whether a program can be run by its name. */
export function onPath(program: string): Promise<boolean> {
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    return Promise.resolve(folders.some(folder => fs.existsSync(path.join(folder, program))));
}

/** Installs Debian packages, as root. */
export async function aptInstall(packages: readonly string[]): Promise<void> {
    progress(`Installing ${packages.join(", ")} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    // Another apt may be running on a fresh machine; waiting for its lock beats failing.
    const options = ["-qq", "-o", "DPkg::Lock::Timeout=120"];
    const update = await capture("apt-get", [...options, "update"], { env });
    const install = await capture("apt-get", [...options, "install", "-y", "--no-install-recommends", ...packages], { env });
    if (install.code !== 0) {
        const said = [update.stderr, install.stderr].join("\n").trim().split("\n").slice(-6).join("\n  ");
        throw new Problem(`Debian's packages ${packages.join(", ")} could not be installed:\n  ${said}`);
    }
}

async function startDaemon(): Promise<void> {
    progress("Starting Docker …");
    const logged = fs.statSync(DAEMON_LOG, { throwIfNoEntry: false })?.size ?? 0;
    let ended = false;
    if (fs.existsSync("/run/systemd/system")) {
        await capture("systemctl", ["start", "docker"]);
    } else {
        const log = fs.openSync(DAEMON_LOG, "a");
        // In a session of its own, so that it outlives this command and its terminal.
        spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] })
            .on("error", () => (ended = true))
            .on("exit", () => (ended = true))
            .unref();
        fs.closeSync(log);
    }
    for (let waited = 0; waited < 60 && !ended; waited++) {
        if ((await ask()).code === 0) {
            return;
        }
        await new Promise(resolve => setTimeout(resolve, 1000));
    }
    const lines = fs.existsSync(DAEMON_LOG) ? fs.readFileSync(DAEMON_LOG).subarray(logged).toString("utf8") : "";
    const tail = lines.trim().split("\n").slice(-8).join("\n  ");
    throw new Problem(`Docker was started but ${ended ? "ended at once" : "does not answer after a minute"}. Its last lines (${DAEMON_LOG}):\n  ${tail}`);
}

/** Whether the engine has the image. */
export async function hasImage(reference: string): Promise<boolean> {
    return (await docker(["image", "inspect", "--format", "{{.Id}}", reference])).code === 0;
}
