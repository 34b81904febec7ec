/**
 * By it a test on the manager works on the other nodes: their processes are none of those that it sees. HTTP on a
 * socket in a folder, which all nodes share.
 */
import { execFile } from "node:child_process";
import * as http from "node:http";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { SwarmNode } from "./swarmNode";

/** What is asked of a node. */
export type Order = { node: number } & ({ act: "inside"; command: string[] } | { act: "powerOff" | "powerOn" });

/** What a node is called by the Swarm, and by others in the network. */
export interface NodeName {
    name: string;
    address: string;
}

const run = promisify(execFile);

export class Switchboard {
    private constructor(private readonly server: http.Server) {}

    static async open(socket: string, nodes: readonly SwarmNode[]): Promise<Switchboard> {
        const server = http.createServer((request, response) => {
            const names = () => nodes.map(({ link: name, address }): NodeName => ({ name, address }));
            const answered = request.method === "GET" ? Promise.resolve(JSON.stringify(names())) : done(nodes, request);
            answered.then(
                answer => response.end(answer),
                (error: Error & { stderr?: string }) =>
                    response.writeHead(500).end(`${error.message}\n${error.stderr ?? ""}`),
            );
        });
        await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
        return new Switchboard(server);
    }

    close(): void {
        this.server.closeAllConnections();
        this.server.close();
    }
}

async function done(nodes: readonly SwarmNode[], request: http.IncomingMessage): Promise<string> {
    const order = JSON.parse(await text(request)) as Order;
    const node = nodes[order.node];
    if (order.act !== "inside") {
        await node[order.act]();
        return "";
    }
    const { stdout } = await run("nsenter", [...node.entrance(), ...order.command], { maxBuffer: 64 << 20 });
    return stdout.trim();
}

/** @param socket of a switchboard @param order none: asks for the names of all nodes */
export function ask(socket: string, order?: Order): Promise<string> {
    return new Promise((resolve, reject) => {
        const method = order === undefined ? "GET" : "POST";
        const request = http.request({ socketPath: socket, method, agent: false }, answer => {
            text(answer).then(
                said => (answer.statusCode === 200 ? resolve(said) : reject(new Error(said))),
                (error: Error) => reject(error),
            );
        });
        request.once("error", reject).end(order === undefined ? "" : JSON.stringify(order));
    });
}
