/** The nodes of a Swarm, and what each has of a stack. */
import type { Settings } from "../../components/config";
import type { StackNames } from "../../components/docker";
import { listNodes, listTasks, type SwarmNode, type SwarmTask } from "../../components/host";
import type { Docker } from "./docker";

/** A node in `status --json`. */
export interface NodeStatus {
    name: string;
    /** `ready`, `down`, or another of Docker's. */
    state: string;
    /** `active`, `pause`, `drain`. */
    availability: string;
    /** State of the guard there; null where it has none to run: no server starts there then. */
    guard: string | null;
    /** How many servers are there. */
    servers: number;
}

export interface NodesLook {
    nodes: NodeStatus[];
    /** Server's service → the node that it is on, and its state there. */
    places: ReadonlyMap<string, Pick<SwarmTask, "node" | "state" | "why">>;
}

/**
 * @param servers names of people's services
 * @returns undefined where a stack is on one machine
 * @throws DockerError when Docker does not answer
 */
export async function nodesOf(
    docker: Docker,
    { swarm }: Pick<Settings, "swarm">,
    { guard }: StackNames,
    servers: readonly string[],
): Promise<NodesLook | undefined> {
    if (swarm === undefined) {
        return undefined;
    }
    const [nodes, tasks, guards] = await Promise.all([
        listNodes(docker),
        listTasks(docker, servers),
        listTasks(docker, [guard]),
    ]);
    return nodesLook(nodes, tasks, guards);
}

/** Pure. */
export function nodesLook(
    nodes: readonly SwarmNode[],
    tasks: readonly SwarmTask[],
    guards: readonly SwarmTask[],
): NodesLook {
    return {
        nodes: nodes.map(({ name, state, availability }) => ({
            name,
            state,
            availability,
            guard: guards.find(({ node }) => node === name)?.state.toLowerCase() ?? null,
            servers: tasks.filter(({ node }) => node === name).length,
        })),
        places: new Map(
            tasks.map(({ service, node, state, why }) => [service, { node, state: state.toLowerCase(), why }]),
        ),
    };
}

/** What is wrong with the nodes: a server that would come there does not start. Pure. */
export function nodeProblems(nodes: readonly NodeStatus[]): { part: string; what: string }[] {
    return nodes
        .filter(
            ({ state, availability, guard }) => state === "ready" && availability !== "drain" && guard !== "running",
        )
        .map(({ name, guard }) => ({
            part: `guard on ${name}`,
            what: `${guard ?? "missing"}: no server starts there`,
        }));
}
