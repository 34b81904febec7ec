/**
 * Checks the directories of the Docker host that a stack mounts, before anything is changed. Changes nothing.
 *
 * images/homes checks again when it creates homes, safe against races. This check is there to report all problems
 * at once, each with its place in the config.
 */
import * as fs from "node:fs";
import { formatPath, type Problem } from "../config/messages";
import type { Person } from "../config/users/people";
import { ConfigError, type Settings } from "../config/settings";
import { groupsOf } from "../config/users/groupIds";
import { below, type FoundPath } from "./found";
import { homesThrough, lookThrough } from "./remoteDirectories";
import { isThisMachine } from "./thisMachine";

/** How to look at directories of another machine. */
export interface Looking {
    /** Images to look with, the best first. Asked for only if they are needed. */
    images: () => readonly string[];
    /**
     * In a preview only missing homes are looked for, by a container that can read nothing but the names in the base
     * directories. `up` reports problems with directories before it changes anything.
     */
    preview: boolean;
}

/**
 * @returns system people whose homes are missing and must be created
 * @throws ConfigError naming every directory that is missing or not as it must be
 */
export function checkHostDirectories(settings: Settings, { images, preview }: Looking): string[] {
    const found = look(settings, { images, preview });
    const problems = directoryProblems(settings, found);
    if (problems.length > 0) {
        throw new ConfigError(settings.stack, problems);
    }
    return mounting(settings).flatMap(({ name, system }) =>
        system !== undefined && !found.has(system.hostHome) ? [name] : [],
    );
}

function look(settings: Settings, { images, preview }: Looking): ReadonlyMap<string, FoundPath> {
    const paths = pathsOf(settings);
    if (paths.length === 0) {
        return new Map();
    }
    if (isThisMachine(settings.docker)) {
        return lookHere(paths);
    }
    return preview ? homesThrough(settings, images(), paths) : lookThrough(settings.docker, images(), paths);
}

/** All paths to look at. Homes that are made when a server starts are looked at then: a plan costs nothing for each. */
export function pathsOf({ people: listed, dynamic }: Pick<Settings, "people" | "dynamic">): string[] {
    const people = mounting({ people: listed, dynamic });
    const homes = people.flatMap(({ system }) => (system === undefined ? [] : below("/", system.hostHome)));
    const mounts = [...hostMounts(people, dynamic).keys()];
    return [...new Set([...homes, ...mounts.flatMap(host => below("/", host))])];
}

/** Whose directories are looked at: in dynamic mode all who mount some, without their homes. */
function mounting({ people, dynamic }: Pick<Settings, "people" | "dynamic">): Person[] {
    return dynamic === undefined ? people : people.map(person => ({ ...person, system: undefined }));
}

/** Host path → where in the config the first profile or person is that mounts it. */
function hostMounts(people: readonly Person[], dynamic: Settings["dynamic"]): Map<string, string> {
    const mounting = [
        ...(dynamic?.profiles?.all ?? []).map(({ slug, mounts }) => ({ at: formatPath(["profiles", slug]), mounts })),
        ...people.map(({ mounts }, index) => ({ at: `users[${index}]`, mounts })),
    ];
    const first = new Map<string, string>();
    for (const { at, mounts } of mounting) {
        mounts.forEach(mount => "host" in mount && !first.has(mount.host) && first.set(mount.host, at));
    }
    return first;
}

/** The problems with what was found. */
export function directoryProblems(
    settings: Pick<Settings, "people" | "dynamic"> & { homes: Pick<Settings["homes"], "create"> },
    found: ReadonlyMap<string, FoundPath>,
): Problem[] {
    const { homes, dynamic } = settings;
    const people = mounting(settings);
    const uids = new Set(people.flatMap(({ system }) => (system === undefined ? [] : [system.uid])));
    const gids = groupsOf(people);
    const said = new Set<string>();
    const ofHomes = people.flatMap(({ system }, index) => {
        const message = system && homeProblem(system, homes.create, found, { uids, gids });
        if (message === undefined || said.has(message)) {
            return []; // What is wrong above homes is said once.
        }
        said.add(message);
        return [{ path: `users[${index}]`, message }];
    });
    const ofMounts = [...hostMounts(people, dynamic)].flatMap(([path, at]) => {
        const message = mountProblem(path, found);
        return message === undefined ? [] : [{ path: at, message }];
    });
    const place = ({ path }: Problem) => Number(/^users\[(\d+)/.exec(path)?.[1] ?? -1);
    return [...ofHomes, ...ofMounts].sort((a, b) => place(a) - place(b));
}

/** A link that root owns is the administrator's. Any other may have been planted. */
function mountProblem(host: string, found: ReadonlyMap<string, FoundPath>): string | undefined {
    for (const place of below("/", host)) {
        const there = found.get(place);
        if (typeof there === "object" && there.kind === "link" && there.uid !== 0) {
            return (
                `mounts ${host}, but ${place} is a symbolic link that belongs to uid ${there.uid} on the Docker ` +
                "host; name what it leads to"
            );
        }
    }
    return found.has(host)
        ? undefined
        : `mounts ${host}, which is not there on the Docker host; make it, or leave the mount out`;
}

function homeProblem(
    { homesBase, hostHome, uid, gid }: NonNullable<Person["system"]>,
    create: boolean,
    found: ReadonlyMap<string, FoundPath>,
    { uids, gids }: { uids: ReadonlySet<number>; gids: ReadonlySet<number> },
): string | undefined {
    const inside = new Set([homesBase, ...below(homesBase, hostHome)]);
    for (const directory of below("/", hostHome)) {
        const there = found.get(directory);
        if (there === undefined) {
            return create
                ? undefined
                : `the home ${hostHome} is not there on the Docker host; make it, or set homes.create: true`;
        }
        if (there === "unseen") {
            return undefined;
        }
        if (there.kind === "link" && inside.has(directory) && directory !== homesBase) {
            return `${directory} is a symbolic link on the Docker host; below ${homesBase} none is followed`;
        }
        if (there.kind === "link" && there.uid !== 0) {
            return (
                `${directory} is a symbolic link that belongs to uid ${there.uid} on the Docker host; name what ` +
                "it leads to"
            );
        }
        if (there.kind === "other") {
            return `${directory} is no directory on the Docker host`;
        }
        if (directory === hostHome) {
            return there.uid === uid
                ? undefined
                : `the home ${hostHome} belongs to uid ${there.uid}, not ${uid}; if it is to be theirs: chown ` +
                      `-R ${uid}:${gid} ${shellWord(hostHome)}`;
        }
        const who = there.kind === "link" ? undefined : writer(there, uids, gids, !inside.has(directory));
        if (who !== undefined) {
            return (
                `${directory} can be written by ${who}, who could put a link in place of a home: chown root ` +
                `${shellWord(directory)}; chmod go-w ${shellWord(directory)}`
            );
        }
    }
    return undefined;
}

/**
 * Which people could replace what is in a directory above homes. Docker follows links when a server starts.
 * @param others whether the directory has content of other owners: then the sticky bit, as on /tmp, protects it
 */
function writer(
    { uid, gid, mode }: Exclude<FoundPath, "unseen">,
    uids: ReadonlySet<number>,
    gids: ReadonlySet<number>,
    others: boolean,
): string | undefined {
    if (uids.has(uid)) {
        return `uid ${uid}`;
    }
    if (others && (mode & 0o1000) !== 0) {
        return undefined;
    }
    if ((mode & 0o002) !== 0) {
        return "everybody";
    }
    return (mode & 0o020) !== 0 && gids.has(gid) ? `group ${gid}` : undefined;
}

/** Quoted for a shell. */
export function shellWord(text: string): string {
    return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** The files of this machine. */
export function lookHere(paths: readonly string[]): Map<string, FoundPath> {
    return new Map(
        paths.flatMap((file): [string, FoundPath][] => {
            try {
                const info = fs.lstatSync(file);
                return [
                    [
                        file,
                        {
                            kind: info.isDirectory() ? "directory" : info.isSymbolicLink() ? "link" : "other",
                            uid: info.uid,
                            gid: info.gid,
                            mode: info.mode & 0o7777,
                        },
                    ],
                ];
            } catch (error) {
                const { code } = error as NodeJS.ErrnoException;
                return code === "ENOENT" || code === "ENOTDIR" ? [] : [[file, "unseen"]];
            }
        }),
    );
}
