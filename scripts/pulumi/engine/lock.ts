/**
 * One run at a time fills the cache. The lock is a file that says who holds it, so that a run that
 * waits can tell whom it waits for, and a lock whose holder is dead is taken over. proper-lockfile keeps a time and
 * no holder: a run that waits could not say for whom, and would wait until the time of a dead one is up.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { captureNow } from "../../terminal/process";

interface Holder {
    pid: number;
    host: string;
    /** When the process started: a process number alone may be somebody else's by now. */
    started: string;
}

export function startOf(pid: number): string {
    try {
        // The 22nd field, counted behind the program's name, which may hold blanks.
        const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
        return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    } catch {
        if (process.platform === "linux") return "";
        try {
            return captureNow("ps", ["-o", "lstart=", "-p", String(pid)]);
        } catch {
            return "";
        }
    }
}

function isAlive(holder: Holder): boolean {
    if (holder.host !== os.hostname()) return true; // cannot be told from here
    return startOf(holder.pid) === holder.started;
}

function read(file: string): Holder | undefined {
    try {
        return JSON.parse(fs.readFileSync(file, "utf8")) as Holder;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        return { pid: 0, host: os.hostname(), started: "unreadable" }; // nobody's
    }
}

/** Removes a dead holder's lock; only one of several waiting runs gets to do it. */
function breakLock(file: string): void {
    const breaking = `${file}.breaking`;
    try {
        fs.mkdirSync(breaking);
    } catch {
        // Another run is at it; if that one died meanwhile, the next attempt has a clear way.
        if (Date.now() - (fs.statSync(breaking, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 10_000) {
            fs.rmSync(breaking, { recursive: true, force: true });
        }
        return;
    }
    try {
        const holder = read(file);
        if (holder && !isAlive(holder)) fs.rmSync(file, { force: true });
    } finally {
        fs.rmdirSync(breaking);
    }
}

/**
 * Waits for the lock and returns what gives it back.
 * @param doing what holders of this lock do
 */
export async function lock(
    file: string,
    progress: (line: string) => void,
    { pause = 500, doing = "getting Pulumi ready" } = {},
): Promise<() => void> {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const mine = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    const me: Holder = { pid: process.pid, host: os.hostname(), started: startOf(process.pid) };
    const began = Date.now();
    let told = 0;
    fs.writeFileSync(mine, JSON.stringify(me));
    try {
        for (;;) {
            try {
                fs.linkSync(mine, file); // unlike writing, makes the lock appear with its content
                return () => fs.rmSync(file, { force: true });
            } catch (error) {
                if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
            }
            const holder = read(file);
            if (!holder) continue;
            if (!isAlive(holder)) {
                breakLock(file);
            } else if (told === 0 || Date.now() - told > 15_000) {
                told = Date.now();
                const elsewhere =
                    holder.host === os.hostname() ? "" : ` on ${holder.host}; if that is over, remove ${file}`;
                const waited = Math.round((told - began) / 1000);
                progress(
                    `Waiting for another run (process ${holder.pid}${elsewhere}) that is ${doing}` +
                        (waited ? `, ${waited} s so far` : ""),
                );
            }
            await new Promise(resolve => setTimeout(resolve, pause));
        }
    } finally {
        fs.rmSync(mine, { force: true });
    }
}
