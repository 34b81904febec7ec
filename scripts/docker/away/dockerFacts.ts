/** Looks at this machine: how Docker is installed, what manages it, whether it runs. Changes nothing. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type DockerHost, LOCAL_DOCKER } from "../../../components/docker";
import { currentContext, isPodman } from "../../../components/host";
import type { Facts, Running, Unit } from "./dockerDown";
import { onPath } from "../../files/programs";
import { capture, type Result } from "../../terminal/process";

/** Where Debian installs dockerd. These folders are not on the PATH of users other than root. */
const SBIN = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"];

/** Names of process 1 where it starts services. In a container it has another name. */
const INITS = /^(init\b|openrc-init|runit|s6-svscan)/;

/** @param asked how the docker command ended when it asked this host */
export async function lookAround({ host }: DockerHost, asked: Result, fresh: boolean): Promise<Facts> {
    const there = fs.existsSync;
    const systemd = there("/run/systemd/system");
    const units = systemd ? await unitsOf("docker.service", "docker.socket") : [];
    return {
        host,
        usual: host === LOCAL_DOCKER.host,
        client: await clientKind(asked),
        said: asked.stderr,
        user: os.userInfo().username,
        linux: process.platform === "linux",
        root: process.getuid?.() === 0,
        debian: there("/etc/debian_version") && onPath("apt-get"),
        dockerd: onPath("dockerd") || SBIN.some(folder => there(path.join(folder, "dockerd"))),
        init: systemd
            ? "systemd"
            : INITS.test(read("/proc/1/comm")) && there("/etc/init.d/docker")
              ? "service"
              : "none",
        service: units[0],
        socket: units[1],
        running: runningDaemon(),
        snap: there("/snap/bin/docker") || there("/var/lib/snapd/snap/bin/docker"),
        desktop: there("/opt/docker-desktop") || there("/Applications/Docker.app"),
        elsewhere: await elsewhere(host, asked),
        configured: configuredHosts(read("/etc/docker/daemon.json")),
        fresh,
    };
}

async function clientKind({ code }: Result): Promise<Facts["client"]> {
    if (code === 127) {
        return "missing";
    }
    return (await isPodman()) ? "podman" : "docker";
}

/** The host that the docker command uses by default, if it is another one. */
async function elsewhere(host: string, { code }: Result): Promise<Facts["elsewhere"]> {
    if (code === 127) {
        return undefined;
    }
    const context = await currentContext();
    const variable = (process.env.DOCKER_HOST ?? "") !== "";
    return context === undefined || context.host === host
        ? undefined
        : { by: variable ? "DOCKER_HOST" : `the docker command's context "${context.name}"`, host: context.host };
}

async function unitsOf(...names: string[]): Promise<Unit[]> {
    const { stdout } = await capture(
        "systemctl",
        ["show", ...names, "--property=LoadState,ActiveState,UnitFileState,Result"],
        { timeout: 20_000 },
    );
    return stdout
        .trim()
        .split(/\n\n+/)
        .map(block => {
            const values = new Map(block.split("\n").map(line => line.split("=", 2) as [string, string]));
            const value = (name: string) => values.get(name) ?? "";
            return {
                load: value("LoadState"),
                active: value("ActiveState"),
                enabled: value("UnitFileState"),
                result: value("Result"),
            };
        });
}

/** `hosts` of a daemon.json. If the file is broken, dockerd says so itself. */
function configuredHosts(text: string): string[] | undefined {
    try {
        const { hosts } = JSON.parse(text) as { hosts?: unknown };
        return Array.isArray(hosts) ? hosts.filter(each => typeof each === "string") : undefined;
    } catch {
        return undefined;
    }
}

/** The dockerd of this machine, not one in a container or in other namespaces. */
function runningDaemon(): Running | undefined {
    const pids =
        process.platform === "linux"
            ? fs
                  .readdirSync("/proc")
                  .filter(name => /^\d+$/.test(name))
                  .map(Number)
            : [];
    const pid = pids.find(each => read(`/proc/${each}/comm`).trim() === "dockerd" && alive(each) && ours(each));
    return pid === undefined
        ? undefined
        : { pid, seconds: age(pid), hosts: hostsOf(read(`/proc/${pid}/cmdline`).split("\0")) };
}

function ours(pid: number): boolean {
    return ["pid", "mnt"].every(kind => {
        try {
            return fs.readlinkSync(`/proc/${pid}/ns/${kind}`) === fs.readlinkSync(`/proc/self/ns/${kind}`);
        } catch {
            return true; // Another user's process: its namespaces cannot be read.
        }
    });
}

/** Fields of /proc/PID/stat from the state on. The name before them may contain spaces and brackets. */
const stat = (pid: number): string[] =>
    read(`/proc/${pid}/stat`)
        .replace(/^.*\) /s, "")
        .split(" ");

const alive = (pid: number): boolean => !["Z", "X", ""].includes(stat(pid)[0]);

/** Seconds since it was started. Linux counts in hundredths since boot. */
function age(pid: number): number {
    return Math.max(0, Number(read("/proc/uptime").split(" ")[0]) - Number(stat(pid)[19]) / 100);
}

/** Values of `-H` and `--host` among arguments. */
export function hostsOf(args: readonly string[]): string[] {
    return args.flatMap((arg, at) => {
        const together = /^(?:-H=?|--host=)(.+)$/.exec(arg)?.[1];
        return together !== undefined ? [together] : ["-H", "--host"].includes(arg) ? args.slice(at + 1, at + 2) : [];
    });
}

/** Empty if the file does not exist or may not be read. */
function read(file: string): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch {
        return "";
    }
}
