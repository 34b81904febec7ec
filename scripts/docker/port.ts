/** Checks that the address to listen on is free, and says who holds it if not. */
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import type { Listen, Settings } from "../../components/config";
import { isRemote } from "../../components/docker";
import { containersPublishing, nameOf } from "../../components/host";
import { UserError } from "../../components/errors";
import type { Docker } from "./docker";

/** Checks every address that a stack publishes. Parameters and errors as `checkPort`. */
export async function checkPorts(
    docker: Docker,
    { listen, https, metrics }: Pick<Settings, "https" | "listen" | "metrics">,
    ours: readonly string[],
): Promise<void> {
    await checkPort(docker, listen, ours);
    if ("redirectFrom" in https && https.redirectFrom !== undefined) {
        await checkPort(docker, https.redirectFrom, ours, "https.redirectFrom");
    }
    if (metrics.proxy !== undefined) {
        await checkPort(docker, metrics.proxy, ours, "metrics.proxy");
    }
}

/**
 * @param ours names of the containers that may hold the port: this stack's, if there can be any
 * @param key where the address stands in the config
 * @throws UserError that names the holder
 */
export async function checkPort(
    docker: Docker,
    listen: Listen,
    ours: readonly string[] = [],
    key = "jupyterhub:listen",
): Promise<void> {
    const remote = isRemote(docker.host);
    if (!remote && (await isFree(listen))) {
        return;
    }
    const containers = await containersOn(docker, listen);
    if (containers.some(container => ours.includes(container)) || (remote && containers.length === 0)) {
        return; // Programs on another machine cannot be seen from here. Docker names the port when it starts the proxy.
    }
    const holder =
        containers.length === 0 ? (processOn(listen) ?? "another program") : `the container ${containers[0]}`;
    throw new UserError(
        `Port ${listen.port} on ${listen.ip}${remote ? ` of ${docker.host.host}` : ""} is held by ${holder}. ` +
            `End it, or give this stack another port: ${key}: ${listen.ip}:${listen.port + 1}`,
    );
}

/** Whether nothing on this machine listens there. */
export function isFree({ ip, port }: Listen): Promise<boolean> {
    return new Promise((resolve, reject) => {
        const server = net.createServer();
        server.once("error", (error: NodeJS.ErrnoException) => {
            if (error.code === "EADDRINUSE") {
                resolve(false);
            } else if (error.code === "EADDRNOTAVAIL") {
                reject(new UserError(`This machine has no address ${ip} to listen on; see jupyterhub:listen.`));
            } else {
                resolve(true); // For example a port below 1024 that only Docker may open.
            }
        });
        server.listen(port, ip, () => server.close(() => resolve(true)));
    });
}

/** Whether two addresses exclude each other on the same port. */
function overlap(one: string, other: string): boolean {
    return one === other || [one, other].some(ip => ["", "0.0.0.0", "::"].includes(ip));
}

/** Names of the containers that publish the port on the address. */
async function containersOn(docker: Docker, { ip, port }: Listen): Promise<string[]> {
    return (await containersPublishing(docker, port))
        .filter(({ NetworkSettings: { Ports } }) =>
            Object.entries(Ports ?? {})
                .filter(([inside]) => inside.endsWith("/tcp"))
                .flatMap(([, outside]) => outside ?? [])
                .some(({ HostIp, HostPort }) => HostPort === String(port) && overlap(HostIp, ip)),
        )
        .map(nameOf);
}

/**
 * Reads an address of /proc/net: four bytes at a time, in the machine's byte order. Of IPv6 only mapped IPv4 addresses.
 */
function addressOf(hex: string): string | undefined {
    if (/^0+$/.test(hex)) {
        return "0.0.0.0";
    }
    const bytes = [...Buffer.from(hex.slice(-8), "hex")];
    const mapped = hex.length === 8 || /^0{16}(FFFF0000|0000FFFF)$/.test(hex.slice(0, -8));
    return mapped ? (os.endianness() === "LE" ? bytes.reverse() : bytes).join(".") : undefined;
}

/** `python3 (pid 123)`, from Linux's /proc; undefined where it cannot be told. */
function processOn({ ip, port }: Listen): string | undefined {
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    const holds = (local = "") => {
        const address = addressOf(local.split(":")[0]);
        return local.endsWith(`:${hex}`) && address !== undefined && overlap(address, ip);
    };
    const inodes = ["/proc/net/tcp", "/proc/net/tcp6"]
        .filter(file => fs.existsSync(file))
        .flatMap(file =>
            fs
                .readFileSync(file, "utf8")
                .split("\n")
                .map(line => line.trim().split(/\s+/))
                .filter(fields => holds(fields[1]) && fields[3] === "0A")
                .map(fields => `socket:[${fields[9]}]`),
        );
    const processes = fs.existsSync("/proc") ? fs.readdirSync("/proc").filter(name => /^\d+$/.test(name)) : [];
    const pid = processes.find(id => {
        try {
            return fs
                .readdirSync(`/proc/${id}/fd`)
                .some(fd => inodes.includes(fs.readlinkSync(`/proc/${id}/fd/${fd}`)));
        } catch {
            return false; // Gone meanwhile, or another user's.
        }
    });
    return pid === undefined ? undefined : `${fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim()} (pid ${pid})`;
}
