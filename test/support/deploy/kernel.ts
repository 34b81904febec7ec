import { randomUUID } from "node:crypto";
import * as net from "node:net";
import * as tls from "node:tls";
import WebSocket from "ws";
import { type Way, connection } from "./http";
import { BUSY } from "./waitFor";

/** An open kernel, over its websocket. */
export class Kernel {
    private constructor(
        private readonly socket: WebSocket,
        readonly closed: Promise<void>,
    ) {}

    static async open(url: string, token: string, way: Way = {}): Promise<Kernel> {
        const { host, port, ca, servername } = connection(new URL(url.replace(/^ws/, "http")), way);
        const make = (options: { path?: string }) =>
            url.startsWith("wss:")
                ? tls.connect({ ...options, path: undefined, host, port, ca, servername })
                : net.connect(port, host);
        const socket = new WebSocket(url, {
            headers: { Authorization: `token ${token}` },
            createConnection: make as typeof net.connect,
        });
        await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
        return new Kernel(socket, new Promise(resolve => socket.once("close", () => resolve())));
    }

    /** Runs code and returns what it prints; an exception in it is an error here. */
    run(code: string, seconds = 30): Promise<string> {
        const id = randomUUID();
        const message = {
            header: {
                msg_id: id,
                msg_type: "execute_request",
                session: id,
                username: "",
                date: new Date().toISOString(),
                version: "5.3",
            },
            parent_header: {},
            metadata: {},
            content: { code, silent: false, store_history: false, allow_stdin: false },
            channel: "shell",
        };
        return new Promise((resolve, reject) => {
            let out = "";
            const timer = setTimeout(
                () => done(new Error(`no answer from the kernel within ${seconds * BUSY} s; printed so far: ${out}`)),
                seconds * BUSY * 1000,
            );
            const closed = () => done(new Error("the kernel's websocket was closed"));
            const done = (error?: Error) => {
                clearTimeout(timer);
                this.socket.off("message", read).off("close", closed);
                if (error === undefined) {
                    resolve(out);
                } else {
                    reject(error);
                }
            };
            let status: string | undefined;
            let idle = false;
            let failed: Error | undefined;
            const send = () => this.socket.send(JSON.stringify(message));
            const read = (data: WebSocket.RawData) => {
                const { parent_header, header, content } = JSON.parse(String(data)) as {
                    parent_header: { msg_id?: string };
                    header: { msg_type: string };
                    content: Partial<Record<"text" | "ename" | "evalue" | "execution_state" | "status", string>>;
                };
                if (parent_header.msg_id !== id) {
                    return;
                }
                if (header.msg_type === "stream") {
                    out += content.text ?? "";
                } else if (header.msg_type === "error") {
                    failed = new Error(`${content.ename}: ${content.evalue}`);
                } else if (header.msg_type === "status" && content.execution_state === "idle") {
                    idle = true;
                } else if (header.msg_type === "execute_reply") {
                    ({ status } = content);
                }
                // Both, in either order: they come by two channels of the kernel.
                if (!idle || status === undefined) {
                    return;
                }
                if (status === "aborted") {
                    // After an exception a kernel runs nothing for a moment. It has not looked at the code.
                    [idle, status] = [false, undefined];
                    send();
                } else {
                    done(failed);
                }
            };
            this.socket.on("message", read).on("close", closed);
            send();
        });
    }

    close(): void {
        this.socket.close();
    }
}
