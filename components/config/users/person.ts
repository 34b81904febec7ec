/** One person of the list, with everything that is theirs resolved. Pure. */
import type { GpuWish } from "./gpus";
import {
    BUILT_IN,
    groupsOf,
    layersOf,
    mergedConstraints,
    mergedEnv,
    mergedMounts,
    partWinner,
    winner,
    type Layer,
} from "./layers";
import { imageOf } from "../images";
import type { Config } from "../schema";
import type { ProfileFields } from "../profiles/schema";
import type { Placement, Reservations } from "../swarm/placement";
import { mountsAlone, type HomeKey, type PersonMount } from "./mounts";
import type { Mount, User } from "./schema";
import { loginKey, normaliseName } from "../values";

export type { Mount, PersonMount };

/** What a system person has instead of a home volume. */
export interface SystemAccount {
    uid: number;
    gid: number;
    /** The home on the Docker host. */
    hostHome: string;
    /** Directory that the home may not leave: what stands in `homes.hostFormat` before the first field. */
    homesBase: string;
    /** The home in the server. */
    home: string;
}

/** When a server is stopped, in seconds; 0 is never. */
export interface IdleLimits {
    /** Without activity. */
    cullAfter: number;
    /** Since its start. */
    maxAge: number;
}

/** One person of the list, with defaults and groups applied and units resolved. */
export interface Person {
    /** Normalised name: what JupyterHub knows the person by. */
    name: string;
    /** Name at the identity provider, in its one spelling (`loginKey`). */
    login: string;
    /** Counted up for a new password. */
    passwordVersion: number;
    /** Hash of a password of the person's own, instead of a derived one. */
    passwordHash?: string;
    /** The name that the home is under: the person's own, or an earlier one (`renamedFrom`). */
    homeName: string;
    /** Whether the home is a second one of that name (`newHome`). */
    newHome: boolean;
    kind: "plain" | "system";
    system?: SystemAccount;
    admin: boolean;
    groups: string[];
    lifecycle: "on-demand" | "always-on";
    /** What differs from the stack's own `idle`. */
    idle: Partial<IdleLimits>;
    /** Key of `Settings.images.notebooks`. */
    image: string;
    /** Hard limit in MiB. */
    memory: number;
    /** Hard limit in CPUs. */
    cpus: number;
    /** Most processes and threads. */
    pids: number;
    /** Size of /dev/shm in MiB; Docker's 64 where it is left out. */
    shm?: number;
    /** Largest file that the server opens, in MiB; the image's share of the memory where it is left out. */
    openLimit?: number;
    gpus?: GpuWish;
    env: Record<string, string>;
    mounts: PersonMount[];
    /** gids besides the primary one and 100. */
    supplementaryGroups: number[];
    /**
     * Rights that new files lack, in four octal digits.
     * @default the image's
     */
    umask?: string;
    /**
     * Which nodes of a Swarm it runs on, of those that `swarm.placement` leaves.
     * @default any of them
     */
    placement?: Placement;
    /**
     * What a node of a Swarm must have free for it.
     * @default nothing
     */
    reservations?: Reservations;
}

/** Home of a plain person in the server; images/singleuser and the official Jupyter images agree on it. */
export const PLAIN_HOME = "/home/jovyan";

/** What people are made of, of all that can be read; `users` keeps places in the list. */
export type PeopleConfig = Pick<Config, "defaults" | "groups" | "homes" | "storage"> & {
    users: (User | undefined)[];
    /**
     * Whether people get in who are not listed (others.ts).
     * @default false
     */
    others?: boolean;
    /**
     * What people choose from, in the order of the file (profiles/choices.ts).
     * @default nothing
     */
    profiles?: readonly (readonly [slug: string, fields: Partial<ProfileFields>])[];
};

/** Somebody as the list has them. */
export interface Listed {
    user: User;
    /** Their place in the list. */
    index: number;
    layers: Layer[];
}

/** Everybody who can be read. */
export function listedIn(config: PeopleConfig): Listed[] {
    return config.users.flatMap((user, index) => (user === undefined ? [] : [listedAs(index, user, config)]));
}

/** @param index place in the list */
export function listedAs(index: number, user: User, config: PeopleConfig): Listed {
    return { user, index, layers: layersOf(user, index, config) };
}

/** The name that somebody's home is under. */
export function homeNameOf({ name, renamedFrom = name }: User): string {
    return normaliseName(renamedFrom);
}

/** Hard limit in MiB. */
export function memoryOf(layers: readonly Layer[]): number {
    return winner(layers, "memory")?.value ?? BUILT_IN.memory;
}

export function resolvePerson({ user, layers }: Listed, system: SystemAccount | undefined): Person {
    const name = normaliseName(user.name);
    const kind = system === undefined ? "plain" : "system";
    const { passwordHash } = user;
    const home = { homeName: homeNameOf(user), newHome: user.newHome ?? false };
    return {
        name,
        login: user.login === undefined ? name : loginKey(user.login),
        passwordVersion: user.passwordVersion ?? 1,
        ...(passwordHash === undefined ? {} : { passwordHash }),
        ...home,
        kind,
        ...(system === undefined ? {} : { system }),
        admin: user.admin ?? false,
        groups: groupsOf(layers).sort(),
        image: imageOf(winner(layers, "image")?.value, kind),
        ...serverOf(layers, home),
    };
}

/** The same person with another server: that of more layers. */
export function servedBy(person: Person, layers: readonly Layer[]): Person {
    return { ...person, image: imageOf(winner(layers, "image")?.value, person.kind), ...serverOf(layers, person) };
}

type Single = "lifecycle" | "idle" | "memory" | "cpus" | "pids" | "shm" | "openLimit" | "gpus";
type Server = Single | "env" | "mounts" | "umask" | "placement" | "reservations";

/** What the layers say of the server itself. */
function serverOf(layers: readonly Layer[], home: HomeKey): Pick<Person, Server | "supplementaryGroups"> {
    const shm = winner(layers, "shm")?.value;
    const openLimit = winner(layers, "openLimit")?.value;
    const gpus = winner(layers, "gpus")?.value;
    const umask = winner(layers, "umask")?.value;
    const mounts = [...mergedMounts(layers)].sort(([a], [b]) => (a < b ? -1 : 1));
    const gids = winner(layers, "supplementaryGroups")?.value ?? [];
    return {
        lifecycle: winner(layers, "lifecycle")?.value ?? BUILT_IN.lifecycle,
        idle: idleOf(layers),
        memory: memoryOf(layers),
        cpus: winner(layers, "cpus")?.value ?? BUILT_IN.cpus,
        pids: winner(layers, "pids")?.value ?? BUILT_IN.pids,
        ...(shm === undefined ? {} : { shm }),
        ...(openLimit === undefined ? {} : { openLimit }),
        ...(gpus === undefined ? {} : { gpus }),
        env: Object.fromEntries([...mergedEnv(layers)].map(([name, { value }]) => [name, value])),
        mounts: mountsAlone(
            mounts.map(([, { value }]) => value),
            home,
        ),
        supplementaryGroups: [...new Set(gids)].sort((a, b) => a - b),
        ...(umask === undefined ? {} : { umask }),
        ...onNodes(layers),
    };
}

/** What the layers say of a Swarm's nodes; nothing where they say nothing, as without a Swarm. */
function onNodes(layers: readonly Layer[]): Pick<Person, "placement" | "reservations"> {
    const constraints = [...new Set(mergedConstraints(layers).map(({ value }) => value))];
    const spread = partWinner(layers, "placement", "spread")?.value;
    const memory = partWinner(layers, "reservations", "memory")?.value;
    const cpus = partWinner(layers, "reservations", "cpus")?.value;
    return {
        ...(constraints.length === 0 && spread === undefined
            ? {}
            : { placement: { constraints, ...(spread === undefined ? {} : { spread }) } }),
        ...(memory === undefined && cpus === undefined
            ? {}
            : {
                  reservations: {
                      ...(memory === undefined ? {} : { memory }),
                      ...(cpus === undefined ? {} : { cpus }),
                  },
              }),
    };
}

function idleOf(layers: readonly Layer[]): Partial<IdleLimits> {
    const parts = (["cullAfter", "maxAge"] as const).map(
        part => [part, partWinner(layers, "idle", part)?.value] as const,
    );
    return Object.fromEntries(parts.filter(([, seconds]) => seconds !== undefined));
}
