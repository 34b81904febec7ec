/**
 * Looks at the directories of the Docker host that a stack mounts, before anything is changed. Changes nothing.
 *
 * images/hub/homes looks again when it makes homes, in a way that nobody can interfere with; here it is about saying
 * everything at once, with its place in the config.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { dockerArguments, dockerEnvironment, type DockerHost } from "../docker/dockerHost";
import type { Problem } from "../config/messages";
import type { Person } from "../config/users/people";
import { ConfigError, type Settings } from "../config/settings";
import { groupsOf } from "../config/users/groupIds";
import { runNow } from "./client";
import { isThisMachine } from "./thisMachine";

/** What is at a path; `unseen` where this user may not look, or what is there could be something else for the host. */
export type Found = { kind: "directory" | "link" | "other"; uid: number; gid: number; mode: number } | "unseen";

/** What is at each path, links themselves and not what they lead to; paths where nothing is are left out. */
export type Look = (paths: readonly string[]) => ReadonlyMap<string, Found>;

/**
 * @param images references of images through which another machine's directories can be looked at, the best first
 * @returns names of the system people whose homes are missing, and are to be made
 * @throws ConfigError naming every directory that is missing or not as it must be
 */
export function checkHostDirectories(settings: Settings, images: () => readonly string[]): string[] {
    const paths = pathsOf(settings);
    const look =
        paths.length === 0
            ? () => new Map<string, Found>()
            : isThisMachine(settings.docker)
              ? lookHere
              : lookThrough(settings.docker, images());
    const found = look(paths);
    const problems = directoryProblems(settings, found);
    if (problems.length > 0) {
        throw new ConfigError(settings.stack, problems);
    }
    return settings.people.flatMap(({ name, system }) =>
        system !== undefined && !found.has(system.hostHome) ? [name] : [],
    );
}

/** Every path that has to be looked at. */
export function pathsOf({ people }: Pick<Settings, "people">): string[] {
    const homes = people.flatMap(({ system }) => (system === undefined ? [] : below("/", system.hostHome)));
    return [...new Set([...homes, ...[...hostMounts(people).keys()].flatMap(host => below("/", host))])];
}

/** Host path → the first person who mounts it. */
function hostMounts(people: readonly Person[]): Map<string, number> {
    const first = new Map<string, number>();
    people.forEach(({ mounts }, index) =>
        mounts.forEach(mount => "host" in mount && !first.has(mount.host) && first.set(mount.host, index)),
    );
    return first;
}

/** `/srv`, `/srv/ada/home` → `/srv/ada`, `/srv/ada/home`. */
function below(base: string, directory: string): string[] {
    const parts = path.posix.relative(base, directory).split("/");
    return parts.map((_, i) => path.posix.join(base, ...parts.slice(0, i + 1)));
}

/** What is wrong with what was found. Pure. */
export function directoryProblems(
    settings: Pick<Settings, "people" | "homes">,
    found: ReadonlyMap<string, Found>,
): Problem[] {
    const { people, homes } = settings;
    const uids = new Set(people.flatMap(({ system }) => (system === undefined ? [] : [system.uid])));
    const gids = groupsOf(people);
    const said = new Set<string>();
    const ofHomes = people.flatMap(({ system }, index) => {
        const message = system && homeProblem(system, homes.create, found, uids, gids);
        if (message === undefined || said.has(message)) {
            return []; // What is wrong above homes is said once.
        }
        said.add(message);
        return [{ path: `users[${index}]`, message }];
    });
    const ofMounts = [...hostMounts(people)].flatMap(([host, index]) => {
        const message = mountProblem(host, found);
        return message === undefined ? [] : [{ path: `users[${index}]`, message }];
    });
    return [...ofHomes, ...ofMounts].sort((a, b) => Number(/\d+/.exec(a.path)) - Number(/\d+/.exec(b.path)));
}

/** A link of root's is the administrator's; anybody else's may have been planted. */
function mountProblem(host: string, found: ReadonlyMap<string, Found>): string | undefined {
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
    found: ReadonlyMap<string, Found>,
    uids: ReadonlySet<number>,
    gids: ReadonlySet<number>,
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
 * Who of the people may exchange what is in a directory above homes. Docker follows links when a server starts.
 * @param others whether what is in it belongs to others: then the sticky bit, as on /tmp, keeps it in its place
 */
function writer(
    { uid, gid, mode }: Exclude<Found, "unseen">,
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

/** As a shell reads it back. */
export function shellWord(text: string): string {
    return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** This machine's files. */
export function lookHere(paths: readonly string[]): Map<string, Found> {
    return new Map(
        paths.flatMap((file): [string, Found][] => {
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

/** Docker's answer when a container could not even be made. */
const DOCKER_FAILED = 125;

/**
 * The Docker host's files, by a container that ends at once. It takes an image that the host has; where there is none
 * yet, as before a first `up`, nothing is seen, and Docker itself refuses a missing directory later.
 */
function lookThrough(docker: DockerHost, images: readonly string[]): Look {
    return paths => {
        for (const image of images) {
            const answer = statOnHost(docker, image, withAncestors(paths));
            if (answer !== undefined) {
                return throughLinks(paths, answer);
            }
        }
        return new Map(paths.map(file => [file, "unseen"]));
    };
}

function withAncestors(paths: readonly string[]): string[] {
    return [...new Set(paths.flatMap(file => below("/", file)))];
}

/** A link leads elsewhere inside the container than on the host, so what is behind one is not seen. */
function throughLinks(paths: readonly string[], answer: ReadonlyMap<string, Found>): Map<string, Found> {
    return new Map(
        paths.flatMap((file): [string, Found][] => {
            const behind = below("/", file)
                .slice(0, -1)
                .some(ancestor => !isDirectory(answer.get(ancestor)) && answer.has(ancestor));
            const found = behind ? "unseen" : answer.get(file);
            return found === undefined ? [] : [[file, found]];
        }),
    );
}

function isDirectory(found: Found | undefined): boolean {
    return typeof found === "object" && found.kind === "directory";
}

function statOnHost(docker: DockerHost, image: string, paths: readonly string[]): Map<string, Found> | undefined {
    const { status, stdout, stderr } = runNow(
        "docker",
        [
            ...dockerArguments(docker),
            "run",
            "--rm",
            "--pull",
            "never",
            "--network",
            "none",
            "--read-only",
            "--user",
            "0",
            "--cap-drop",
            "ALL",
            "--cap-add",
            "DAC_READ_SEARCH",
            "--security-opt",
            "no-new-privileges",
            "--security-opt",
            "label=disable",
            "--volume",
            "/:/host:ro",
            "--entrypoint",
            "stat",
            image,
            "--printf",
            "%f %u %g %n\\0",
            "--",
            ...paths.map(file => `/host${file}`),
        ],
        { env: dockerEnvironment(process.env), timeout: 120_000 },
    );
    return status === 0 || (status !== null && status < DOCKER_FAILED) ? readStat(stdout, stderr, paths) : undefined;
}

const KINDS: Record<number, "directory" | "link"> = { 0o040000: "directory", 0o120000: "link" };

/** @param stdout mode in hexadecimal, uid, gid and path of each file, ended by NUL */
export function readStat(stdout: string, stderr: string, paths: readonly string[]): Map<string, Found> {
    const found = new Map<string, Found>(/Permission denied/.test(stderr) ? paths.map(file => [file, "unseen"]) : []);
    for (const record of stdout.split("\0").filter(text => text !== "")) {
        const [, raw, uid, gid, file] = /^([0-9a-f]+) (\d+) (\d+) \/host(.*)$/s.exec(record) as RegExpExecArray;
        const mode = parseInt(raw, 16);
        found.set(file, {
            kind: KINDS[mode & 0o170000] ?? "other",
            uid: Number(uid),
            gid: Number(gid),
            mode: mode & 0o7777,
        });
    }
    return found;
}
