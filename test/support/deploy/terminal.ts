import WebSocket from "ws";
import { waitFor } from "./waitFor";

/** An open terminal, over its websocket. */
export class Terminal {
    private text = "";

    private constructor(private readonly socket: WebSocket) {
        socket.on("message", data => {
            const [kind, text] = JSON.parse(String(data)) as [string, string];
            this.text += kind === "stdout" ? text : "";
        });
    }

    static async open(url: string, token: string): Promise<Terminal> {
        const socket = new WebSocket(url.replace(/^http/, "ws"), { headers: { Authorization: `token ${token}` } });
        const terminal = new Terminal(socket);
        await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
        await waitFor(() => Promise.resolve(terminal.text !== ""), 30, "the shell's prompt");
        return terminal;
    }

    /** What it has shown so far. */
    shown(): string {
        return this.text;
    }

    type(text: string): void {
        this.socket.send(JSON.stringify(["stdin", text]));
    }

    close(): void {
        this.socket.close();
    }
}
