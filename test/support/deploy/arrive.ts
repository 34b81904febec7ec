import { HubClient } from "./hubClient";
import type { Kernel } from "./kernel";
import type { Outputs } from "./workspace";

export interface Arrived {
    client: HubClient;
    token: string;
    kernel: Kernel;
}

/** Somebody logs in, starts their server and opens a kernel. */
export async function arrive({ url, passwords }: Outputs, name: string): Promise<Arrived> {
    const client = new HubClient(url, name);
    expect((await client.logIn(passwords[name])).status).toBe(302);
    const token = await client.token();
    await client.startServer(token);
    return { client, token, kernel: await client.startKernel(token) };
}
