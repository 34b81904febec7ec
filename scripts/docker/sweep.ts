/** Removes everything that a stack has in Docker but its data, whether or not Pulumi knows of it. */
import { listContainers, listNetworks, listNeverStarted, listServices, volumeNames } from "../../components/host";
import { serverOf, type StackNames } from "../../components/docker";
import type { Docker } from "./docker";

/** What a sweep has found. */
export interface Swept {
    /** Servers that were made on demand. */
    servers: string[];
    /** Names of the other containers, and of networks. */
    others: string[];
}

/**
 * Removes a stack's containers and networks, and what one that was never started holds. Data stays.
 * @param found is told of them before they go
 * @returns whether there was anything
 */
export async function sweep(docker: Docker, names: StackNames, found: (what: Swept) => void): Promise<boolean> {
    const swept = await sweepListed(docker, names, found);
    await removeNeverStarted(docker, names);
    await removeGuarded(docker, names);
    return swept;
}

async function sweepListed(
    docker: Docker,
    { instance, guard }: StackNames,
    found: (what: Swept) => void,
): Promise<boolean> {
    const own = await listContainers(docker, instance);
    // Also without the roster, which says that there are such.
    const services = own.some(({ service }) => service) ? [] : await listServices(docker, instance);
    const listed = [...own, ...services];
    const containers = listed.map(({ name }) => name);
    const networks = (await listNetworks(docker, instance)).map(({ Name }) => Name);
    if (containers.length + networks.length === 0) {
        return false;
    }
    const launched = listed.filter(({ labels }) => labels.launched !== "");
    found({
        servers: launched.map(({ labels }) => serverOf(labels.person, labels.server)).sort(),
        others: [...listed.filter(one => !launched.includes(one)).map(({ name }) => name), ...networks],
    });
    await removeServices(
        docker,
        listed.filter(({ service }) => service).map(({ name }) => name),
    );
    const here = listed.filter(({ service }) => !service).map(({ name }) => name);
    // The guard goes last: it removes its rules when no other container is left.
    for (const part of [here.filter(name => name !== guard), here.filter(name => name === guard)].filter(
        ({ length }) => length > 0,
    )) {
        await removeContainers(docker, part, async () =>
            (await listContainers(docker, instance)).map(({ name }) => name),
        );
    }
    for (const network of networks) {
        await removeNetwork(docker, network);
    }
    return true;
}

/**
 * What is gone by then was removed by others: the nodes of a Swarm do so with what their services ran.
 * @param listed tells what there still is, by what the containers are called here
 */
export async function removeContainers(
    docker: Docker,
    containers: readonly string[],
    listed: () => Promise<readonly string[]>,
): Promise<void> {
    await docker.run(["stop", ...containers]);
    try {
        await docker.output(["rm", "--force", ...containers]);
    } catch (error) {
        const left = await listed();
        if (containers.some(container => left.includes(container))) {
            throw error;
        }
    }
}

/** They hold a volume, which could then not be purged. */
export async function removeNeverStarted(docker: Docker, { instance }: Pick<StackNames, "instance">): Promise<void> {
    const listed = () => listNeverStarted(docker, instance);
    const ids = await listed();
    if (ids.length > 0) {
        await removeContainers(docker, ids, listed);
    }
}

async function removeServices(docker: Docker, services: readonly string[]): Promise<void> {
    if (services.length > 0) {
        await docker.output(["service", "rm", ...services]);
    }
}

/** What ran on the nodes of a Swarm leaves its network and volume some seconds after its service is gone. */
async function untilFree(docker: Docker, args: readonly string[]): Promise<void> {
    for (let tries = 0; tries < 60; tries++) {
        const { code, stderr } = await docker.run(args);
        if (code === 0 || !/in use|active endpoints/.test(stderr)) {
            return;
        }
        await new Promise(resolve => setTimeout(resolve, 500));
    }
}

async function removeNetwork(docker: Docker, network: string): Promise<void> {
    await untilFree(docker, ["network", "rm", network]);
    if ((await listNetworks(docker)).some(({ Name }) => Name === network)) {
        await docker.output(["network", "rm", network]);
    }
}

/** It is in memory and holds nobody's data. Other nodes of a Swarm are not asked from here. */
async function removeGuarded(docker: Docker, { guarded }: StackNames): Promise<void> {
    if ((await volumeNames(docker)).includes(guarded)) {
        await untilFree(docker, ["volume", "rm", guarded]);
    }
}
