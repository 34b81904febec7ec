/** What Docker has of a stack's people already. Reads, changes nothing. */
import { execFileSync } from "node:child_process";
import { LABEL } from "./container";
import { dockerArguments, dockerEnvironment, isRemote, type DockerHost } from "./dockerHost";
import { remoteProblem } from "./dockerProblem";

export interface ExistingServer {
    running: boolean;
    incarnation: string;
    /** Hash of the definition it was made from. */
    definition: string;
    /** The GPUs that it was given. */
    gpus?: string[];
    /** Where the hub was for it (publicUrl.ts). */
    address: string;
    /** Its memory limit in MiB; known of running ones only. */
    memory?: number;
}

/** Person → the container that is there. */
export type ExistingServers = ReadonlyMap<string, ExistingServer>;

/**
 * The containers of one stack's people. Asked of Docker and not of Pulumi's state, because the hub starts and
 * stops them behind Pulumi's back.
 *
 * @throws Error with one line that says what to do, when Docker does not answer
 */
export function existingServers(instance: string, docker: DockerHost): ExistingServers {
    const fields = ["{{.Names}}", "{{.State}}", ...[LABEL.person, LABEL.incarnation, LABEL.definition, LABEL.gpus, LABEL.address].map(label => `{{.Label ${JSON.stringify(label)}}}`)];
    const filter = `label=${LABEL.instance}=${instance}`;
    try {
        const servers = lines(ask(docker, "ps", "--all", "--filter", filter, "--filter", `label=${LABEL.person}`, "--format", fields.join("\t")));
        const running = servers.filter(([, state]) => isRunning(state)).map(([container]) => container);
        const limits = running.length === 0 ? [] : lines(ask(docker, "inspect", "--format", "{{.Name}}\t{{.HostConfig.Memory}}", ...running));
        return existingFrom(servers, limits);
    } catch (error) {
        throw new Error(dockerProblem(error as NodeJS.ErrnoException & { stderr?: string }, docker));
    }
}

/** The Docker host's memory in MiB; undefined when it does not say. */
export function hostMemory(docker: DockerHost): number | undefined {
    try {
        return Math.floor(Number(ask(docker, "info", "--format", "{{.MemTotal}}")) / 2 ** 20) || undefined;
    } catch {
        return undefined; // Only a warning depends on it.
    }
}

function ask(docker: DockerHost, ...args: string[]): string {
    return execFileSync("docker", [...dockerArguments(docker), ...args], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        timeout: 60_000,
        env: dockerEnvironment(process.env),
    });
}

function lines(out: string): string[][] {
    return out
        .split("\n")
        .filter(line => line !== "")
        .map(line => line.split("\t"));
}

function isRunning(state: string): boolean {
    return ["running", "restarting", "paused"].includes(state);
}

/**
 * @param servers name, state, person, incarnation, definition, GPUs and address of each container
 * @param limits name (with Docker's slash before it) and memory limit in bytes of the running ones
 */
export function existingFrom(servers: readonly string[][], limits: readonly string[][]): ExistingServers {
    const memory = new Map(limits.map(([container, bytes]) => [container.replace(/^\//, ""), Math.floor(Number(bytes) / 2 ** 20)]));
    return new Map(
        servers.map(([container, state, person, incarnation, definition, gpus = "", address = ""]) => [
            person,
            { running: isRunning(state), incarnation, definition, gpus: gpus.split(",").filter(id => id !== ""), address: address || "/", memory: memory.get(container) },
        ]),
    );
}

function dockerProblem(error: NodeJS.ErrnoException & { stderr?: string }, docker: DockerHost): string {
    if (error.code === "ENOENT") {
        return "The docker command is not installed: install Docker, or let `npm run up` do it (Debian and Ubuntu, as root).";
    }
    if (isRemote(docker)) {
        return remoteProblem(docker, error.stderr ?? error.message);
    }
    const said = (error.stderr ?? error.message).trim().split("\n")[0];
    return `Docker does not answer at ${docker.host}: ${said}\nStart it (sudo systemctl start docker) and check that you may use it (the docker group).`;
}
