/** Docker's containers, networks, images and volumes. Each question is asked here and nowhere else. Changes nothing. */
import { LABEL } from "../docker/labels";
import { lines, type Docker, type Result } from "./client";
import { LISTED_LABELS, type ListedContainer } from "./listed";
import { listServices } from "./services";

const LIST = ["{{.ID}}", "{{.Names}}", "{{.State}}", "{{.Image}}"]
    .concat(LISTED_LABELS.map(label => `{{.Label ${JSON.stringify(LABEL[label])}}}`))
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
    const listed = listedFrom(
        await docker.ask(["ps", "--all", "--no-trunc", ...ofInstance(instance), "--format", LIST]),
    );
    return withServices(docker, listed, instance);
}

/** People's servers of a Swarm are none of this machine's containers; its roster says that there are such. */
async function withServices(docker: Docker, listed: ListedContainer[], instance?: string): Promise<ListedContainer[]> {
    return listed.some(({ labels }) => labels.swarm !== "")
        ? [...listed, ...(await listServices(docker, instance))]
        : listed;
}

/**
 * Ids of a stack's containers that were to end by themselves (homes, authorities) and were never started: whoever made
 * one was killed just then. @throws DockerError when Docker does not answer
 */
export async function listNeverStarted(docker: Docker, instance: string): Promise<string[]> {
    const never = ["--filter", `label=${LABEL.homes}=${instance}`, "--filter", "status=created"];
    return lines(await docker.ask(["ps", "--all", "--quiet", ...never]));
}

/** Containers of this project, whosever. @throws DockerError when Docker does not answer */
export async function listOurContainers(docker: Docker): Promise<ListedContainer[]> {
    const ours = ["--filter", `label=${LABEL.instance}`];
    const listed = listedFrom(await docker.ask(["ps", "--all", "--no-trunc", ...ours, "--format", LIST]));
    return withServices(docker, listed);
}

/** Reads what `docker ps` prints. Pure. */
export function listedFrom(answer: string): ListedContainer[] {
    return lines(answer).map(line => {
        const [id, name, state, image, ...values] = line.split("\t");
        const labels = Object.fromEntries(LISTED_LABELS.map((label, i) => [label, values[i] ?? ""]));
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
        /** `NAME=value`, the image's own among them. */
        Env?: string[] | null;
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
    Driver?: string;
    Labels?: Record<string, string> | null;
    IPAM?: { Config?: { Subnet?: string }[] | null } | null;
    /** Its endpoints: running containers by id, and what is left of some that are no more. */
    Containers?: Record<string, { Name: string }> | null;
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

/** An image's id, or undefined where Docker does not have it. @param reference name with tag, or by digest */
export async function imageId(docker: Docker, reference: string): Promise<string | undefined> {
    const { code, stdout } = await docker.run(["image", "inspect", "--format", "{{.Id}}", reference]);
    return code === 0 ? stdout.trim() : undefined;
}

/** Whether Docker has the image. @param reference name with tag, or by digest */
export async function hasImage(docker: Docker, reference: string): Promise<boolean> {
    return (await imageId(docker, reference)) !== undefined;
}

/** Names of all volumes of the Docker host. @throws DockerError when Docker does not answer */
export async function volumeNames(docker: Docker): Promise<string[]> {
    return lines(await docker.ask(["volume", "ls", "--quiet"]));
}

/** Volumes with a person's label → that person. @throws DockerError when Docker does not answer */
export async function volumeOwners(docker: Docker, instance: string): Promise<Map<string, string>> {
    const format = `{{.Name}}\t{{.Label ${JSON.stringify(LABEL.person)}}}`;
    const answer = await docker.ask(["volume", "ls", ...ofInstance(instance), "--format", format]);
    const rows = lines(answer).map(line => line.split("\t") as [string, string]);
    return new Map(rows.filter(([, person]) => person !== ""));
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

/** What a running container takes at this moment. */
export interface Usage {
    /** 1 is one processor. */
    cpus: number;
    /** Bytes, without cached files, as Docker rounds them. */
    memory: number;
    /** Bytes; the machine's memory where the container has no limit. */
    memoryLimit: number;
}

const USAGE = ["stats", "--no-stream", "--format", "{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}"];

/**
 * Container → what it takes. Docker measures for a second or two.
 * @param names running containers; undefined is answered where one has ended meanwhile
 * @throws DockerError when Docker does not answer
 */
export async function containerUsage(
    docker: Docker,
    names: readonly string[],
): Promise<Map<string, Usage> | undefined> {
    if (names.length === 0) {
        return new Map(); // Without names Docker answers for all that there are.
    }
    const result = await docker.run([...USAGE, ...names], { timeout: STATS_PATIENCE });
    if (result.code !== 0) {
        if (/no such container/i.test(result.stderr)) {
            return undefined;
        }
        throw docker.noAnswer(result);
    }
    return usageFrom(result.stdout);
}

/** Milliseconds; with hundreds of containers on few processors it takes some. */
const STATS_PATIENCE = 60_000;

/** Reads what `docker stats` prints. A container that ended meanwhile has no figures. Pure. */
export function usageFrom(answer: string): Map<string, Usage> {
    return new Map(
        lines(answer).flatMap(line => {
            const [name, cpu, memory] = line.split("\t");
            const [used, limit] = memory.split(" / ").map(bytesIn);
            const cpus = parseFloat(cpu) / 100;
            return [cpus, used, limit].every(Number.isFinite)
                ? [[name, { cpus, memory: used, memoryLimit: limit }]]
                : [];
        }),
    );
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

function bytesIn(text: string): number {
    const [, amount, unit] = /^([\d.]+)([A-Za-z]+)$/.exec(text) ?? [];
    const power = UNITS.indexOf(unit);
    return power < 0 ? NaN : Math.round(Number(amount) * 1024 ** power);
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
