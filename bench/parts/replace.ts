/** For how long nobody gets an answer while the hub is replaced: at the log-in page, and of a kernel that runs. */
import { progress } from "../../scripts/terminal/command";
import { HubClient } from "../../test/support/deploy/hubClient";
import type { Kernel } from "../../test/support/deploy/kernel";
import type { Measure } from "../report/figures";
import { withHubs } from "../contenders/hubs";
import { beginKernel, openKernel } from "../contenders/kernels";
import { Watch } from "../outage";
import type { BenchPart } from "./part";

export const replacePart: BenchPart = {
    run: ({ runs }, signal) =>
        withHubs(["ada"], async sides => {
            const page: Record<string, number[]> = {};
            const kernel: Record<string, number[]> = {};
            const asking = await Promise.all(
                sides.map(async side => {
                    const client = await side.logIn("ada");
                    const token = await client.token();
                    await client.startServer(token, 120);
                    const id = await beginKernel(client, token);
                    return { side, questions: [() => logInPage(client), kernelMessage(client, id, token)] };
                }),
            );
            for (let run = 1; run <= runs; run++) {
                for (const { side, questions } of asking) {
                    signal.throwIfAborted();
                    progress(`the hub is replaced, run ${run} of ${runs}: ${side.name} …`);
                    const watches = questions.map(question => new Watch(question));
                    try {
                        await side.replaceHub();
                    } finally {
                        const seconds = await Promise.all(watches.map(watch => watch.end()));
                        (page[side.name] ??= []).push(seconds[0]);
                        (kernel[side.name] ??= []).push(seconds[1]);
                    }
                }
            }
            return [
                { what: "hub replaced: no log-in page", unit: "s", values: page },
                { what: "hub replaced: no answer from a running kernel", unit: "s", values: kernel, most: 0 },
            ] satisfies Measure[];
        }),
};

/** By a browser that was not there before. */
async function logInPage(client: HubClient): Promise<void> {
    const { status } = await new HubClient(client.url, "somebody").request("hub/login");
    if (status !== 200) {
        throw new Error(`status ${status}`);
    }
}

/** Over one websocket, which is opened again when it was closed. */
function kernelMessage(client: HubClient, id: string, token: string): () => Promise<void> {
    let kernel: Kernel | undefined;
    return async () => {
        try {
            kernel ??= await openKernel(client.server(""), id, token);
            await kernel.run("1", 5);
        } catch (error) {
            kernel?.close();
            kernel = undefined;
            throw error;
        }
    };
}
