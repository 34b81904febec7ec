/** What the way through the proxy costs: a kernel's message, a large file up and down, beside the container itself. */
import { progress } from "../../scripts/terminal/command";
import { docker } from "../../test/support/deploy/docker";
import { OURS, type Measure } from "../report/figures";
import { withHubs } from "../contenders/hubs";
import { beginKernel, openKernel } from "../contenders/kernels";
import { quantile } from "../report/statistics";
import { timed } from "../timed";
import type { BenchPart } from "./part";

/** Messages that one run sends, one after the other. */
const MESSAGES = 200;
const MIB = 2 ** 20;
const SIZE = 100e6;
const DIRECT = "direct to the container";

export const throughputPart: BenchPart = {
    run: ({ runs }, signal) =>
        withHubs(["ada"], async ([ours], { users }) => {
            const client = await ours.logIn("ada");
            const token = await client.token();
            await client.startServer(token);
            const address = docker(
                "inspect",
                "--format",
                "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                users.ada.container,
            );
            const ways = { [OURS]: client.server(""), [DIRECT]: `http://${address}:8888/user/ada/` };
            const kernel = await beginKernel(client, token);
            const what = { message: "one kernel message and its answer", down: "100 MB down", up: "100 MB up" };
            const values = Object.fromEntries(
                Object.values(what).map(name => [
                    name,
                    Object.fromEntries(Object.keys(ways).map(way => [way, [] as number[]])),
                ]),
            );
            for (let run = 1; run <= runs; run++) {
                progress(`through the proxy, run ${run} of ${runs} …`);
                for (const [way, server] of Object.entries(ways)) {
                    signal.throwIfAborted();
                    const file = new File(server, token);
                    values[what.message][way].push(await messages(server, kernel, token));
                    values[what.up][way].push(await timed(() => file.upload()));
                    values[what.down][way].push(await timed(() => file.download()));
                }
            }
            return Object.entries(values).map(
                ([name, taken]) =>
                    ({
                        what: name,
                        unit: name === what.message ? "ms" : "s",
                        values: taken,
                        ...(name === what.down ? {} : { aims: { [DIRECT]: 1.15 } }),
                    }) satisfies Measure,
            );
        }),
};

/** @returns the median of a round trip, in milliseconds */
async function messages(server: string, id: string, token: string): Promise<number> {
    const kernel = await openKernel(server, id, token);
    try {
        const seconds: number[] = [];
        for (let i = 0; i < MESSAGES; i++) {
            seconds.push(await timed(async () => void (await kernel.run("1"))));
        }
        return quantile(seconds, 0.5) * 1000;
    } finally {
        kernel.close();
    }
}

/** A file in the person's home, by the requests that JupyterLab makes. */
class File {
    constructor(
        private readonly server: string,
        private readonly token: string,
    ) {}

    /** In chunks of 1 MiB, one after the other; the last is number -1. */
    async upload(): Promise<void> {
        const chunks = Math.ceil(SIZE / MIB);
        for (let i = 1; i <= chunks; i++) {
            const content = Buffer.alloc(Math.min(MIB, SIZE - (i - 1) * MIB), i).toString("base64");
            const body = JSON.stringify({ type: "file", format: "base64", chunk: i === chunks ? -1 : i, content });
            await this.ask("api/contents/large.bin", {
                method: "PUT",
                body,
                headers: { "Content-Type": "application/json" },
            });
        }
    }

    async download(): Promise<void> {
        const { body } = await this.ask("files/large.bin");
        let bytes = 0;
        for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
            bytes += chunk.length;
        }
        if (bytes !== SIZE) {
            throw new Error(`${this.server}: ${bytes} bytes came of ${SIZE}`);
        }
    }

    private async ask(path: string, init: RequestInit = {}): Promise<Response> {
        const answer = await fetch(this.server + path, {
            ...init,
            headers: { ...init.headers, Authorization: `token ${this.token}` },
        });
        if (!answer.ok) {
            throw new Error(`${this.server}${path}: ${answer.status} ${await answer.text()}`);
        }
        return answer;
    }
}
