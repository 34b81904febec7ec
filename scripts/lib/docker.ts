/** The Docker engine: found, installed or explained; and what the commands ask it. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { certificateProblem } from "../../components/certificates";
import { dockerArguments, dockerEnvironment, isRemote, LOCAL_DOCKER, type DockerHost } from "../../components/dockerHost";
import { Problem, progress } from "./command";
import { capture, type Result } from "./process";
import { whyNot } from "./remoteDocker";

const DAEMON_LOG = "/var/log/dockerd.log";

/** The docker command on one engine, whatever the shell's DOCKER_HOST and context say. */
export class Docker {
    constructor(readonly host: DockerHost) {}

    /** Runs `docker ARGS` to its end. */
    run(args: readonly string[], { env, ...options }: { timeout?: number; input?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Result> {
        return capture("docker", [...dockerArguments(this.host), ...args], { ...options, env: { ...dockerEnvironment(process.env), ...env } });
    }

    /** Like `run`, for commands that have to succeed. */
    async output(args: readonly string[]): Promise<string> {
        const { code, stdout, stderr } = await this.run(args);
        if (code !== 0) {
            throw new Problem(`docker ${args[0]} failed: ${stderr.trim()}`);
        }
        return stdout.trim();
    }

    /** Whether the engine has the image. */
    async hasImage(reference: string): Promise<boolean> {
        return (await this.run(["image", "inspect", "--format", "{{.Id}}", reference])).code === 0;
    }
}

/**
 * Makes sure that the engine answers. This machine's own is installed and started if need be, on Debian and Ubuntu as root.
 * @returns the docker command on it
 * @throws Problem that says what to do
 */
export async function ensureDocker(host: DockerHost): Promise<Docker> {
    const wrong = certificateProblem(host);
    if (wrong !== undefined) {
        throw new Problem(wrong);
    }
    const docker = new Docker(host);
    const first = await ask(docker);
    if (first.code === 0) {
        return docker;
    }
    if (isRemote(host)) {
        throw first.code === 127
            ? new Problem(`The docker command is not installed here; it is needed to reach ${host.host}. On Debian and Ubuntu: sudo apt-get install docker-cli (or docker.io)`)
            : await whyNot(host, first.stderr);
    }
    if (/permission denied/i.test(first.stderr)) {
        throw new Problem(`Docker runs, but ${os.userInfo().username} may not use it. Add yourself to its group and log in again: sudo usermod -aG docker ${os.userInfo().username}`);
    }
    if (host.host !== LOCAL_DOCKER.host || process.platform !== "linux" || process.getuid?.() !== 0 || !(await isDebianLike())) {
        const installed = first.code !== 127;
        throw new Problem(
            installed
                ? `Docker does not answer at ${host.host}. Start it (sudo systemctl start docker, or Docker Desktop) and run this again.\n  ${first.stderr.trim()}`
                : "Docker is not installed. Install it as its documentation says and run this again; on Debian and Ubuntu this command does it when run as root.",
        );
    }
    if (!(await onPath("dockerd"))) {
        await aptInstall(["docker.io", "iptables"]);
    }
    await startDaemon(docker);
    return docker;
}

function ask(docker: Docker): Promise<Result> {
    return docker.run(["version", "--format", "{{.Server.Version}}"], { timeout: isRemote(docker.host) ? 60_000 : 20_000 });
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

async function startDaemon(docker: Docker): Promise<void> {
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
        if ((await ask(docker)).code === 0) {
            return;
        }
        await new Promise(resolve => setTimeout(resolve, 1000));
    }
    const lines = fs.existsSync(DAEMON_LOG) ? fs.readFileSync(DAEMON_LOG).subarray(logged).toString("utf8") : "";
    const tail = lines.trim().split("\n").slice(-8).join("\n  ");
    throw new Problem(`Docker was started but ${ended ? "ended at once" : "does not answer after a minute"}. Its last lines (${DAEMON_LOG}):\n  ${tail}`);
}
