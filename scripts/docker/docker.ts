/** Docker: finds it, installs and starts it, or says why it does not answer. */
import * as fs from "node:fs";
import { certificateProblem, Docker, reachDaemon } from "../../components/host";
import { type DockerHost, isRemote } from "../../components/docker";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { nextStep } from "./away/dockerDown";
import { lookAround } from "./away/dockerFacts";
import { capture, startDetached, type Result } from "../terminal/process";
import { whyNot } from "./away/remoteDocker";

const DAEMON_LOG = "/var/log/dockerd.log";

export { Docker } from "../../components/host";

/**
 * Makes sure that Docker answers. On this machine it is installed if it is missing (Debian and Ubuntu, as root), and
 * started if no service manager does that.
 * @returns the docker command on it
 * @throws UserError that says what to do
 */
export async function ensureDocker(host: DockerHost): Promise<Docker> {
    const wrong = certificateProblem(host);
    if (wrong !== undefined) {
        throw new UserError(wrong);
    }
    const docker = new Docker(host);
    const first = await ask(docker);
    if (first.code === 0) {
        return docker;
    }
    if (isRemote(host)) {
        throw first.code === 127
            ? new UserError(
                  `The docker command is not installed here; it is needed to reach ${host.host}. On Debian ` +
                      "and Ubuntu: sudo apt-get install docker-cli (or docker.io)",
              )
            : await whyNot(host, first.stderr);
    }
    await bringUp(docker, first);
    return docker;
}

async function ask(docker: Docker): Promise<Result> {
    const timeout = isRemote(docker.host) ? 60_000 : 20_000;
    const result = await reachDaemon(docker, timeout);
    return [0, 127].includes(result.code) || result.stderr !== ""
        ? result
        : { ...result, stderr: `no answer within ${timeout / 1000} s` };
}

/** Installs Debian packages, as root. */
export async function aptInstall(packages: readonly string[]): Promise<void> {
    progress(`Installing ${packages.join(", ")} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    // Another apt may be running on a fresh machine; waiting for its lock beats failing.
    const options = ["-qq", "-o", "DPkg::Lock::Timeout=120"];
    const update = await capture("apt-get", [...options, "update"], { env });
    const install = await capture("apt-get", [...options, "install", "-y", "--no-install-recommends", ...packages], {
        env,
    });
    if (install.code !== 0) {
        const said = [update.stderr, install.stderr].join("\n").trim().split("\n").slice(-6).join("\n  ");
        throw new UserError(`Debian's packages ${packages.join(", ")} could not be installed:\n  ${said}`);
    }
}

/** Seconds that Docker may take to come up; it is asked once a second. */
const PATIENCE = 90;

/**
 * Installs, starts or waits for Docker, as this machine needs it, until it answers. @throws UserError that says why it
 * does not
 */
async function bringUp(docker: Docker, first: Result): Promise<void> {
    let [asked, fresh] = [first, false];
    let started: Started | undefined;
    try {
        for (let waited = 0; waited < PATIENCE && started?.ended() !== true;) {
            const step = nextStep(await lookAround(docker.host, asked, fresh));
            if (step.do === "refuse") {
                throw new UserError(step.why);
            }
            if (step.do === "install") {
                if (fresh) {
                    throw new UserError(
                        "Docker was installed, but dockerd is missing. Install it as its " +
                            "documentation says and run this again.",
                    );
                }
                await aptInstall(["docker.io", "iptables"]);
                fresh = true;
            } else if (step.do === "start" && started === undefined && claimStart()) {
                // Another command may have started it meanwhile.
                if (nextStep(await lookAround(docker.host, asked, fresh)).do === "start") {
                    started = await startBy(step.command);
                }
            } else {
                waited++;
                await new Promise(resolve => setTimeout(resolve, 1000));
            }
            asked = await ask(docker);
            if (asked.code === 0) {
                return;
            }
        }
    } finally {
        releaseStart();
    }
    throw new UserError(
        "Docker was started but " +
            `${started?.ended() === true ? "ended at once" : "does not answer after a minute"}.${lastLines(started)}`,
    );
}

function lastLines(started: Started | undefined): string {
    const lines =
        started === undefined || !fs.existsSync(DAEMON_LOG)
            ? ""
            : fs.readFileSync(DAEMON_LOG).subarray(started.logged).toString("utf8");
    return lines === "" ? "" : ` Its last lines (${DAEMON_LOG}):\n  ${lines.trim().split("\n").slice(-8).join("\n  ")}`;
}

/** A daemon that this command has started. */
interface Started {
    /** Size of the log before it was started, in bytes. */
    logged: number;
    ended(): boolean;
}

async function startBy([program, ...args]: readonly string[]): Promise<Started> {
    progress("Starting Docker …");
    const logged = fs.statSync(DAEMON_LOG, { throwIfNoEntry: false })?.size ?? 0;
    if (program !== "dockerd") {
        const { code, stderr } = await capture(program, args);
        if (code !== 0) {
            throw new UserError(`Docker could not be started (${program} ${args.join(" ")}): ${stderr.trim()}`);
        }
        return { logged, ended: () => false };
    }
    let ended = false;
    const log = fs.openSync(DAEMON_LOG, "a");
    const daemon = startDetached(program, args, { log });
    daemon
        .on("error", () => (ended = true))
        .on("exit", () => (ended = true))
        .unref();
    fs.closeSync(log);
    return { logged, ended: () => ended };
}

/** Holds the pid of the command that is starting Docker, while there is no dockerd process yet. */
const STARTING = "/run/jupyterhub-starting-docker";

/** @returns whether this command is the one to start it */
function claimStart(): boolean {
    const other = Number(fs.existsSync(STARTING) ? fs.readFileSync(STARTING, "utf8") : "");
    if (other > 0 && other !== process.pid && !fs.existsSync(`/proc/${other}`)) {
        fs.rmSync(STARTING, { force: true }); // That command was killed.
    }
    try {
        fs.writeFileSync(STARTING, String(process.pid), { flag: "wx" });
        return true;
    } catch {
        return false;
    }
}

function releaseStart(): void {
    if (fs.existsSync(STARTING) && fs.readFileSync(STARTING, "utf8") === String(process.pid)) {
        fs.rmSync(STARTING, { force: true });
    }
}
