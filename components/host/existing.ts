/** What Docker has of a stack's people already. Reads, changes nothing. */
import { deferralsFrom } from "../docker/deferralsLabel";
import type { Docker } from "./client";
import { inspectContainers, isRunning, nameOf, type InspectedContainer, type ListedContainer } from "./inventory";

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
 * What is known of one stack's people, by its containers. Asked of Docker and not of Pulumi's state, because the hub
 * starts and stops them behind Pulumi's back.
 *
 * @param listed all containers of the stack (`listContainers`)
 * @throws DockerError when Docker does not answer
 */
export async function existingServers(listed: readonly ListedContainer[], docker: Docker): Promise<ExistingServers> {
    // The list tells no limits, and looking at each takes its time: only running ones use memory.
    const running = listed.filter(container => container.labels.person !== "" && isRunning(container));
    const names = running.map(({ name }) => name);
    return existingFrom(listed, await inspectContainers(docker, names));
}

/**
 * @param listed all containers of a stack
 * @param inspected those of people that run
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
