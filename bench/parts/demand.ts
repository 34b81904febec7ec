/** Starts of servers on demand. */
import type { BenchPart } from "./part";
import { startAtOnce } from "./many";
import { startOf } from "./start";

export const demandPart: BenchPart = {
    async run({ runs, atOnce }, signal) {
        const measures = await startOf("dynamic", runs, signal);
        for (const count of atOnce) {
            measures.push(...(await startAtOnce(count, { runs, spawning: "dynamic" }, signal)));
        }
        return measures;
    },
};
