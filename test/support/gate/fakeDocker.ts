import { createServer, Server, Socket } from "node:net";

/**
 * Stands in for the Docker daemon behind the gate: writes down every byte of every connection and
 * answers each request in the way Docker does, so far as a client can tell them apart.
 */
export class FakeDocker {
    private readonly server: Server;
    private readonly sockets = new Set<Socket>();
    private readonly received: Buffer[][] = [];

    constructor() {
        this.server = createServer(socket => {
            const chunks: Buffer[] = [];
            this.received.push(chunks);
            this.sockets.add(socket);
            let pending = "";
            socket.on("data", chunk => {
                chunks.push(chunk);
                pending += chunk.toString("latin1");
                for (let end = pending.indexOf("\r\n\r\n"); end >= 0; end = pending.indexOf("\r\n\r\n")) {
                    const head = pending.slice(0, end);
                    pending = pending.slice(end + 4);
                    const body = head.startsWith("HEAD ") ? "" : "OK";
                    socket.write(`HTTP/1.1 200 OK\r\nServer: Docker/fake\r\nContent-Length: 2\r\n\r\n${body}`);
                }
            });
            socket.on("error", () => {
                /* the gate may drop a connection at any time */
            });
            socket.on("close", () => this.sockets.delete(socket));
        });
    }

    listen(path: string): Promise<void> {
        return new Promise((resolve, reject) => {
            this.server.once("error", reject);
            this.server.listen(path, resolve);
        });
    }

    /** All that came since the last call: one text for each connection, bytes as Latin-1. */
    take(): string[] {
        const texts = this.received.map(chunks => Buffer.concat(chunks).toString("latin1")).filter(text => text !== "");
        for (const chunks of this.received) {
            chunks.length = 0;
        }
        return texts;
    }

    close(): Promise<void> {
        for (const socket of this.sockets) {
            socket.destroy();
        }
        return new Promise(resolve => this.server.close(() => resolve()));
    }
}

/** Cuts one connection's bytes into requests; a rest without an end is its own last piece. */
export function requestsIn(connection: string): string[] {
    return connection.split(/(?<=\r\n\r\n)/);
}
