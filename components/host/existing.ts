/** People's containers that exist. Reads, changes nothing. */
import { deferralsFrom } from "../docker/deferralsLabel";
import type { Docker } from "./client";
import { inspectContainers, isRunning, nameOf, type InspectedContainer, type ListedContainer } from "./inventory";

export interface ExistingServer {
    running: boolean;
    incarnation: string;
    /** Hash of its definition. */
    definition: string;
    /** Its GPUs. */
    gpus?: string[];
    /** The hub's public URL in its definition (publicUrl.ts). */
    address: string;
    /** Since when a change has been waiting for it to stop (`Deferrals`). */
    deferredSince?: number;
    /** Memory limit in MiB; only known for running containers. */
    memory?: number;
}

/** Person → existing container. */
export type ExistingServers = ReadonlyMap<string, ExistingServer>;

/**
 * People's containers of one stack. Docker is asked, not Pulumi's state, because the hub starts and stops containers on
 * its own.
 * @param listed all containers of the stack (`listContainers`)
 * @throws DockerError when Docker does not answer
 */
export async function existingServers(listed: readonly ListedContainer[], docker: Docker): Promise<ExistingServers> {
    // The list has no limits, and inspecting takes time. Only running containers use memory.
    const running = listed.filter(container => container.labels.person !== "" && isRunning(container));
    const names = running.map(({ name }) => name);
    return existingFrom(listed, await inspectContainers(docker, names));
}

/**
 * @param listed all containers of a stack
 * @param inspected people's running containers
 */
export function existingFrom(
    listed: readonly ListedContainer[],
    inspected: readonly InspectedContainer[],
): ExistingServers {
    const memory = new Map(
        inspected.map(container => [nameOf(container), Math.floor(container.HostConfig.Memory / 2 ** 20)]),
    );
    const roster = listed.find(({ labels }) => labels.deferred !== "");
    const deferrals = deferralsFrom(roster?.labels.deferred ?? "");
    return new Map(
        listed
            .filter(({ labels }) => labels.person !== "")
            .map(container => {
                const { person, incarnation, definition, gpus, address } = container.labels;
                const server: ExistingServer = {
                    running: isRunning(container),
                    incarnation,
                    definition,
                    gpus: gpus.split(",").filter(id => id !== ""),
                    address: address || "/",
                    memory: memory.get(container.name),
                    ...(deferrals.has(person) ? { deferredSince: deferrals.get(person) } : {}),
                };
                return [person, server];
            }),
    );
}
