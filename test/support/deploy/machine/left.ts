/** Machines whose test was killed together with everybody who would have cleared up after it. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

export const REMOVE = path.join(__dirname, "machineRemove.sh");

interface Owner {
    /** Of the process whose machine it is, with the moment of its start: numbers are given again. */
    pid: number;
    started: string;
    link: string;
}

/** Says whose machine is in a folder. */
export function claim(folder: string, link: string): void {
    const owner: Owner = { pid: process.pid, started: startOf(process.pid) ?? "", link };
    fs.writeFileSync(ownerOf(folder), JSON.stringify(owner));
}

/** Removes the machines in the folders of a folder that nobody has any more. */
export function removeLeft(parent: string): void {
    for (const folder of fs.readdirSync(parent).map(name => path.join(parent, name))) {
        if (!fs.existsSync(ownerOf(folder))) {
            continue; // Somebody is about to claim it.
        }
        const { pid, started, link } = JSON.parse(fs.readFileSync(ownerOf(folder), "utf8")) as Owner;
        if (startOf(pid) !== started) {
            const env = { ...process.env, FOLDER: folder, LINK: link };
            execFileSync("sh", [REMOVE, "all"], { env, stdio: ["ignore", "ignore", "inherit"] });
        }
    }
}

const ownerOf = (folder: string) => path.join(folder, "owner.json");

/** Ticks from the machine's boot to the start of a process; undefined where there is none. */
function startOf(pid: number): string | undefined {
    try {
        // The program's name, in brackets, may hold anything.
        return fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop()?.split(" ")[19];
    } catch {
        return undefined;
    }
}
