/** A SOCKS 5 proxy (RFC 1928: CONNECT, no authentication) on a Unix socket: the way out of a browser's own network. */
import { once } from "node:events";
import * as net from "node:net";

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const CONNECT = 1;
const IPV4 = 1;
const DOMAIN = 3;
const REFUSED = 5;

/**
 * @param socket path of the Unix socket
 * @param names addresses of names that no resolver knows
 */
export async function startSocks(socket: string, names: Record<string, string> = {}): Promise<net.Server> {
    const server = net.createServer(client => {
        client.on("error", () => client.destroy());
        serve(client, names).catch(() => client.destroy());
    });
    server.listen(socket);
    await once(server, "listening");
    return server;
}

async function serve(client: net.Socket, names: Record<string, string>): Promise<void> {
    const [, methods] = await take(client, 2);
    await take(client, methods);
    client.write(Buffer.from([VERSION, NO_AUTHENTICATION]));
    const [, command, , kind] = await take(client, 4);
    if (command !== CONNECT || (kind !== IPV4 && kind !== DOMAIN)) {
        throw new Error(`not served: command ${command}, address type ${kind}`);
    }
    const host =
        kind === IPV4 ? (await take(client, 4)).join(".") : (await take(client, (await take(client, 1))[0])).toString();
    const port = (await take(client, 2)).readUInt16BE();
    const server = net.connect(port, names[host] ?? host);
    client.on("close", () => server.destroy());
    const answer = (status: number) => Buffer.from([VERSION, status, 0, IPV4, 0, 0, 0, 0, 0, 0]);
    server.on("error", () => (server.connecting ? client.end(answer(REFUSED)) : client.destroy()));
    await once(server, "connect");
    client.write(answer(0));
    client.pipe(server).pipe(client);
}

/** Exactly so many bytes, however they arrive. */
async function take(client: net.Socket, length: number): Promise<Buffer> {
    for (;;) {
        const bytes = client.read(length) as Buffer | null;
        if (bytes?.length === length) {
            return bytes;
        }
        if (bytes !== null || client.readableEnded || client.destroyed) {
            throw new Error("ended early");
        }
        await once(client, "readable");
    }
}
