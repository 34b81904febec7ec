/** A request to a deployed hub, at the address it listens on: its public name need not lead here from this machine. */
import * as http from "node:http";
import type { Settings } from "../../components/settings";
import { reachable } from "../../components/values";

export interface Answer {
    status: number;
    body: string;
}

/**
 * @param path below the hub's own path, such as `hub/health`
 * @throws Error when nothing answers within `seconds`
 */
export function askHub(settings: Pick<Settings, "listen" | "url">, path: string, headers: Record<string, string> = {}, seconds = 10): Promise<Answer> {
    const url = new URL(path, settings.url);
    const { port } = settings.listen;
    const options = { host: reachable(settings.listen.ip), port, path: url.pathname + url.search, headers: { Host: url.host, ...headers }, agent: false } as const;
    return new Promise((resolve, reject) => {
        const request = http.get({ ...options, timeout: seconds * 1000 }, answer => {
            const chunks: Buffer[] = [];
            answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
            answer.on("end", () => resolve({ status: answer.statusCode as number, body: Buffer.concat(chunks).toString("utf8") }));
        });
        request.on("error", reject).on("timeout", () => request.destroy(new Error(`no answer within ${seconds} s`)));
    });
}
