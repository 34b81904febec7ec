/** Kernels of a person's server. */
import type { HubClient } from "../../test/support/deploy/hubClient";
import { Kernel } from "../../test/support/deploy/kernel";

async function ids(client: HubClient, token: string): Promise<string[]> {
    return ((await (await client.withToken(token, client.server("api/kernels"))).json()) as { id: string }[]).map(
        ({ id }) => id,
    );
}

/** Starts one. @returns its id */
export async function beginKernel(client: HubClient, token: string): Promise<string> {
    const kernel = await client.startKernel(token);
    await kernel.run("1", 60);
    kernel.close();
    const [id] = await ids(client, token);
    return id;
}

/** Ends all. */
export async function endKernels(client: HubClient, token: string): Promise<void> {
    for (const id of await ids(client, token)) {
        await client.withToken(token, client.server(`api/kernels/${id}`), { method: "DELETE" });
    }
}

/** @param server URL of the person's server, such as `http://127.0.0.1:8000/user/ada/` */
export function openKernel(server: string, id: string, token: string): Promise<Kernel> {
    return Kernel.open(`${server.replace(/^http/, "ws")}api/kernels/${id}/channels`, token);
}
