/** GitHub's API as far as comments on a pull request go, with the answers that GitHub gives. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";

export interface Comment {
    id: number;
    body: string;
    html_url: string;
    user: { login: string; type: string };
}

export class FakeGitHub {
    /** In the order in which they were written. */
    readonly comments: Comment[] = [];
    /** `METHOD path` of each request. */
    readonly asked: string[] = [];
    /** What it takes. */
    readonly token = "ghs_test";
    private readonly server = http.createServer((request, response) => void this.answer(request, response));

    async start(): Promise<this> {
        await new Promise<void>(resolve => this.server.listen(0, "127.0.0.1", resolve));
        return this;
    }

    stop(): void {
        this.server.close();
    }

    get api(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    /** @param type `User` or `Bot` */
    add(body: string, type: string): Comment {
        const id = this.comments.length + 1;
        const login = type === "Bot" ? "github-actions[bot]" : "mallory";
        const comment = { id, body, html_url: `https://github.test/comments/${id}`, user: { login, type } };
        this.comments.push(comment);
        return comment;
    }

    private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) {
            chunks.push(chunk as Buffer);
        }
        const url = new URL(request.url ?? "", "http://github");
        this.asked.push(`${request.method} ${url.pathname}`);
        const [status, body] =
            request.headers.authorization === `Bearer ${this.token}`
                ? this.reply(request.method ?? "", url, Buffer.concat(chunks).toString())
                : [401, { message: "Bad credentials" }];
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }

    private reply(method: string, url: URL, text: string): [status: number, body: unknown] {
        const one = /^\/repos\/lab\/hub\/issues\/comments\/(\d+)$/.exec(url.pathname);
        const found = this.comments.find(({ id }) => id === Number(one?.[1]));
        const written = (JSON.parse(text || "{}") as { body?: string }).body ?? "";
        if (method === "PATCH" && found !== undefined) {
            found.body = written;
            return [200, found];
        }
        if (url.pathname !== "/repos/lab/hub/issues/7/comments") {
            return [404, { message: "Not Found" }];
        }
        if (method === "POST") {
            return written.length > 65_536 ? [422, { message: "Validation Failed" }] : [201, this.add(written, "Bot")];
        }
        const size = Number(url.searchParams.get("per_page") ?? 30);
        const page = Number(url.searchParams.get("page") ?? 1);
        return [200, this.comments.slice((page - 1) * size, page * size)];
    }
}
