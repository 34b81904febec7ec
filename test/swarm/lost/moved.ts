/** A server that the Swarm starts again on another node. */
import { arrive } from "../../support/deploy/arrive";
import { waitFor } from "../../support/deploy/waitFor";
import type { Node } from "../../support/swarm/node";
import { placed, type Working } from "../../support/swarm/working";
import type { SwarmLab } from "../lab";

/** Seconds from when the Swarm knows that a node is lost until somebody's URL works again. */
const BACK = 60;

/** People whose servers are on the node. */
export const on = (lab: SwarmLab, node: Node) => Object.values(lab.people).filter(one => one.node === node);

/**
 * Waits for somebody's server by their own URL, without a new log-in and without asking for a start, and opens a kernel
 * there. @returns where it is now
 */
export async function back(lab: SwarmLab, { user, client, token, container }: Working): Promise<Working> {
    const kernels = client.server("api/kernels");
    const fresh = async () => {
        // What was asked of the old server gets no answer for a long time: as somebody does who asks again.
        const answer = await Promise.race([client.withToken(token, kernels), after(5000)]);
        return answer?.ok === true && ((await answer.json()) as unknown[]).length === 0;
    };
    await waitFor(fresh, BACK, `${user}'s server on another node`);
    const moved = await placed({ client, token, kernel: await client.startKernel(token) }, user, lab.nodes);
    expect(moved.container).not.toBe(container);
    return (lab.people[user] = moved);
}

const after = (milliseconds: number) =>
    new Promise<undefined>(resolve => setTimeout(() => resolve(undefined), milliseconds));

/** Another log-in, as after a closed browser. */
export async function again(lab: SwarmLab, user: string): Promise<Working> {
    return placed(await arrive(lab.outputs, user), user, lab.nodes);
}
