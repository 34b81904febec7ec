/** Services and nodes of a Swarm, asked on a manager. Changes nothing. */
import { LABEL } from "../docker/labels";
import { lines, type Docker } from "./client";
import { LISTED_LABELS, type ListedContainer } from "./listed";

/** A node, as the managers have it. */
export interface SwarmNode {
    id: string;
    name: string;
    /** `ready`, `down`, `unknown`. */
    state: string;
    /** `active`, `pause`, `drain`. */
    availability: string;
    engine: string;
}

interface InspectedNode {
    ID: string;
    Spec: { Availability?: string };
    Description?: { Hostname?: string; Engine?: { EngineVersion?: string } };
    Status?: { State?: string };
}

/** Sorted by name. @throws DockerError when Docker does not answer, or is no manager */
export async function listNodes(docker: Docker): Promise<SwarmNode[]> {
    const ids = lines(await docker.ask(["node", "ls", "--quiet"]));
    const found = JSON.parse(await docker.ask(["node", "inspect", ...ids])) as InspectedNode[];
    return found
        .map(({ ID, Spec, Description, Status }) => ({
            id: ID,
            name: Description?.Hostname ?? ID,
            state: Status?.State ?? "unknown",
            availability: Spec.Availability ?? "active",
            engine: Description?.Engine?.EngineVersion ?? "",
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A task that is to run. */
export interface SwarmTask {
    service: string;
    /** Name of its node; empty while it has none. */
    node: string;
    /** Docker's word, such as `Running`, `Preparing` or `Pending`. */
    state: string;
    /** Why it does not run; empty where there is no reason. */
    why: string;
}

const TASK = ["{{.Name}}", "{{.Node}}", "{{.CurrentState}}", "{{.Error}}"].join("\t");

/** The tasks of these services that are to run. @throws DockerError when Docker does not answer */
export async function listTasks(docker: Docker, services: readonly string[]): Promise<SwarmTask[]> {
    if (services.length === 0) {
        return [];
    }
    const only = ["--no-trunc", "--filter", "desired-state=running", "--filter", "desired-state=ready"];
    const result = await docker.run(["service", "ps", ...only, "--format", TASK, ...services]);
    if (result.code !== 0 && !/no such service/i.test(result.stderr)) {
        throw docker.noAnswer(result);
    }
    return lines(result.stdout).map(line => {
        const [name, node = "", state = "", why = ""] = line.split("\t");
        // `NAME.SLOT`, or of a global service `NAME.NODE`; no name has a dot.
        return { service: name.split(".")[0], node, state: state.split(" ")[0], why: why.replace(/^"|"$/g, "") };
    });
}

interface InspectedService {
    ID: string;
    Spec: {
        Name: string;
        Labels?: Record<string, string> | null;
        TaskTemplate: { ContainerSpec: { Image: string } };
        /** A service of all nodes has no number of replicas. */
        Mode?: { Replicated?: { Replicas?: number } };
    };
}

/**
 * Services of this project, in the form of containers: people's servers and the guard. One without a replica does not
 * run; any other does, wherever.
 * @param instance of which stack; undefined: of all
 * @returns none where Docker is no manager of a Swarm
 */
export async function listServices(docker: Docker, instance?: string): Promise<ListedContainer[]> {
    const label = instance === undefined ? LABEL.instance : `${LABEL.instance}=${instance}`;
    const listed = await docker.run(["service", "ls", "--quiet", "--filter", `label=${label}`]);
    if (listed.code !== 0 && /not a swarm manager/i.test(listed.stderr)) {
        return [];
    }
    if (listed.code !== 0) {
        throw docker.noAnswer(listed);
    }
    const ids = lines(listed.stdout);
    if (ids.length === 0) {
        return [];
    }
    const result = await docker.run(["service", "inspect", ...ids]);
    if (result.code !== 0 && !/no such service/i.test(result.stderr)) {
        throw docker.noAnswer(result);
    }
    return servicesFrom(JSON.parse(result.stdout.trim() || "[]") as InspectedService[]);
}

/** Pure. */
export function servicesFrom(inspected: readonly InspectedService[]): ListedContainer[] {
    return inspected.map(({ ID, Spec: { Name, Labels, TaskTemplate, Mode } }) => ({
        id: ID,
        name: Name,
        state: Mode?.Replicated?.Replicas === 0 ? "exited" : "running",
        image: TaskTemplate.ContainerSpec.Image,
        labels: Object.fromEntries(
            LISTED_LABELS.map(label => [label, Labels?.[LABEL[label]] ?? ""]),
        ) as ListedContainer["labels"],
        service: true as const,
    }));
}
