/**
 * Finds what in Docker differs from what Pulumi deployed, because somebody changed it: containers renamed or replaced,
 * memory, networks, images. Containers that are missing or stopped are seen by probe.ts.
 *
 * A container's image, environment and labels never change. Whoever changes them makes a new container, and its id is
 * another.
 */
import { progress } from "../terminal/command";
import {
    hasImage,
    inspectContainers,
    type InspectedContainer,
    inspectNetworks,
    nameOf,
    taggedImages,
} from "../../components/host";
import type { Docker } from "../docker/docker";
import { removeNetwork } from "../docker/networks";
import type { Deployment } from "./recover";
import { CONTAINER, IMAGE, NETWORK } from "./resourceTypes";

/** A container, as far as somebody may have changed it. */
export interface FoundContainer {
    id: string;
    name: string;
    /** Bytes; 0 without a limit. */
    memory: number;
    image: string;
    /** Name of each network → its id when the container was last started; empty before that. */
    networks: Record<string, string>;
}

/** What Docker has of a stack. */
export interface PresentObjects {
    containers: readonly FoundContainer[];
    /** Name → id. */
    networks: ReadonlyMap<string, string>;
    images: ReadonlySet<string>;
}

/** The same, with all that is known of its containers. */
export interface StackLook extends Omit<PresentObjects, "containers"> {
    containers: readonly InspectedContainer[];
}

export interface Drift {
    /** Name of the container, network or image, as Pulumi made it. */
    object: string;
    /** `detached`: the container is not in a network that it should be in, or is in one that no longer exists. */
    kind: "renamed" | "anew" | "memory" | "detached" | "network" | "image";
    /** What differs, for people to read. */
    what: string;
    /** The container's id; that of a network that has the name of a missing one. */
    id?: string;
    /** `detached`: the networks. */
    networks?: readonly Attachment[];
}

interface Attachment {
    name: string;
    /** Its fixed address in it, where it has one. */
    address?: string;
}

interface Expected {
    id: string;
    name: string;
    memory?: number;
    networks: Attachment[];
}

const MIB = 1024 * 1024;

/** What differs from Pulumi's state, sorted by name. Pure. */
export function findDrift(deployment: Deployment, present: PresentObjects): Drift[] {
    const byId = new Map(present.containers.map(container => [container.id, container]));
    const byName = new Map(present.containers.map(container => [container.name, container]));
    const containers = expectedContainers(deployment).flatMap(expected => {
        const pair = { found: byId.get(expected.id), namesake: byName.get(expected.name) };
        return driftOfContainer(expected, pair, present.networks);
    });
    const networks = names(deployment, NETWORK).flatMap(name => driftOfNetwork(deployment, name, present.networks));
    const images = names(deployment, IMAGE).filter(name => !present.images.has(name));
    return [
        ...containers,
        ...networks,
        ...images.map(object => ({ object, kind: "image", what: "the image is missing" }) as const),
    ].sort((a, b) => (a.object < b.object ? -1 : a.object > b.object ? 1 : 0));
}

function driftOfNetwork({ resources = [] }: Deployment, object: string, present: PresentObjects["networks"]): Drift[] {
    const id = present.get(object);
    if (id === undefined) {
        return [{ object, kind: "network", what: "the network is missing" }];
    }
    return resources.some(resource => resource.type === NETWORK && resource.id === id)
        ? []
        : [{ object, kind: "network", what: "the network was made anew by hand", id }];
}

/** @param found the container that Pulumi made @param namesake what has its name now */
function driftOfContainer(
    expected: Expected,
    { found, namesake }: { found?: FoundContainer; namesake?: FoundContainer },
    networks: PresentObjects["networks"],
): Drift[] {
    const object = expected.name;
    if (found === undefined) {
        const what = `made anew by hand, from ${namesake?.image}`;
        return namesake === undefined ? [] : [{ object, kind: "anew", what, id: namesake.id }];
    }
    const { id, memory } = found;
    const drift: Drift[] = [];
    if (namesake !== undefined && namesake !== found) {
        // The container that has taken its name has to go first.
        const what = `another container, from ${namesake.image}, has its name`;
        drift.push({ object, kind: "anew", what, id: namesake.id });
    }
    if (found.name !== object) {
        drift.push({ object, kind: "renamed", what: `renamed to ${found.name}`, id });
    }
    if (expected.memory !== undefined && memory !== expected.memory * MIB) {
        const limit = memory === 0 ? "without a limit" : `${Math.round(memory / MIB)} MiB`;
        drift.push({ object, kind: "memory", what: `memory is ${limit} instead of ${expected.memory} MiB`, id });
    }
    const detached = expected.networks.filter(({ name }) => !attached(found, name, networks.get(name)));
    if (detached.length > 0) {
        const what = `not in the network ${detached.map(({ name }) => name).join(", ")}`;
        drift.push({ object, kind: "detached", what, id, networks: detached });
    }
    return drift;
}

/** A container that was never started has no id of a network yet. */
function attached({ networks }: FoundContainer, network: string, id: string | undefined): boolean {
    return network in networks && id !== undefined && ["", id].includes(networks[network]);
}

function expectedContainers({ resources = [] }: Deployment): Expected[] {
    return resources.flatMap(({ type, id, inputs = {} }) => {
        const { name, memory, networkMode, networksAdvanced } = inputs;
        if (type !== CONTAINER || id === undefined || typeof name !== "string") {
            return [];
        }
        const advanced = (Array.isArray(networksAdvanced) ? networksAdvanced : []) as {
            name: string;
            ipv4Address?: string;
        }[];
        const mode =
            typeof networkMode !== "string" || advanced.some(network => network.name === networkMode)
                ? []
                : [{ name: networkMode }];
        const networks = [
            ...mode,
            ...advanced.map(({ name, ipv4Address }) => ({
                name,
                ...(ipv4Address === undefined ? {} : { address: ipv4Address }),
            })),
        ];
        return [
            {
                id,
                name,
                networks: networks.filter(network => !["none", "host", "bridge"].includes(network.name)),
                ...(typeof memory === "number" ? { memory } : {}),
            },
        ];
    });
}

function names({ resources = [] }: Deployment, wanted: string): string[] {
    return [...new Set(resources.filter(({ type }) => type === wanted).map(({ inputs }) => inputs?.name))].filter(
        name => typeof name === "string",
    );
}

/**
 * Asks Docker. The number of questions does not grow with the number of people.
 * @param others names of containers that are to be looked at besides
 */
export async function lookAt(
    docker: Docker,
    deployment: Deployment,
    others: readonly string[] = [],
): Promise<StackLook> {
    const expected = expectedContainers(deployment);
    const networks = [
        ...names(deployment, NETWORK),
        ...expected.flatMap(({ networks }) => networks.map(({ name }) => name)),
    ];
    const images = names(deployment, IMAGE);
    const [containers, there, tagged] = await Promise.all([
        inspectContainers(docker, [...expected.flatMap(({ id, name }) => [id, name]), ...others]),
        inspectNetworks(docker, networks),
        images.length === 0 ? new Map<string, string>() : taggedImages(docker),
    ]);
    // Names without a tag or with a digest are not in the list.
    const unlisted = images.filter(name => !tagged.has(name));
    const found = await Promise.all(unlisted.map(async name => ((await hasImage(docker, name)) ? [name] : [])));
    return {
        containers,
        networks: new Map(there.map(({ Name, Id = "" }) => [Name, Id])),
        images: new Set([...tagged.keys(), ...found.flat()]),
    };
}

/** What differs, found in a look that callers use for other things too. */
export function driftIn(deployment: Deployment, { containers, ...others }: StackLook): Drift[] {
    if (expectedContainers(deployment).length === 0) {
        return []; // Not fully deployed yet: Pulumi still has to make what is missing.
    }
    const found = containers.map((container): FoundContainer => ({
        id: container.Id,
        name: nameOf(container),
        memory: container.HostConfig.Memory,
        image: container.Config.Image,
        networks: Object.fromEntries(
            Object.entries(container.NetworkSettings.Networks ?? {}).map(([name, { NetworkID }]) => [name, NetworkID]),
        ),
    }));
    return findDrift(deployment, { ...others, containers: found });
}

/**
 * Puts names right before Pulumi runs. Pulumi would make a second container where the first only has another name, and
 * Docker would refuse it a network whose name another one has.
 * @throws UserError naming those who are in such a network
 */
export async function mendNames(docker: Docker, instance: string, drift: readonly Drift[]): Promise<void> {
    for (const { object, what } of drift) {
        progress(`${object}: ${what}`);
    }
    for (const { id, object } of drift.filter(({ kind }) => kind === "network")) {
        if (id !== undefined) {
            await removeNetwork(docker, { id, name: object, instance }, { detachPeople: false });
        }
    }
    for (const { id = "" } of drift.filter(({ kind }) => kind === "anew")) {
        await docker.run(["stop", id]);
        await docker.run(["rm", "--force", id]);
    }
    for (const { id = "", object } of drift.filter(({ kind }) => kind === "renamed")) {
        await docker.output(["rename", id, object]);
    }
}

/**
 * Puts networks right after Pulumi has run. Containers keep running meanwhile.
 * @param there networks that exist
 */
export async function mendNetworks(
    docker: Docker,
    drift: readonly Drift[],
    there: PresentObjects["networks"],
): Promise<void> {
    for (const { id = "", networks = [] } of drift.filter(({ kind }) => kind === "detached")) {
        for (const { name, address } of networks.filter(({ name }) => there.has(name))) {
            await docker.run(["network", "disconnect", "--force", name, id]); // It may be in the old one.
            await docker.output(["network", "connect", ...(address === undefined ? [] : ["--ip", address]), name, id]);
        }
    }
}
