/** The Swarm that this process runs on the manager of (cluster.ts), as a test sees it. */
import { docker } from "../deploy/docker";
import { waitFor } from "../deploy/waitFor";
import { ask, type NodeName } from "./switchboard";

function variable(name: string): string {
    const value = process.env[name];
    if (value === undefined) {
        throw new Error(`${name} is not set: these tests run by npm run test:swarm`);
    }
    return value;
}

/** Where all nodes have images from. */
export const registry = () => variable("SWARM_REGISTRY");

/** All of them, the manager first. */
export async function nodes(): Promise<readonly Node[]> {
    const names = JSON.parse(await ask(variable("SWARM_BOARD"))) as NodeName[];
    return names.map((name, number) => new Node(number, name));
}

export class Node {
    readonly name: string;
    readonly address: string;

    constructor(
        private readonly number: number,
        { name, address }: NodeName,
    ) {
        [this.name, this.address] = [name, address];
    }

    /** Runs a program on the node. */
    inside(...command: string[]): Promise<string> {
        return ask(variable("SWARM_BOARD"), { node: this.number, act: "inside", command });
    }

    /** Its own Docker, not the Swarm. */
    docker(...args: string[]): Promise<string> {
        return this.inside("docker", ...args);
    }

    /** Everything on it ends at once. Not for the manager, which this process is on. */
    async powerOff(): Promise<void> {
        await this.power("powerOff");
    }

    async powerOn(): Promise<void> {
        await this.power("powerOn");
    }

    private async power(act: "powerOff" | "powerOn"): Promise<void> {
        if (this.number === 0) {
            throw new Error("the manager stays on");
        }
        await ask(variable("SWARM_BOARD"), { node: this.number, act });
    }

    /** `Ready`, `Down`, as the managers have it. */
    status(): string {
        return docker("node", "inspect", "--format", "{{.Status.State}}", this.name);
    }

    /** Until the managers have noticed. @param seconds on a quiet machine */
    async becomes(status: "ready" | "down", seconds = 60): Promise<void> {
        await waitFor(async () => this.status() === status, seconds, `the node's being ${status}`);
    }

    /** Whether new servers come here, and those that are here stay; paused, those stay and none comes. */
    availability(is: "active" | "pause" | "drain"): void {
        docker("node", "update", "--availability", is, this.name);
    }
}
