/** A proxy as somebody has it in front of a hub: HTTPS ends in it, and it says so in X-Forwarded-*. */
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as net from "node:net";

export interface FrontProxy {
    port: number;
    close(): void;
}

export async function frontProxy(
    pair: { certificate: string; key: string },
    to: { host: string; port: number },
): Promise<FrontProxy> {
    const forwarded = ({ headers, socket }: http.IncomingMessage) => ({
        ...headers,
        // As many a proxy has it by default: the Host of where it goes.
        host: `${to.host}:${to.port}`,
        "x-forwarded-for": [headers["x-forwarded-for"], socket.remoteAddress].filter(Boolean).join(", "),
        "x-forwarded-proto": "https",
    });
    const server = https.createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
        const onward = http.request(
            { ...to, method: request.method, path: request.url, headers: forwarded(request), agent: false },
            answer => {
                response.writeHead(answer.statusCode as number, answer.rawHeaders);
                answer.pipe(response);
            },
        );
        onward.on("error", () => response.destroy());
        request.pipe(onward);
    });
    const sockets = new Set<net.Socket>();
    server.on("connection", (socket: net.Socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
    server.on("upgrade", (request, socket, head) => {
        const onward = net.connect(to.port, to.host, () => {
            const lines = Object.entries(forwarded(request)).map(([name, value]) => `${name}: ${String(value)}`);
            onward.write(`${[`${request.method} ${request.url} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`);
            onward.write(head);
            onward.pipe(socket).pipe(onward);
        });
        onward.on("error", () => socket.destroy());
        socket.on("error", () => onward.destroy());
    });
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    return {
        port: (server.address() as AddressInfo).port,
        close: () => {
            sockets.forEach(socket => socket.destroy());
            server.close();
        },
    };
}
