/** Many people who start their servers at once, as at the beginning of a lesson. */
import { progress } from "../../scripts/terminal/command";
import type { Measure } from "../report/figures";
import { withHubs, type Side } from "../contenders/hubs";
import type { Spawning } from "../contenders/ours";
import type { HubClient } from "../../test/support/deploy/hubClient";
import { quantile } from "../report/statistics";
import { StockHub } from "../contenders/stockHub";
import { timed } from "../timed";
import type { BenchPart } from "./part";
import { onDemand } from "./start";

/** Seconds for all to stop. */
const PATIENCE = 150;

export const manyPart: BenchPart = {
    async run({ runs, atOnce }, signal) {
        const measures: Measure[] = [];
        for (const count of atOnce) {
            measures.push(...(await startAtOnce(count, { runs, spawning: "declared" }, signal)));
        }
        return measures;
    },
};

interface Starts {
    /** How often all start. */
    runs: number;
    /** Who makes the containers, and when. */
    spawning: Spawning;
}

export function startAtOnce(count: number, { runs, spawning }: Starts, signal: AbortSignal): Promise<Measure[]> {
    const people = Array.from({ length: count }, (_, i) => `person${i}`);
    const take = async (sides: readonly Side[]): Promise<Measure[]> => {
        const median: Record<string, number[]> = {};
        const late: Record<string, number[]> = {};
        const errors: Record<string, number[]> = {};
        const groups: { name: string; clients: [HubClient, string][] }[] = [];
        for (const { name, logIn } of sides) {
            const clients: [HubClient, string][] = [];
            for (const person of people) {
                const client = await logIn(person);
                clients.push([client, await client.token()]);
            }
            groups.push({ name, clients });
        }
        // The first does not count: it makes homes, and the stock hub's containers.
        for (let run = 0; run <= runs; run++) {
            progress(`${count} start at once, run ${run} of ${runs} …`);
            for (const { name, clients } of groups) {
                signal.throwIfAborted();
                const results = await Promise.allSettled(
                    clients.map(([client, token]) => timed(() => client.startAsPage(token))),
                );
                await Promise.all(clients.map(([client, token]) => client.stopServer(token, PATIENCE)));
                const seconds = results.flatMap(result => (result.status === "fulfilled" ? result.value : []));
                if (run > 0) {
                    (median[name] ??= []).push(quantile(seconds, 0.5));
                    (late[name] ??= []).push(quantile(seconds, 0.95));
                    (errors[name] ??= []).push(results.length - seconds.length);
                }
            }
        }
        const what = `${count} start at once${onDemand(spawning)}`;
        return [
            { what: `${what}: p50`, unit: "s", values: median, people: count },
            { what: `${what}: p95`, unit: "s", values: late, people: count, aims: { [StockHub.title]: 0.7 } },
            { what: `${what}: errors`, unit: "", values: errors, people: count },
        ];
    };
    return withHubs(people, take, spawning);
}
