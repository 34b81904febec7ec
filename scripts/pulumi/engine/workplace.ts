/** Where an engine is put together: one run at a time. */
import * as fs from "node:fs";
import * as path from "node:path";
import { lock, startOf } from "./lock";

/** The lock and the folder for unfinished things. */
export class Workplace {
    private unlock?: () => void;
    readonly folder: string;

    constructor(private readonly root: string) {
        this.folder = path.join(root, `tmp-${process.pid}`);
    }

    async enter(progress: (line: string) => void): Promise<void> {
        this.unlock = await lock(path.join(this.root, "lock"), progress);
        // Under the lock nobody else is at work: what lies there is from runs that were killed.
        for (const name of fs.readdirSync(this.root)) {
            const waiting = Number(/^lock\.(\d+)\./.exec(name)?.[1]);
            if (name.startsWith("tmp-") || (waiting && !startOf(waiting))) {
                fs.rmSync(path.join(this.root, name), { recursive: true, force: true });
            }
        }
    }

    make(name: string): string {
        const folder = path.join(this.folder, name);
        fs.mkdirSync(folder, { recursive: true });
        return folder;
    }

    clear(): void {
        if (!this.unlock) return;
        fs.rmSync(this.folder, { recursive: true, force: true });
        this.unlock();
        this.unlock = undefined;
    }
}
