/** People and their servers in a stack's status. Pure. */
import { LABEL, ownerOf, serverOf } from "../../components/docker";
import { OTHERS, type Settings } from "../../components/config";
import { type InspectedContainer, isRunning, nameOf } from "../../components/host";
import { planImages, remoteReference, withoutDigest } from "../../components/image";
import type { Launched } from "../docker/launched";
import type { NodesLook } from "../docker/nodes";
import type { ContainerState } from "../docker/parts";

/** A server in `status --json`. A person has one, and those that they run besides (`namedServers`). */
export interface PersonStatus {
    name: string;
    /** The name of a further server; empty for the default one. */
    server: string;
    /** What its person took: `gpu`, or `gpu~datascience` with an image of their choice; null where nothing is known. */
    profile: string | null;
    /** Ids of its GPUs. */
    gpus: string[];
    kind: string;
    admin: boolean;
    blocked: boolean;
    /** Whether the stack file lists them; others are here while they have a server (`spawning: dynamic`). */
    listed: boolean;
    /** null for somebody who is not deployed yet. */
    container: string | null;
    /** `running`, `stopped`, `missing`, or another of Docker's; `not deployed yet`. */
    state: string;
    /** On a Swarm: the node that it is on; null where it is on none. */
    node?: string | null;
    /** What the container was made from; null where there is none. */
    image: string | null;
    /** What the stack file asks for; null for somebody who is not in it now, or whose profile is none of theirs. */
    wantedImage: string | null;
    /**
     * ISO 8601: when the person was last active, of a further server when it was; null for never. Absent if the hub
     * does not know, or does not answer.
     */
    lastActivity?: string | null;
}

/** The output `users`, as far as it is used here. */
export type Users = Record<string, { container: string; kind: string; admin: boolean; blocked?: boolean }>;

/** When a person was last active, and on which server. */
export interface Activity {
    last: string | null;
    /** Server's name → when. */
    servers: ReadonlyMap<string, string | null>;
}

/** What a container's labels say of the server. */
type Marks = Pick<PersonStatus, "profile" | "gpus">;

/** Container → what its labels say. */
export function marksOf(containers: readonly InspectedContainer[]): Map<string, Marks> {
    return new Map(
        containers.map(container => {
            const { [LABEL.profile]: profile = "", [LABEL.gpus]: gpus = "" } = container.Config.Labels ?? {};
            const marks = { profile: profile === "" ? null : profile, gpus: gpus.split(",").filter(id => id !== "") };
            return [nameOf(container), marks];
        }),
    );
}

/** The same of servers on the nodes of a Swarm. */
export function marksOnNodes(servers: Launched): Map<string, Marks> {
    return new Map(
        [...servers.values()].map(({ name, labels: { profile } }) => [
            name,
            { profile: profile === "" ? null : profile, gpus: [] },
        ]),
    );
}

/** Server's service → its state on its node, with the image as the stack file's names it. */
export function statesOnNodes(servers: Launched, places: NodesLook["places"] = new Map()): Map<string, ContainerState> {
    return new Map(
        [...servers.values()].map(one => {
            const { name, image } = one;
            const { state = isRunning(one) ? "pending" : "stopped", why = "" } = places.get(name) ?? {};
            return [name, { state, says: why, image: withoutDigest(image), restarts: 0 }];
        }),
    );
}

interface Seen {
    /** On a Swarm. */
    places?: NodesLook["places"];
    /** Container → its state. */
    containers: ReadonlyMap<string, ContainerState>;
    /** Container → what its labels say. */
    marks: ReadonlyMap<string, Marks>;
    /** Person → when last; undefined for one whom the hub does not know. */
    activity: ReadonlyMap<string, Activity>;
    /** Server (`ada`, `ada/work`) → container that the launcher has made. */
    launched: ReadonlyMap<string, string>;
}

/**
 * Those who are deployed, each with what they run besides; those who are only in the stack file; then those who only
 * have a server.
 */
export function peopleOf(settings: Settings, users: Users, seen: Seen): PersonStatus[] {
    const { dynamic, blockedUsers, people } = settings;
    const wanted = wantedImages(settings);
    const launched = (who: Omit<Who, "container">) => {
        const container = seen.launched.get(serverOf(who.name, who.server)) as string;
        return serverStatus({ ...who, container }, seen, wanted, "stopped");
    };
    const deployed = Object.entries(users).flatMap(([name, { kind, admin, blocked = false, container }]) => {
        const who = { name, kind, admin, blocked, listed: true };
        // A launched container is gone when its server has stopped.
        const gone = dynamic === undefined ? "missing" : "stopped";
        const further = serversOf(seen, name).filter(server => server !== "");
        return [
            serverStatus({ ...who, server: "", container }, seen, wanted, gone),
            ...further.map(server => launched({ ...who, server })),
        ];
    });
    const undeployed = people
        .filter(({ name }) => !(name in users))
        .map(({ name, kind, admin }): PersonStatus => ({
            ...{ name, server: "", profile: null, gpus: [], kind, admin },
            blocked: blockedUsers.includes(name),
            listed: true,
            container: null,
            state: "not deployed yet",
            image: null,
            wantedImage: wanted(name, null),
        }));
    const others = [...new Set([...seen.launched.keys()].map(ownerOf))].filter(name => !(name in users)).sort();
    const unlisted = others.flatMap(name => {
        const kind = dynamic?.others?.kind ?? "plain";
        const who = { name, kind, admin: false, blocked: blockedUsers.includes(name), listed: false };
        return serversOf(seen, name).map(server => launched({ ...who, server }));
    });
    return [...deployed, ...undeployed, ...unlisted];
}

/** Names of a person's servers that the launcher has made. */
function serversOf({ launched }: Seen, person: string): string[] {
    return [...launched.keys()]
        .filter(server => ownerOf(server) === person)
        .map(server => server.slice(person.length + 1))
        .sort();
}

type Who = Pick<PersonStatus, "name" | "server" | "kind" | "admin" | "blocked" | "listed"> & { container: string };
type WantedImage = (name: string, profile: string | null) => string | null;

/** @param gone the state of one without a container */
function serverStatus(
    { name, server, container, ...who }: Who,
    { containers, marks, activity, places }: Seen,
    wanted: WantedImage,
    gone: string,
): PersonStatus {
    const found = containers.get(container);
    const { profile = null, gpus = [] } = marks.get(container) ?? {};
    const active = activity.get(name);
    return {
        ...{ name, server, profile, gpus, ...who, container },
        state: found?.state ?? gone,
        ...(places === undefined ? {} : { node: places.get(container)?.node || null }),
        image: found?.image ?? null,
        wantedImage: wanted(name, profile),
        lastActivity: server === "" ? active?.last : active?.servers.get(server),
    };
}

/** Reference of the image that a server would be made of today; null for somebody who could have none. */
function wantedImages(settings: Settings): WantedImage {
    const { people, dynamic } = settings;
    const { notebooks } = planImages(settings);
    const { swarm } = settings;
    const referenceOf = (image: string) => {
        const reference = notebooks[image]?.reference as string | undefined;
        return reference === undefined || swarm === undefined
            ? (reference ?? null)
            : remoteReference(swarm.registry, reference);
    };
    const images = new Map(people.map(({ name, image }) => [name, image]));
    const menus = dynamic?.profiles?.menus;
    return (name, profile) => {
        const taken = menus?.get(images.has(name) ? name : OTHERS)?.entries;
        const chosen =
            profile === null || menus === undefined
                ? (images.get(name) ?? dynamic?.others?.image)
                : taken?.get(profile)?.image;
        return chosen === undefined ? null : referenceOf(chosen);
    };
}
