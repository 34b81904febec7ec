/** One run at a time: a checkout must not move under a run that reads it. */
import * as path from "node:path";
import { dataDir } from "../files/paths";
import { lock } from "../pulumi/engine/lock";
import { progress } from "../terminal/command";

/** Waits for other runs of `sync` and `comment` of this checkout. */
export async function alone<T>(run: () => Promise<T>): Promise<T> {
    const unlock = await lock(path.join(dataDir(), "sync", "lock"), progress, { doing: "working on this checkout" });
    try {
        return await run();
    } finally {
        unlock();
    }
}
