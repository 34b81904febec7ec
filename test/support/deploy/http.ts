/** One HTTP request, by whichever way leads to the hub. */
import * as http from "node:http";
import * as https from "node:https";
import { BUSY } from "./waitFor";

/** How a hub is reached that is not simply at its URL. */
export interface Way {
    /** Where its name leads. */
    host?: string;
    port?: number;
    /** Whose certificates are trusted. */
    ca?: string;
}

export interface Sent {
    method?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
}

/** `fetch` calls itself a script (Sec-Fetch-Mode), and a hub sets its cookies only for pages: so not by fetch. */
export function send(target: URL, { method = "GET", headers, body }: Sent = {}, way: Way = {}): Promise<Response> {
    const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    const options = {
        ...connection(target, way),
        path: target.pathname + target.search,
        method,
        headers: { Host: target.host, ...headers, ...length },
        timeout: 30_000 * BUSY,
        agent: false,
    } as const;
    return new Promise((resolve, reject) => {
        const request = (target.protocol === "https:" ? https : http).request(options, answer => {
            const chunks: Buffer[] = [];
            answer
                .on("data", chunk => chunks.push(chunk))
                .on("error", reject)
                .on("end", () => {
                    const lines = Object.entries(answer.headersDistinct).flatMap(([name, values]) =>
                        (values ?? []).map(value => [name, value] as [string, string]),
                    );
                    const status = answer.statusCode as number;
                    resolve(
                        new Response([204, 304].includes(status) ? null : Buffer.concat(chunks), {
                            status,
                            headers: lines,
                        }),
                    );
                });
        });
        request.on("error", reject).on("timeout", () => request.destroy(new Error(`no answer from ${target.href}`)));
        request.end(body);
    });
}

/** Options of a connection: to where the way leads, but by the URL's name. */
export function connection(
    target: URL,
    { host, port, ca }: Way,
): { host: string; port: number; servername?: string; ca?: string } {
    const named = /^[\d.]+$/.test(target.hostname) ? {} : { servername: target.hostname };
    return {
        host: host ?? target.hostname,
        port: port ?? (Number(target.port) || (target.protocol === "https:" ? 443 : 80)),
        ...named,
        ...(ca === undefined ? {} : { ca }),
    };
}
