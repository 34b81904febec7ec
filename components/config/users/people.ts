/** The people of the list, with everything that is theirs resolved, and what is wrong between them. Pure. */
import { bindProblems } from "./bindSources";
import type { GpuWish } from "./gpus";
import { fillFormat, formatBase, formatFields } from "./homeFormat";
import { hostPathProblem, serverPathProblem, tidyPath } from "./hostPaths";
import { groupsOf, idleWinner, layersOf, mergedEnv, mergedMounts, winner, type Layer } from "./layers";
import { formatPath, type Problem } from "../messages";
import type { Config } from "../schema";
import { idleSeconds, loginKey, normaliseName, sizeInMiB } from "../values";

/** A directory of the host or a volume that people share, in somebody's server. */
export type Mount = ({ host: string } | { volume: string }) & { path: string; readOnly: boolean };

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
    gpus?: GpuWish;
    env: Record<string, string>;
    mounts: Mount[];
    /** gids besides the primary one and 100. */
    supplementaryGroups: number[];
    /** Octal digits. */
    umask?: string;
}

/** Image of plain people who name none: images/singleuser unless `images.notebooks.default` says otherwise. */
export const DEFAULT_IMAGE = "default";
/** Image of system people who name none: images/systemuser unless `images.notebooks.system` says otherwise. */
export const SYSTEM_IMAGE = "system";

/** Home of a plain person in the server; images/singleuser and the official Jupyter images agree on it. */
export const PLAIN_HOME = "/home/jovyan";

/** What the Docker host knows of its accounts. */
export type Accounts = ReadonlyMap<string, { uid: number; gid: number }>;

/** The parts of the config that people are made of, as far as they can be read; `users` keeps places in the list. */
export type PeopleConfig = Pick<Config, "defaults" | "groups" | "homes" | "storage"> & {
    users: (Config["users"][number] | undefined)[];
};

/** Names of the system people whose uid or gid is not in the config. */
export function peopleWithoutIds(config: PeopleConfig): string[] {
    return each(config).flatMap(({ user, layers }) =>
        kindOf(layers) === "system" && (user.uid === undefined || winner(layers, "gid") === undefined)
            ? [normaliseName(user.name)]
            : [],
    );
}

/**
 * @param accounts accounts of the Docker host for `peopleWithoutIds`, or why they are not known
 */
export function readPeople(
    config: PeopleConfig,
    accounts: Accounts | string,
): { people: Person[]; problems: Problem[] } {
    const problems: Problem[] = [];
    const people = each(config).flatMap(one => {
        const system = kindOf(one.layers) === "system" ? systemAccount(one, config, accounts) : undefined;
        const found =
            typeof system === "string"
                ? [{ path: formatPath(["users", one.index]), message: system }]
                : ownProblems(one, system, config);
        problems.push(...found);
        return typeof system === "string" ? [] : [{ ...one, person: person(one, system, config) }];
    });
    problems.push(...homesProblems(config), ...clashes(people));
    return { people: people.map(({ person }) => person), problems };
}

interface One {
    user: Config["users"][number];
    index: number;
    layers: Layer[];
}

function each(config: PeopleConfig): One[] {
    return config.users.flatMap((user, index) =>
        user === undefined ? [] : [{ user, index, layers: layersOf(user, index, config) }],
    );
}

function kindOf(layers: readonly Layer[]): "plain" | "system" {
    return winner(layers, "kind")?.value ?? "plain";
}

/** Account and directories, or what is missing. */
function systemAccount(
    { user, layers }: One,
    { homes }: PeopleConfig,
    accounts: Accounts | string,
): SystemAccount | string {
    const name = normaliseName(user.name);
    const account = typeof accounts === "string" ? undefined : accounts.get(name);
    const uid = user.uid ?? account?.uid;
    const gid = winner(layers, "gid")?.value ?? account?.gid;
    if (uid === undefined || gid === undefined) {
        const missing = [...(uid === undefined ? ["uid"] : []), ...(gid === undefined ? ["gid"] : [])].join(" and ");
        const why = typeof accounts === "string" ? accounts : `the Docker host has no account ${JSON.stringify(name)}`;
        return `a system person needs ${missing}: ${why}`;
    }
    if (uid === 0 || gid === 0) {
        return `the Docker host's account ${JSON.stringify(name)} is root's (uid ${uid}, gid ${gid})`;
    }
    const hostHome = fillFormat(homes.hostFormat, formatFields(homeNameOf(user), uid));
    return {
        uid,
        gid,
        hostHome,
        homesBase: formatBase(homes.hostFormat),
        home: fillFormat(homes.imageFormat, formatFields(name, uid)),
    };
}

function homeNameOf({ name, renamedFrom = name }: One["user"]): string {
    return normaliseName(renamedFrom);
}

function person({ user, layers }: One, system: SystemAccount | undefined, config: PeopleConfig): Person {
    const value = <K extends Parameters<typeof winner>[1]>(field: K) => winner(layers, field)?.value;
    const shm = value("shm");
    const gpus = value("gpus");
    const umask = value("umask");
    const kind = system === undefined ? "plain" : "system";
    return {
        name: normaliseName(user.name),
        login: user.login === undefined ? normaliseName(user.name) : loginKey(user.login),
        passwordVersion: user.passwordVersion ?? 1,
        ...(user.passwordHash === undefined ? {} : { passwordHash: user.passwordHash }),
        homeName: homeNameOf(user),
        newHome: user.newHome ?? false,
        kind,
        ...(system === undefined ? {} : { system }),
        admin: user.admin ?? false,
        groups: groupsOf(user, config.defaults).sort(),
        lifecycle: value("lifecycle") as Person["lifecycle"],
        idle: Object.fromEntries(
            (["cullAfter", "maxAge"] as const).flatMap(part => {
                const found = idleWinner(layers, part);
                return found === undefined ? [] : [[part, idleSeconds(found.value)]];
            }),
        ),
        image: (value("image") as string | undefined) ?? (kind === "system" ? SYSTEM_IMAGE : DEFAULT_IMAGE),
        memory: sizeInMiB(value("memory") as string) as number,
        cpus: value("cpus") as number,
        pids: value("pids") as number,
        ...(shm === undefined ? {} : { shm: sizeInMiB(shm as string) }),
        ...(gpus === undefined ? {} : { gpus: gpus as GpuWish }),
        env: Object.fromEntries([...mergedEnv(layers)].map(([name, { value }]) => [name, value])),
        mounts: [...mergedMounts(layers)]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([path, { value }]) => mount(path, value)),
        supplementaryGroups: [...new Set((value("supplementaryGroups") as number[] | undefined) ?? [])].sort(
            (a, b) => a - b,
        ),
        ...(umask === undefined ? {} : { umask: (umask as string).padStart(4, "0") }),
    };
}

function mount(
    path: string,
    { host, volume, readOnly = false }: NonNullable<Config["defaults"]["mounts"]>[number],
): Mount {
    return host !== undefined ? { host: tidyPath(host), path, readOnly } : { volume: volume as string, path, readOnly };
}

/** What is wrong with one person alone. */
function ownProblems({ user, index, layers }: One, system: SystemAccount | undefined, config: PeopleConfig): Problem[] {
    const problems: Problem[] = [];
    const say = (path: (string | number)[], message: string | undefined) =>
        message !== undefined && problems.push({ path: formatPath(path), message });
    if (system === undefined) {
        for (const field of ["uid", "gid"] as const) {
            say(
                ["users", index, field],
                user[field] === undefined ? undefined : "belongs to a system person; add kind: system, or leave it out",
            );
        }
    } else {
        const problem = serverPathProblem(system.home);
        say(["users", index], problem && `the home ${system.home} (homes.imageFormat) ${problem}`);
    }
    say(
        ["users", index, "newHome"],
        system !== undefined && user.newHome
            ? `is for homes in volumes; ${system.hostHome} is a directory of the Docker host: move it away there`
            : undefined,
    );
    say(
        ["users", index, "newHome"],
        user.renamedFrom !== undefined && user.newHome
            ? "an empty home, or that of renamedFrom: leave one of them out"
            : undefined,
    );
    const home = system?.home ?? PLAIN_HOME;
    for (const [path, { at }] of mergedMounts(layers)) {
        say([...at, "path"], path === home ? "is the home itself; name a directory in it or beside it" : undefined);
    }
    const memory = winner(layers, "memory")?.value as string;
    if (
        config.storage === "none" &&
        system === undefined &&
        config.homes.size !== undefined &&
        (sizeInMiB(config.homes.size) as number) > (sizeInMiB(memory) as number)
    ) {
        say(
            ["homes", "size"],
            `${config.homes.size} is more than the memory of ${normaliseName(user.name)} (${memory}), which ` +
                "a temporary home is taken from",
        );
    }
    return problems;
}

function homesProblems({ homes }: PeopleConfig): Problem[] {
    if (!homes.hostFormat.includes("{")) {
        return [{ path: "homes.hostFormat", message: "has no field that tells people apart, such as {username}" }];
    }
    const problem = hostPathProblem(formatBase(homes.hostFormat), false);
    return problem === undefined
        ? []
        : [{ path: "homes.hostFormat", message: `the homes' directory ${formatBase(homes.hostFormat)} ${problem}` }];
}

/** What only shows when people are looked at side by side. */
function clashes(people: readonly (One & { person: Person })[]): Problem[] {
    const problems: Problem[] = [];
    const owners = new Map<string, number>();
    /** Says it where the second of two has what only one can have. */
    const once = (what: string, index: number, at: (string | number)[], message: (first: string) => string) => {
        const first = owners.get(what);
        if (first === undefined) {
            owners.set(what, index);
        } else {
            const { name } = (people.find(one => one.index === first) as { person: Person }).person;
            problems.push({ path: formatPath(at), message: message(`${name}'s (users[${first}])`) });
        }
    };
    for (const { index, layers, user, person } of people) {
        const { system, gpus } = person;
        if (system !== undefined) {
            once(
                `uid ${system.uid}`,
                index,
                ["users", index, ...(user.uid === undefined ? [] : ["uid"])],
                first => `uid ${system.uid} is also ${first}`,
            );
            once(
                `home ${system.hostHome}`,
                index,
                ["users", index],
                first => `the home ${system.hostHome} is also ${first}`,
            );
        }
        const from = winner(layers, "gpus")?.from;
        for (const gpu of typeof gpus === "object" ? gpus : []) {
            once(
                `gpu ${gpu}`,
                index,
                [...(from as Layer).at, "gpus"],
                first => `GPU ${gpu} of ${person.name} is also ${first}; each belongs to one person`,
            );
        }
    }
    const bound = people.map(({ layers, person: { name, system } }) => ({
        name,
        home: system?.hostHome,
        mounts: [...mergedMounts(layers).values()].flatMap(({ value: { host, readOnly = false }, at }) =>
            host === undefined ? [] : [{ host: tidyPath(host), readOnly, at }],
        ),
    }));
    return [...problems, ...bindProblems(bound)];
}
