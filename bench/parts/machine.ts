/** From a fresh clone to the URL, on a machine that has the engine, its plugins and the images. */
import * as fs from "node:fs";
import * as path from "node:path";
import { progress } from "../../scripts/terminal/command";
import { stackConfig, Workspace } from "../../test/support/deploy/workspace";
import { OURS, type Measure } from "../report/figures";
import { timed } from "../timed";
import type { BenchPart } from "./part";

export const machinePart: BenchPart = {
    async run({ runs }, signal) {
        const seconds: number[] = [];
        // The first does not count: it makes what a machine does not have yet.
        for (let run = 0; run <= runs; run++) {
            signal.throwIfAborted();
            progress(`fresh clone to URL, run ${run} of ${runs} …`);
            const taken = await freshClone();
            if (run > 0) {
                seconds.push(taken);
            }
        }
        return [
            { what: "fresh clone to URL, engine and images there", unit: "s", values: { [OURS]: seconds }, most: 60 },
        ] satisfies Measure[];
    },
};

/** Its `npm run up`, npm packages too, which a clone does not have. */
async function freshClone(): Promise<number> {
    const workspace = await Workspace.create(stackConfig("dev"));
    try {
        fs.rmSync(path.join(workspace.root, "node_modules"));
        return await timed(async () => void (await workspace.up()));
    } finally {
        workspace.remove();
    }
}
