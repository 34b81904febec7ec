/** How long it takes from the log-in form to the first cell's output, with the server running and with none. */
import { progress } from "../../scripts/terminal/command";
import type { Measure } from "../report/figures";
import { withHubs, type Side } from "../contenders/hubs";
import { endKernels } from "../contenders/kernels";
import { StockHub } from "../contenders/stockHub";
import { timed } from "../timed";
import type { BenchPart } from "./part";

const PERSON = "ada";

/** Milliseconds between two looks whether a server answers. */
const POLL = 10;

export const loginPart: BenchPart = {
    run: ({ runs }, signal) =>
        withHubs([PERSON], async sides => {
            const cold: Record<string, number[]> = {};
            const warm: Record<string, number[]> = {};
            const ways = await Promise.all(sides.map(async side => [side.name, await firstCell(side)] as const));
            // The first does not count: it makes homes and fills caches.
            for (let run = 0; run <= runs; run++) {
                progress(`log-in to first output, run ${run} of ${runs} …`);
                for (const [name, way] of ways) {
                    signal.throwIfAborted();
                    const seconds = [await way.cold(), await way.warm()];
                    if (run > 0) {
                        (cold[name] ??= []).push(seconds[0]);
                        (warm[name] ??= []).push(seconds[1]);
                    }
                    await way.stop();
                }
            }
            const aims = { [StockHub.title]: 0.9 };
            return [
                { what: "log-in to first output, server running", unit: "s", values: warm, aims },
                { what: "log-in to first output, server stopped", unit: "s", values: cold, aims },
            ] satisfies Measure[];
        }),
};

async function firstCell(
    side: Side,
): Promise<{ cold(): Promise<number>; warm(): Promise<number>; stop(): Promise<void> }> {
    const other = await side.logIn(PERSON);
    const token = await other.token();
    const toOutput = (start: boolean) =>
        timed(async () => {
            const client = await side.logIn(PERSON);
            if (start) {
                await client.startServer(token, 120, POLL);
            }
            const { status } = await client.follow(client.server("lab")); // The server asks the hub who it is.
            if (status !== 200) {
                throw new Error(`${side.name}: JupyterLab's page has status ${status}`);
            }
            const kernel = await client.startKernel(token);
            const printed = await kernel.run("print(6 * 7)", 60);
            kernel.close();
            if (printed.trim() !== "42") {
                throw new Error(`${side.name}: the first cell printed ${JSON.stringify(printed)}`);
            }
        });
    return {
        cold: () => toOutput(true),
        async warm() {
            await endKernels(other, token);
            return toOutput(false);
        },
        stop: () => other.stopServer(token),
    };
}
