/** Whether the address to listen on is free, and who has it if not. */
import * as fs from "node:fs";
import * as net from "node:net";
import type { Listen } from "../../components/values";
import { Problem } from "./command";
import { docker } from "./docker";

/**
 * @param ours name of the container that may hold the port: this stack's proxy, if there can be one
 * @throws Problem that names the holder
 */
export async function checkPort(listen: Listen, ours?: string): Promise<void> {
    if (await isFree(listen)) {
        return;
    }
    const container = await containerOn(listen.port);
    if (container !== undefined && container === ours) {
        return;
    }
    const holder = container === undefined ? (processOn(listen.port) ?? "another program") : `the container ${container}`;
    throw new Problem(
        `Port ${listen.port} on ${listen.ip} is held by ${holder}. End it, or give this stack another port: jupyterhub:listen: ${listen.ip}:${listen.port + 1}`,
    );
}

function isFree({ ip, port }: Listen): Promise<boolean> {
    return new Promise((resolve, reject) => {
        const server = net.createServer();
        server.once("error", (error: NodeJS.ErrnoException) => {
            if (error.code === "EADDRINUSE") {
                resolve(false);
            } else if (error.code === "EADDRNOTAVAIL") {
                reject(new Problem(`This machine has no address ${ip} to listen on; see jupyterhub:listen.`));
            } else {
                resolve(true); // For example a port below 1024 that only Docker may open.
            }
        });
        server.listen(port, ip, () => server.close(() => resolve(true)));
    });
}

async function containerOn(port: number): Promise<string | undefined> {
    const { stdout } = await docker(["ps", "--filter", `publish=${port}`, "--format", "{{.Names}}"]);
    return stdout.trim().split("\n")[0] || undefined;
}

/** `python3 (pid 123)`, from Linux's /proc; undefined where it cannot be told. */
function processOn(port: number): string | undefined {
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    const inodes = ["/proc/net/tcp", "/proc/net/tcp6"].filter(file => fs.existsSync(file)).flatMap(file =>
        fs
            .readFileSync(file, "utf8")
            .split("\n")
            .map(line => line.trim().split(/\s+/))
            .filter(fields => fields[1]?.endsWith(`:${hex}`) && fields[3] === "0A")
            .map(fields => `socket:[${fields[9]}]`),
    );
    const processes = fs.existsSync("/proc") ? fs.readdirSync("/proc").filter(name => /^\d+$/.test(name)) : [];
    const pid = processes.find(id => {
        try {
            return fs.readdirSync(`/proc/${id}/fd`).some(fd => inodes.includes(fs.readlinkSync(`/proc/${id}/fd/${fd}`)));
        } catch {
            return false; // Gone meanwhile, or another user's.
        }
    });
    return pid === undefined ? undefined : `${fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim()} (pid ${pid})`;
}
