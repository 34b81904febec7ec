/** A stack on the Swarm that these tests run on the manager of, and people who work on its nodes. */
import * as fs from "node:fs";
import * as path from "node:path";
import { atOnce } from "../support/attacks/python";
import { docker } from "../support/deploy/docker";
import { steps } from "../support/deploy/steps";
import { waitFor } from "../support/deploy/waitFor";
import { Workspace, type Outputs } from "../support/deploy/workspace";
import type { Around } from "../support/swarm/around";
import { nodes, registry, type Node } from "../support/swarm/node";
import { toServer, type Tries } from "../support/swarm/reach";
import { SHARED } from "../support/swarm/swarmNode";
import { work, type Working } from "../support/swarm/working";

/** Four: on two nodes and on three some are together on one. */
export const PEOPLE = ["ada", "grace", "alan", "emmy"];

export class SwarmLab {
    readonly step = steps();

    workspace!: Workspace;
    outputs!: Outputs;
    nodes!: readonly Node[];
    readonly people: Record<string, Working> = {};
    /** What is around people's servers on nodes. */
    readonly around: Around[] = [];
    /** What `jupyterhub:swarm` says of the registry. */
    registry = () => `registry: "${registry()}"`;
    /** People's homes. */
    readonly homes: string;

    /** @param name tells the files of this test from those of others on the Swarm */
    constructor(
        name: string,
        private readonly spawning: "declared" | "dynamic" = "dynamic",
    ) {
        this.homes = path.join(SHARED, name);
    }

    async begin(config = this.config()): Promise<void> {
        fs.mkdirSync(this.homes, { mode: 0o755 });
        this.nodes = await nodes();
        this.workspace = await Workspace.create(config);
    }

    config(people = PEOPLE, ...more: string[]): string {
        return [
            `jupyterhub:users: [${people.join(", ")}, eve]`,
            `jupyterhub:spawning: ${this.spawning}`,
            "jupyterhub:blockedUsers: [eve]",
            "jupyterhub:defaults: {memory: 700M, cpus: 1.5, pids: 200, reservations: {memory: 64M, cpus: 0.1},",
            "    placement: {constraints: [node.platform.os==linux]}}",
            `jupyterhub:swarm: {${this.registry()}, homes: "${this.homes}"}`,
            ...more,
        ].join("\n");
    }

    async up(config?: string): Promise<void> {
        this.outputs = await this.workspace.settle(config);
    }

    async arrive(user: string): Promise<Working> {
        return (this.people[user] = await work(this.outputs, user, this.nodes));
    }

    /** Everybody; the first of them on a node of their own each, for the Swarm chooses among equals by chance. */
    async arriveEverywhere(): Promise<void> {
        for (const [place, user] of PEOPLE.entries()) {
            await (place < this.nodes.length ? this.arriveOn(this.nodes[place], user) : this.arrive(user));
        }
    }

    /** On that node, whatever is there: others take no server meanwhile. */
    async arriveOn(node: Node, user: string): Promise<Working> {
        const others = this.nodes.filter(other => other !== node);
        others.forEach(other => other.availability("pause"));
        try {
            return await this.arrive(user);
        } finally {
            others.forEach(other => other.availability("active"));
        }
    }

    async leave(user: string): Promise<void> {
        const { kernel, client, token } = this.people[user];
        kernel.close();
        await client.stopServer(token);
        const filter = ["--filter", `name=${this.prefix}-u-${user}`];
        const runs = async (node: Node) => (await node.docker("ps", "--quiet", ...filter)) !== "";
        const gone = async () => !(await Promise.all(this.nodes.map(runs))).includes(true);
        await waitFor(gone, 30, `the end of ${user}'s container`);
        delete this.people[user];
    }

    /** Also after a failure: other files are to find the Swarm as this one did. */
    async end(): Promise<void> {
        Object.values(this.people).forEach(({ kernel }) => kernel.close());
        this.nodes?.forEach(node => node.availability("active"));
        await Promise.all(this.around.map(one => one.remove()));
        // A network is in use until the last task has ended, and while there is a launcher it makes the guard again.
        const removed = async () => {
            const left = servicesOf(`${this.workspace?.stack}-`);
            if (left.length > 0) {
                docker("service", "rm", ...left);
            }
            return this.workspace?.remove() === undefined;
        };
        await waitFor(removed, 30, "the end of the stack", 1000);
    }

    /** Which servers are reached from others that must not be. */
    async reachedServers(): Promise<string[]> {
        const all = Object.values(this.people);
        return reachedBy(all, from =>
            all.filter(to => to !== from).reduce((tries, to) => ({ ...tries, ...toServer(from, to) }), {}),
        );
    }

    /** What the names of the stack's objects begin with. */
    get prefix(): string {
        return this.outputs.containers.hub.replace(/-hub$/, "");
    }

    /** Services of the stack, by name. */
    services(): string[] {
        return servicesOf(`${this.prefix}-`);
    }

    /** Services of people's servers that are to run. */
    servers(): string[] {
        return this.services().filter(name => name.startsWith(`${this.prefix}-u-`) && replicasOf(name) !== "0");
    }

    /** What has become of people's servers: on which node, in which state, and why. */
    tasks(): string[] {
        const format = "{{.Name}} {{.Node}} {{.CurrentState}} {{.Error}}";
        return this.servers().flatMap(name => docker("service", "ps", "--format", format, name).split("\n"));
    }

    async nobodyIsLeft(): Promise<void> {
        await waitFor(async () => this.servers().length === 0, 60, "the end of all servers");
    }
}

function servicesOf(prefix: string): string[] {
    const names = docker("service", "ls", "--format", "{{.Name}}").split("\n");
    return names.filter(name => name.startsWith(prefix)).sort();
}

/** How many there are to be; of a service of all nodes nothing. */
function replicasOf(service: string): string {
    const format = "{{with .Spec.Mode.Replicated}}{{.Replicas}}{{end}}";
    return docker("service", "inspect", "--format", format, service);
}

/** What somebody's kernel answers. */
export async function tried({ kernel }: Working, tries: Tries): Promise<Record<string, string>> {
    return JSON.parse(await kernel.run(atOnce(tries), 120)) as Record<string, string>;
}

/** What each of them tries at the same time and is not shut. */
export async function reachedBy(
    all: readonly Working[],
    triesOf: (from: Working) => Tries | Promise<Tries>,
): Promise<string[]> {
    expect(all.length).toBeGreaterThan(0);
    const reached = all.map(async from => {
        const tries = await triesOf(from);
        expect(Object.keys(tries).length).toBeGreaterThan(0);
        return Object.entries(await tried(from, tries))
            .filter(([, answer]) => answer !== "shut")
            .map(([name, answer]) => `${from.user} on ${from.node.name} → ${name}: ${answer}`);
    });
    return (await Promise.all(reached)).flat();
}
