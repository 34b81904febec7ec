/** Whether Docker's files and accounts are those that this program sees. */
import * as fs from "node:fs";
import type { DockerHost } from "../docker/dockerHost";

/** Where Docker's daemon listens and leaves its process id, unless somebody has moved them. */
const SOCKETS = ["unix:///var/run/docker.sock", "unix:///run/docker.sock"];
const PID_FILE = "/var/run/docker.pid";

/**
 * A socket alone says little: it may be handed into a container, or lead into Docker Desktop's virtual machine. So the
 * daemon itself has to be one of the processes here.
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
