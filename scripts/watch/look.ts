/** What people's servers and the hub's own containers take at one moment. */
import { ownerOf, serverOf } from "../../components/docker";
import { UserError } from "../../components/errors";
import {
    containerUsage,
    Docker,
    inspectContainers,
    isRunning,
    listContainers,
    type Usage,
    volumeOwners,
    volumeSizes,
} from "../../components/host";
import { partsOf, statesOf, type PartStatus } from "../docker/parts";
import { infrastructureOf } from "../docker/probe";
import { checkStackFile, readStackFile } from "../files/stackFile";
import { deployedStack } from "../pulumi/deployed";

/** What was seen at one time; `status --watch --json` prints it as a line. */
export interface Look {
    /** ISO 8601. */
    time: string;
    stack: string;
    /** How many people have a server that runs, and how many there are. */
    running: number;
    people: number;
    servers: ServerLook[];
    infrastructure: (PartStatus & Taken)[];
}

/** What a container takes; null where Docker has not measured it. */
interface Taken {
    cpus: number | null;
    memory: number | null;
    memoryLimit: number | null;
}

/** A server that runs. */
export interface ServerLook extends Taken {
    person: string;
    /** The person's name, or `ada/work` for a further server. */
    server: string;
    container: string;
    /** Size of the home as Docker writes it; null where it is no volume, or is not counted yet. */
    home: string | null;
}

/** What is looked at. */
export interface Watched {
    stack: string;
    docker: Docker;
    instance: string;
    /** Part → container. */
    parts: Readonly<Record<string, string>>;
    /** Everybody who has a server or may have one. */
    people: ReadonlySet<string>;
    /** Volume → whose home it is; the launcher's volumes say that themselves. */
    volumes: ReadonlyMap<string, string>;
}

/** @throws UserError when it is not deployed, or Docker does not answer */
export async function watchedStack(stack: string, signal: AbortSignal): Promise<Watched> {
    const settings = checkStackFile(stack, readStackFile(stack));
    if (settings.swarm !== undefined) {
        throw new UserError(
            "status --watch: what a server takes is known on its node alone. On each of them, in root's shell: " +
                "docker stats",
        );
    }
    const { docker, names, containers, homes } = await deployedStack(stack);
    return {
        stack,
        docker: new Docker(docker.host, signal),
        instance: names.instance,
        parts: infrastructureOf(settings, names),
        people: new Set([...containers.keys()].map(ownerOf)),
        volumes: new Map([...homes].map(([person, home]) => [home, person])),
    };
}

/** How often a container may end between the list and the measure, before that is a message. */
const TRIES = 5;

/** @param homes person → size of the home @throws DockerError when Docker does not answer */
export async function lookAt(watched: Watched, homes: ReadonlyMap<string, string>, now: Date): Promise<Look> {
    const { stack, docker, instance, parts, people } = watched;
    for (let tried = 0; tried < TRIES; tried++) {
        const containers = (await listContainers(docker, instance)).filter(isRunning);
        const servers = containers.filter(({ labels }) => labels.person !== "");
        const own = new Set(Object.values(parts));
        const measured = [...servers, ...containers.filter(({ name }) => own.has(name))].map(({ name }) => name);
        const [usage, inspected] = await Promise.all([
            containerUsage(docker, measured),
            inspectContainers(docker, [...own]),
        ]);
        if (usage === undefined) {
            continue; // One has ended meanwhile.
        }
        const having = new Set(servers.map(({ labels }) => labels.person));
        return {
            time: now.toISOString(),
            stack,
            running: having.size,
            people: new Set([...people, ...having]).size,
            servers: servers
                .map(({ name, labels: { person, server } }) => ({
                    person,
                    server: serverOf(person, server),
                    container: name,
                    ...taken(usage.get(name)),
                    home: homes.get(person) ?? null,
                }))
                .sort((a, b) => (b.cpus ?? 0) - (a.cpus ?? 0) || (a.server < b.server ? -1 : 1)),
            infrastructure: partsOf(parts, statesOf(inspected)).map(part => ({
                ...part,
                ...taken(usage.get(part.container)),
            })),
        };
    }
    throw new UserError("Servers stop faster than Docker measures them.");
}

function taken(usage: Usage | undefined): Taken {
    return usage ?? { cpus: null, memory: null, memoryLimit: null };
}

/** Person → size of the home. @throws DockerError when Docker does not answer */
export async function countHomes({ docker, instance, volumes }: Watched): Promise<Map<string, string>> {
    const [owners, sizes] = await Promise.all([volumeOwners(docker, instance), volumeSizes(docker)]);
    return new Map(
        [...owners, ...volumes].flatMap(([volume, person]) => {
            const size = sizes.get(volume);
            return size === undefined ? [] : [[person, size] as const];
        }),
    );
}
