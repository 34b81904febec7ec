/** Docker's containers, networks, images and volumes. Each question is asked here and nowhere else. Changes nothing. */
import { LABEL } from "../docker/labels";
import type { Docker, Result } from "./client";

/** A container in Docker's list. The list costs the same for any number of containers. */
export interface ListedContainer {
    id: string;
    name: string;
    /** Docker's word, such as `running`, `exited` or `created`. */
    state: string;
    /** Reference of the image. */
    image: string;
    /** This project's labels (`LABEL`). A missing one is an empty text. */
    labels: Readonly<Record<ListedLabel, string>>;
}

/** Without the roster: it is long, and only the hub reads it. */
type ListedLabel = Exclude<keyof typeof LABEL, "roster">;

const LABELS = (Object.keys(LABEL) as (keyof typeof LABEL)[]).filter(label => label !== "roster");

const LIST = ["{{.ID}}", "{{.Names}}", "{{.State}}", "{{.Image}}"]
    .concat(LABELS.map(label => `{{.Label ${JSON.stringify(LABEL[label])}}}`))
    .join("\t");

/** Limits a list to one stack. */
function ofInstance(instance: string | undefined): string[] {
    return instance === undefined ? [] : ["--filter", `label=${LABEL.instance}=${instance}`];
}

/**
 * @param instance whose containers; undefined: all that there are
 * @throws DockerError when Docker does not answer
 */
export async function listContainers(docker: Docker, instance?: string): Promise<ListedContainer[]> {
    return listedFrom(await docker.ask(["ps", "--all", "--no-trunc", ...ofInstance(instance), "--format", LIST]));
}

/** Reads what `docker ps` prints. Pure. */
export function listedFrom(answer: string): ListedContainer[] {
    return lines(answer).map(line => {
        const [id, name, state, image, ...values] = line.split("\t");
        const labels = Object.fromEntries(LABELS.map((label, i) => [label, values[i] ?? ""]));
        return { id, name, state, image, labels: labels as ListedContainer["labels"] };
    });
}

/** Whether it holds memory and somebody's work. */
export function isRunning({ state }: Pick<ListedContainer, "state">): boolean {
    return ["running", "restarting", "paused"].includes(state);
}

/** The parts of `docker inspect` of a container that are used here. */
export interface InspectedContainer {
    Id: string;
    /** With a slash before it; see `nameOf`. */
    Name: string;
    RestartCount: number;
    State: {
        Status: string;
        Health?: { Status: string; Log?: { Output: string }[] | null } | null;
    };
    Config: {
        Image: string;
        Labels?: Record<string, string> | null;
        /** `CMD` or `CMD-SHELL`, and what to run. */
        Healthcheck?: { Test?: string[] | null } | null;
    };
    /** Bytes; 0 without a limit. */
    HostConfig: { Memory: number };
    NetworkSettings: {
        /**
         * Networks by name. The id is the network's when the container was last started; empty before the first start.
         */
        Networks?: Record<string, { NetworkID: string }> | null;
        Ports?: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    };
}

/** A container's name without the slash that Docker puts before it. */
export function nameOf({ Name }: Pick<InspectedContainer, "Name">): string {
    return Name.replace(/^\//, "");
}

/**
 * @param names names or ids
 * @returns each once, without those that are not there
 * @throws DockerError when Docker does not answer
 */
export async function inspectContainers(docker: Docker, names: readonly string[]): Promise<InspectedContainer[]> {
    const found = await inspect<InspectedContainer>(docker, "container", names);
    return [...new Map(found.map(container => [container.Id, container])).values()];
}

/** The same of one. */
export async function inspectContainer(docker: Docker, name: string): Promise<InspectedContainer | undefined> {
    return (await inspectContainers(docker, [name]))[0];
}

/** Running containers that publish a port, on whatever address. @throws DockerError when Docker does not answer */
export async function containersPublishing(docker: Docker, port: number): Promise<InspectedContainer[]> {
    return inspectContainers(docker, lines(await docker.ask(["ps", "--filter", `publish=${port}`, "--quiet"])));
}

export interface InspectedNetwork {
    Id?: string;
    Name: string;
    Labels?: Record<string, string> | null;
    IPAM?: { Config?: { Subnet?: string }[] | null } | null;
}

/**
 * @returns networks that exist.
 * @throws DockerError when Docker does not answer
 */
export function inspectNetworks(docker: Docker, names: readonly string[]): Promise<InspectedNetwork[]> {
    return inspect(docker, "network", names);
}

/**
 * @param instance whose networks; undefined: all that there are
 * @throws DockerError when Docker does not answer
 */
export async function listNetworks(docker: Docker, instance?: string): Promise<InspectedNetwork[]> {
    const listed = await docker.ask(["network", "ls", "--no-trunc", ...ofInstance(instance), "--quiet"]);
    return inspectNetworks(docker, lines(listed));
}

/** A missing object, or one removed at this moment, is an error next to the others' results. */
async function inspect<T>(docker: Docker, kind: "container" | "network", names: readonly string[]): Promise<T[]> {
    if (names.length === 0) {
        return [];
    }
    const result = await docker.run([kind, "inspect", ...new Set(names)]);
    if (result.code !== 0 && !/no such|not found/i.test(result.stderr)) {
        throw docker.noAnswer(result);
    }
    return JSON.parse(result.stdout.trim() || "[]") as T[];
}

/** References with a tag → size, as Docker writes it. @throws DockerError when Docker does not answer */
export async function taggedImages(docker: Docker): Promise<Map<string, string>> {
    const answer = await docker.ask(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}\t{{.Size}}"]);
    return new Map(lines(answer).map(line => line.split("\t") as [string, string]));
}

/** Whether Docker has the image. @param reference name with tag, or by digest */
export async function hasImage(docker: Docker, reference: string): Promise<boolean> {
    return (await docker.run(["image", "inspect", "--format", "{{.Id}}", reference])).code === 0;
}

/** Names of all volumes of the Docker host. @throws DockerError when Docker does not answer */
export async function volumeNames(docker: Docker): Promise<string[]> {
    return lines(await docker.ask(["volume", "ls", "--quiet"]));
}

/**
 * Volume → size of its content, as Docker writes it. Docker counts for as long as there is data, so there is no time
 * limit. Volumes whose size it cannot tell are left out.
 */
export async function volumeSizes(docker: Docker): Promise<Map<string, string>> {
    const format = "{{range .Volumes}}{{.Name}}\t{{.Size}}\n{{end}}";
    const { stdout } = await docker.run(["system", "df", "--verbose", "--format", format]);
    return new Map(lines(stdout).map(line => line.split("\t") as [string, string]));
}

const SERVER = ["version", "--format", "{{json .Server}}"];

/** Whether the Docker daemon answers. @returns how the docker command ended, which says why not */
export function reachDaemon(docker: Docker, timeout: number): Promise<Result> {
    return docker.run(SERVER, { timeout });
}

/** The daemon's processors in Go's words, such as `amd64`. @throws DockerError when Docker does not answer */
export async function daemonArchitecture(docker: Docker): Promise<string> {
    return (JSON.parse(await docker.ask(SERVER)) as { Arch: string }).Arch;
}

function lines(answer: string): string[] {
    return answer.split("\n").filter(line => line !== "");
}
