/** What Docker has of a stack's people already. Reads, changes nothing. */
import { askDocker } from "./client";
import { LABEL } from "../docker/container";
import { deferralsFrom, type Deferrals } from "../docker/deferralsLabel";
import type { DockerHost } from "../docker/dockerHost";

export interface ExistingServer {
    running: boolean;
    incarnation: string;
    /** Hash of the definition it was made from. */
    definition: string;
    /** The GPUs that it was given. */
    gpus?: string[];
    /** Where the hub was for it (publicUrl.ts). */
    address: string;
    /** Since when a change waits for its stop (`Deferrals`). */
    deferredSince?: number;
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
export async function existingServers(instance: string, docker: DockerHost): Promise<ExistingServers> {
    const fields = [
        "{{.Names}}",
        "{{.State}}",
        ...[LABEL.person, LABEL.incarnation, LABEL.definition, LABEL.gpus, LABEL.address].map(
            label => `{{.Label ${JSON.stringify(label)}}}`,
        ),
    ];
    const filter = `label=${LABEL.instance}=${instance}`;
    return askDocker(docker, async ask => {
        const [all, roster] = await Promise.all([
            ask("ps", "--all", "--filter", filter, "--filter", `label=${LABEL.person}`, "--format", fields.join("\t")),
            ask(
                "ps",
                "--all",
                "--filter",
                filter,
                "--filter",
                `label=${LABEL.deferred}`,
                "--format",
                `{{.Label ${JSON.stringify(LABEL.deferred)}}}`,
            ),
        ]);
        const servers = lines(all);
        const running = servers.filter(([, state]) => isRunning(state)).map(([container]) => container);
        const limits =
            running.length === 0
                ? []
                : lines(await ask("inspect", "--format", "{{.Name}}\t{{.HostConfig.Memory}}", ...running));
        return existingFrom(servers, limits, deferralsFrom(roster.trim().split("\n")[0]));
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
export function existingFrom(
    servers: readonly string[][],
    limits: readonly string[][],
    deferrals: Deferrals = new Map(),
): ExistingServers {
    const memory = new Map(
        limits.map(([container, bytes]) => [container.replace(/^\//, ""), Math.floor(Number(bytes) / 2 ** 20)]),
    );
    return new Map(
        servers.map(([container, state, person, incarnation, definition, gpus = "", address = ""]) => [
            person,
            {
                running: isRunning(state),
                incarnation,
                definition,
                gpus: gpus.split(",").filter(id => id !== ""),
                address: address || "/",
                memory: memory.get(container),
                ...(deferrals.has(person) ? { deferredSince: deferrals.get(person) } : {}),
            },
        ]),
    );
}
