/** People's containers that exist. Reads, changes nothing. */
import { deferralsFrom } from "../docker/deferralsLabel";
import { LABEL } from "../docker/labels";
import { serverOf } from "../docker/names";
import type { Docker } from "./client";
import { inspectContainers, isRunning, nameOf, type InspectedContainer } from "./inventory";
import type { ListedContainer } from "./listed";

export interface ExistingServer {
    /** Docker's id of its container; only known for what Docker has listed. */
    id?: string;
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
    /** Memory limit in MiB; only known for running containers of this machine that Pulumi made. */
    memory?: number;
    /** Whether the launcher made it. */
    launched?: boolean;
    /** Name of the server; the person's default one has none. */
    server?: string;
    /** What it was started with (`LABEL.profile`). */
    profile?: string;
}

/** Server → existing container: `ada` is her default one, `ada/work` a further one (`serverOf`). */
export type ExistingServers = ReadonlyMap<string, ExistingServer>;

/** What a stack has of its people. */
export interface Found {
    /** People's containers. */
    existing: ExistingServers;
    /** Who is on the list that is deployed, with their incarnation. */
    incarnations: ReadonlyMap<string, string>;
}

/**
 * People's containers of one stack, and who is listed. Docker is asked, not Pulumi's state, because the hub starts and
 * stops containers on its own.
 * @param listed all containers of the stack (`listContainers`)
 * @throws DockerError when Docker does not answer
 */
export async function existingServers(listed: readonly ListedContainer[], docker: Docker): Promise<Found> {
    // The list has no limits, and inspecting takes time. Only running containers use memory.
    const running = listed.filter(
        container =>
            container.labels.person !== "" &&
            container.labels.launched === "" &&
            !container.service &&
            isRunning(container),
    );
    const rosters = listed.filter(({ labels }) => labels.deployment !== "");
    const names = [...running, ...rosters].map(({ name }) => name);
    const inspected = await inspectContainers(docker, names);
    return { existing: existingFrom(listed, inspected), incarnations: incarnationsFrom(inspected) };
}

/** Person → incarnation, as the roster has them. @param inspected containers with the roster among them */
export function incarnationsFrom(inspected: readonly InspectedContainer[]): ReadonlyMap<string, string> {
    const [text = "{}"] = inspected.flatMap(({ Config: { Labels } }) => Labels?.[LABEL.roster] ?? []);
    try {
        const { people = {} } = JSON.parse(text) as { people?: Record<string, { incarnation?: unknown }> };
        return new Map(
            Object.entries(people).flatMap(([name, { incarnation }]) =>
                typeof incarnation === "string" ? [[name, incarnation] as const] : [],
            ),
        );
    } catch {
        return new Map(); // As if there were no roster: people are new.
    }
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
                const { person, server, profile, incarnation, definition, gpus, address, launched } = container.labels;
                const key = serverOf(person, server);
                const found: ExistingServer = {
                    ...(server === "" ? {} : { server }),
                    ...(profile === "" ? {} : { profile }),
                    id: container.id,
                    running: isRunning(container),
                    incarnation,
                    definition,
                    gpus: gpus.split(",").filter(id => id !== ""),
                    address: address || "/",
                    memory: memory.get(container.name),
                    ...(launched === "" ? {} : { launched: true }),
                    ...(deferrals.has(key) ? { deferredSince: deferrals.get(key) } : {}),
                };
                return [key, found];
            }),
    );
}
