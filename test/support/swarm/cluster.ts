/** A Swarm of real Docker engines on this machine, which goes with the process that made it. */
import { waitFor } from "../deploy/waitFor";
import type { Engine } from "../../engines/catalogue";
import { SwarmNode } from "./swarmNode";
import { Switchboard } from "./switchboard";

export class Cluster {
    private board?: Switchboard;

    private constructor(private readonly nodes: readonly SwarmNode[]) {}

    /** @param count of nodes; the first is the manager */
    static async start(engine: Engine, count: number): Promise<Cluster> {
        const nodes: SwarmNode[] = [];
        const cluster = new Cluster(nodes);
        try {
            for (let number = 0; number < count; number++) {
                nodes.push(await SwarmNode.boot(engine, nodes[0]));
            }
            await cluster.join();
            cluster.board = await Switchboard.open(cluster.manager.file("nodes"), nodes);
            cluster.manager.loadBase();
            return cluster;
        } catch (error) {
            cluster.remove();
            throw error;
        }
    }

    get manager(): SwarmNode {
        return this.nodes[0];
    }

    private async join(): Promise<void> {
        const [{ address }, ...workers] = this.nodes;
        this.manager.docker("swarm", "init", "--advertise-addr", address);
        const token = this.manager.docker("swarm", "join-token", "--quiet", "worker");
        workers.forEach(worker => worker.docker("swarm", "join", "--token", token, address));
        const ready = async () =>
            this.manager
                .docker("node", "ls", "--format", "{{.Status}}")
                .split("\n")
                .filter(is => is === "Ready").length === this.nodes.length;
        await waitFor(ready, 30, "all nodes of the Swarm");
    }

    file(...names: string[]): string {
        return this.manager.file(...names);
    }

    /** Runs a program on the manager, on this checkout; it finds the other nodes by `nodes()` of node.ts. */
    run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
        const SWARM_BOARD = this.manager.file("nodes");
        return this.manager.run(command, { ...env, SWARM_REGISTRY: this.manager.registry, SWARM_BOARD });
    }

    remove(): void {
        this.board?.close();
        this.nodes.forEach(node => node.remove());
    }
}
