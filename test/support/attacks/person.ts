/** Somebody at work: logged in, with a running server and a kernel that can attack, or hear an attack. */
import { HubClient } from "../deploy/hubClient";
import type { Kernel } from "../deploy/kernel";
import { docker } from "../deploy/docker";
import { PRELUDE } from "./python";
import { HEARD, type Place } from "./reach";

/** `name` and `ip` are the container's. */
export interface PersonAtWork extends Place {
    user: string;
    password: string;
    client: HubClient;
    token: string;
    kernel: Kernel;
}

export interface Arriving {
    /** The hub's. */
    url: string;
    user: string;
    password: string;
    container: string;
    /** The one that the server is in. */
    network: string;
}

export async function work({ url, user, password, container, network }: Arriving): Promise<PersonAtWork> {
    const client = new HubClient(url, user);
    const { status, text } = await client.logIn(password);
    if (status !== 302) {
        throw new Error(`${user} was not let in: ${status}\n${text}`);
    }
    const token = await client.token();
    await client.startServer(token);
    const kernel = await client.startKernel(token);
    await kernel.run(PRELUDE);
    return { user, password, client, token, kernel, ...placeOf(container, network) };
}

export function placeOf(container: string, network: string): Place {
    return {
        name: container,
        ip: docker("inspect", "--format", `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, container),
    };
}

/** From now on the person notes what arrives; `heard` tells it. */
export async function listen({ kernel }: PersonAtWork): Promise<void> {
    await kernel.run(
        [
            "import threading",
            "heard = []",
            `t = socket.create_server(('', ${HEARD.tcp}), backlog=50)`,
            `u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('', ${HEARD.udp}))`,
            "threading.Thread(target=lambda: [heard.append('tcp') for _ in iter(t.accept, None)], daemon=True).start()",
            "threading.Thread(target=lambda: [heard.append(u.recv(99).decode()) for _ in iter(int, 1)], " +
                "daemon=True).start()",
        ].join("\n"),
    );
}

export async function heard({ kernel }: PersonAtWork): Promise<string[]> {
    return JSON.parse(await kernel.run("print(json.dumps(heard))")) as string[];
}
