import * as net from "node:net";

/**
 * This machine's Docker at another socket, as one that has done away with the endpoints by which BuildKit was reached
 * before it answered HTTP/2 itself: the API calls them deprecated since 1.53.
 */
export class OldBuildsGone {
    private readonly server: net.Server;
    private readonly sockets = new Set<net.Socket>();
    /** Whether they are gone yet. */
    gone = false;

    constructor() {
        this.server = net.createServer({ allowHalfOpen: true }, client => {
            this.keep(client);
            client.once("data", first => {
                if (this.gone && /^POST (\/v[\d.]+)?\/(session|grpc)[ ?]/.test(first.toString("latin1"))) {
                    const body = '{"message":"page not found"}\n';
                    client.end(
                        "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nConnection: " +
                            `close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
                    );
                    return;
                }
                const docker = net.connect({ path: "/var/run/docker.sock", allowHalfOpen: true });
                this.keep(docker);
                docker.write(first);
                client.pipe(docker).pipe(client);
            });
        });
    }

    private keep(socket: net.Socket): void {
        this.sockets.add(socket);
        socket.on("error", () => socket.destroy()).on("close", () => this.sockets.delete(socket));
    }

    listen(path: string): Promise<void> {
        return new Promise((resolve, reject) => this.server.once("error", reject).listen(path, resolve));
    }

    close(): Promise<void> {
        this.sockets.forEach(socket => socket.destroy());
        return new Promise(resolve => this.server.close(() => resolve()));
    }
}
