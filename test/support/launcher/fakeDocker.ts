import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { waitFor } from "../deploy/waitFor";
import type { Recorded } from "./expected";

/** Milliseconds without a request after which none follows: far more than lies between two of one start. */
const QUIET = 1000;

interface Container {
    name: string;
    running: boolean;
    labels: Record<string, string>;
    /** The one file that can be read. */
    file?: string;
}

/** Stands in for Docker behind the launcher: keeps containers in memory, and writes every request down. */
export class FakeDocker {
    private readonly server: Server;
    private readonly containers = new Map<string, Container>();
    private recorded: Recorded[] = [];
    private count = 0;
    /** When the last request came. */
    private last = Date.now();

    constructor() {
        this.server = createServer((request, response) => {
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => this.answer(request, response, Buffer.concat(chunks).toString()));
        });
    }

    listen(path: string): Promise<void> {
        return new Promise((resolve, reject) => {
            this.server.once("error", reject);
            this.server.listen(path, resolve);
        });
    }

    close(): Promise<void> {
        this.server.closeAllConnections();
        return new Promise(resolve => this.server.close(() => resolve()));
    }

    /** A container of that name; one that is there is replaced. */
    put(name: string, { labels = {}, file, running = true }: Partial<Container> = {}): string {
        const id = (++this.count).toString(16).padStart(64, "0");
        this.removeNamed(name);
        this.containers.set(id, { name, running, labels, file });
        return id;
    }

    /** Names of people's containers that a launcher made. */
    launched(): string[] {
        return [...this.containers.values()]
            .filter(({ labels }) => "jupyterhub.launched" in labels)
            .map(({ name }) => name);
    }

    /** GPUs that more than one container has. */
    sharedGpus(): string[] {
        const all = [...this.containers.values()].flatMap(({ labels }) => labels["jupyterhub.gpus"]?.split(",") ?? []);
        return all.filter((gpu, index) => all.indexOf(gpu) !== index);
    }

    /** They are gone, as after a stop. */
    forgetLaunched(): void {
        this.launched().forEach(name => this.removeNamed(name));
    }

    /** All requests since the last call. */
    take(): Recorded[] {
        const taken = this.recorded;
        this.recorded = [];
        return taken;
    }

    /** Until nobody has asked anything for a while: who gave up waiting for an answer left work behind. */
    async settled(): Promise<void> {
        await waitFor(async () => Date.now() - this.last > QUIET, 30, "end of what the launcher still does");
    }

    private removeNamed(name: string): void {
        const id = this.find(name);
        if (id !== undefined) {
            this.containers.delete(id);
        }
    }

    private find(nameOrId: string): string | undefined {
        return this.containers.has(nameOrId)
            ? nameOrId
            : [...this.containers].find(([, { name }]) => name === nameOrId)?.[0];
    }

    private answer(request: IncomingMessage, response: ServerResponse, body: string): void {
        const { method = "", url = "" } = request;
        const { pathname, searchParams } = new URL(url, "http://docker");
        const [, kind, target, action] = pathname.split("/");
        const id = this.find(target);
        this.last = Date.now();
        this.recorded.push({
            method,
            url,
            body,
            labels: id === undefined ? undefined : this.containers.get(id)?.labels,
        });
        const send = (status: number, answer?: unknown) => {
            response.writeHead(status);
            response.end(answer === undefined ? undefined : Buffer.isBuffer(answer) ? answer : JSON.stringify(answer));
        };
        if (pathname === "/containers/json") {
            return send(200, this.list(searchParams));
        }
        if (pathname === "/containers/create") {
            return send(201, { Id: this.create(searchParams.get("name") as string, body) });
        }
        if (kind === "volumes") {
            return send(201, JSON.parse(body));
        }
        const container = id === undefined ? undefined : this.containers.get(id);
        if (id === undefined || container === undefined) {
            return send(404, { message: `No such container: ${target}` });
        }
        if (method === "GET" && action === "json") {
            return send(200, inspected(id, container));
        }
        if (method === "GET" && container.file !== undefined) {
            return send(200, tar("launcher.json", container.file));
        }
        if (method === "DELETE") {
            this.containers.delete(id);
        } else {
            container.running = action === "start";
        }
        return send(204);
    }

    private list(query: URLSearchParams): unknown[] {
        const { label } = JSON.parse(query.get("filters") as string) as { label: string[] };
        return [...this.containers]
            .filter(([, { labels }]) => label.every(one => isLabelled(labels, one)))
            .map(([Id, { name, running, labels }]) => ({
                Id,
                Names: [`/${name}`],
                State: running ? "running" : "created",
                Created: Date.now() / 1000,
                Labels: labels,
            }));
    }

    private create(name: string, body: string): string {
        const { Labels } = JSON.parse(body) as { Labels: Record<string, string> };
        return this.put(name, { labels: Labels, running: false });
    }
}

/** @param wanted a label and its value, or a label with any */
function isLabelled(labels: Readonly<Record<string, string>>, wanted: string): boolean {
    const [label, value = labels[label]] = wanted.split("=");
    return label in labels && labels[label] === value;
}

function inspected(Id: string, { name, running, labels }: Container): unknown {
    return { Id, Name: `/${name}`, State: { Running: running, ExitCode: 0 }, Config: { Labels: labels } };
}

/** An archive of one file. */
function tar(name: string, content: string): Buffer {
    const data = Buffer.from(content);
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write("0000400\0", 100);
    head.write("0000000\0", 108);
    head.write("0000000\0", 116);
    head.write(data.length.toString(8).padStart(11, "0"), 124);
    head.write("00000000000\0", 136);
    head.write(`        0ustar\0${"00"}`, 148);
    const sum = head.reduce((all, byte) => all + byte, 0);
    head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return Buffer.concat([head, data, Buffer.alloc((512 - (data.length % 512)) % 512), Buffer.alloc(1024)]);
}
