/** Directories of another machine, seen by a short-lived container there. Changes nothing. */
import { dockerArguments, dockerEnvironment, type DockerHost } from "../docker/dockerHost";
import { mountOption } from "../docker/mountOption";
import type { Settings } from "../config/settings";
import { runNow } from "./client";
import { below, type FoundPath } from "./found";

/** Docker's exit code if the container could not be created. */
const DOCKER_FAILED = 125;

/**
 * Files of the Docker host. An image that the host has is used. If it has none, as before the first `up`, everything is
 * unseen, and Docker itself refuses a missing directory later.
 */
export function lookThrough(
    docker: DockerHost,
    images: readonly string[],
    paths: readonly string[],
): ReadonlyMap<string, FoundPath> {
    const answer = statOnHost(docker, images, EVERYWHERE, withAncestors(paths));
    return answer === undefined ? unseen(paths) : throughLinks(paths, answer);
}

/**
 * Which homes exist, seen by a container that runs as nobody, without capabilities, and mounts only the homes' base
 * directories, read-only. Everything else is unseen.
 */
export function homesThrough(
    { docker, people }: Pick<Settings, "docker" | "people">,
    images: readonly string[],
    paths: readonly string[],
): ReadonlyMap<string, FoundPath> {
    const found = new Map<string, FoundPath>(unseen(paths));
    const systems = people.flatMap(({ system }) => (system === undefined ? [] : [system]));
    for (const base of new Set(systems.map(({ homesBase }) => homesBase))) {
        const homes = systems.filter(({ homesBase }) => homesBase === base).map(({ hostHome }) => hostHome);
        const there = statOnHost(docker, images, onlyBase(base), homes);
        homes.filter(home => there !== undefined && !there.has(home)).forEach(home => found.delete(home));
    }
    return found;
}

const unseen = (paths: readonly string[]) => new Map(paths.map((file): [string, FoundPath] => [file, "unseen"]));

function withAncestors(paths: readonly string[]): string[] {
    return [...new Set(paths.flatMap(file => below("/", file)))];
}

/** Inside the container a link leads elsewhere than on the host, so what is behind one is unseen. */
function throughLinks(paths: readonly string[], answer: ReadonlyMap<string, FoundPath>): Map<string, FoundPath> {
    return new Map(
        paths.flatMap((file): [string, FoundPath][] => {
            const behind = below("/", file)
                .slice(0, -1)
                .some(ancestor => !isDirectory(answer.get(ancestor)) && answer.has(ancestor));
            const found = behind ? "unseen" : answer.get(file);
            return found === undefined ? [] : [[file, found]];
        }),
    );
}

function isDirectory(found: FoundPath | undefined): boolean {
    return typeof found === "object" && found.kind === "directory";
}

/** May enter every directory. */
const EVERYWHERE = ["--user", "0", "--cap-drop", "ALL", "--cap-add", "DAC_READ_SEARCH", "--volume", "/:/host:ro"];

const onlyBase = (base: string) => [
    ...["--user", "65534:65534", "--cap-drop", "ALL"],
    ...["--mount", mountOption(["type=bind", `source=${base}`, `target=/host${base}`, "readonly"])],
];

/** Docker's message for a bind mount of a missing directory. Unlike `--volume`, `--mount` does not create it. */
const NO_SUCH_BASE = /bind source path does not exist/;

/**
 * What is at each path, seen with the first image that works.
 * @param access user and mounts of the container, below /host
 * @returns undefined if no image works
 */
function statOnHost(
    docker: DockerHost,
    images: readonly string[],
    access: readonly string[],
    paths: readonly string[],
): ReadonlyMap<string, FoundPath> | undefined {
    const isolated = ["--pull", "never", "--network", "none", "--read-only"];
    const options = [...isolated, "--security-opt", "no-new-privileges", "--security-opt", "label=disable", ...access];
    const files = paths.map(file => `/host${file}`);
    for (const image of images) {
        const stat = ["--entrypoint", "stat", image, "--printf", "%f %u %g %n\\0", "--", ...files];
        const { status, stdout, stderr } = runNow(
            "docker",
            [...dockerArguments(docker), "run", "--rm", ...options, ...stat],
            { env: dockerEnvironment(process.env), timeout: 120_000 },
        );
        if (status !== null && status < DOCKER_FAILED) {
            return readStat(stdout, stderr, paths);
        }
        if (NO_SUCH_BASE.test(stderr)) {
            return new Map();
        }
    }
    return undefined;
}

const KINDS: Record<number, "directory" | "link"> = { 0o040000: "directory", 0o120000: "link" };

/** @param stdout mode in hexadecimal, uid, gid and path of each file, each terminated by NUL */
export function readStat(stdout: string, stderr: string, paths: readonly string[]): Map<string, FoundPath> {
    const found = new Map<string, FoundPath>(
        /Permission denied/.test(stderr) ? paths.map(file => [file, "unseen"]) : [],
    );
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
