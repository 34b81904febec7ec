/** Whether the Docker daemon sees the same files and accounts as this program. */
import * as fs from "node:fs";
import type { DockerHost } from "../docker/dockerHost";

/** The daemon's default socket and pid file. */
const SOCKETS = ["unix:///var/run/docker.sock", "unix:///run/docker.sock"];
const PID_FILE = "/var/run/docker.pid";

/**
 * The socket alone says little: it may be mounted into a container, or lead into Docker Desktop's virtual machine. So
 * the daemon itself must be a process of this machine.
 */
export function isThisMachine({ host }: DockerHost): boolean {
    if (!SOCKETS.includes(host)) {
        return false;
    }
    try {
        const pid = fs.readFileSync(PID_FILE, "utf8").trim();
        return /^\d+$/.test(pid) && fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "dockerd";
    } catch {
        return false;
    }
}
