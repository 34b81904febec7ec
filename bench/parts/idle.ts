/** What hub, proxy and all else that always runs need while nobody does anything. */
import * as http from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { progress } from "../../scripts/terminal/command";
import type { Measure } from "../report/figures";
import { withHubs } from "../contenders/hubs";
import { StockHub } from "../contenders/stockHub";
import type { BenchPart } from "./part";

/** Seconds that one run looks at; several times the interval of whatever happens again and again. */
const LOOK = 30;

interface Use {
    cpu: number;
    memory: number;
}

export const idlePart: BenchPart = {
    run: ({ runs }, signal) =>
        withHubs(["ada"], async sides => {
            await pause(LOOK * 1000, undefined, { signal }); // What a start brings with it is over then.
            const cpu: Record<string, number[]> = {};
            const memory: Record<string, number[]> = {};
            for (let run = 1; run <= runs; run++) {
                progress(`idle, run ${run} of ${runs} …`);
                const uses = async () =>
                    Promise.all(sides.map(async ({ containers }) => sum(await Promise.all(containers.map(useOf)))));
                const before = await uses();
                await pause(LOOK * 1000, undefined, { signal });
                const after = await uses();
                sides.forEach(({ name }, i) => {
                    (cpu[name] ??= []).push(((after[i].cpu - before[i].cpu) / LOOK) * 1000);
                    (memory[name] ??= []).push(after[i].memory);
                });
            }
            return [
                { what: "idle: memory", unit: "MiB", values: memory, aims: { [StockHub.title]: 1.1 } },
                { what: "idle: CPU time a second", unit: "ms", values: cpu, aims: { [StockHub.title]: 1 } },
            ] satisfies Measure[];
        }),
};

function sum(uses: readonly Use[]): Use {
    return uses.reduce((total, use) => ({ cpu: total.cpu + use.cpu, memory: total.memory + use.memory }), {
        cpu: 0,
        memory: 0,
    });
}

/**
 * Seconds of CPU time so far, and memory in MiB without the files that Linux keeps there and can let go, as `docker
 * stats` counts.
 */
async function useOf(container: string): Promise<Use> {
    const { cpu_stats, memory_stats } = (await ask(`/containers/${container}/stats?stream=false&one-shot=true`)) as {
        cpu_stats: { cpu_usage: { total_usage: number } };
        memory_stats: { usage: number; stats: { total_inactive_file?: number; inactive_file?: number } };
    };
    const { usage, stats } = memory_stats;
    return {
        cpu: cpu_stats.cpu_usage.total_usage / 1e9,
        memory: (usage - (stats.total_inactive_file ?? stats.inactive_file ?? 0)) / 2 ** 20,
    };
}

/** The engine itself, since its command shows no total. */
function ask(path: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
        http.get({ socketPath: "/var/run/docker.sock", path, headers: { Host: "docker" } }, answer => {
            const chunks: Buffer[] = [];
            answer.on("data", chunk => chunks.push(chunk)).on("error", reject);
            answer.on("end", () =>
                answer.statusCode === 200
                    ? resolve(JSON.parse(Buffer.concat(chunks).toString()))
                    : reject(new Error(`${path}: ${answer.statusCode}`)),
            );
        }).on("error", reject);
    });
}
