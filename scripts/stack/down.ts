/** Takes a stack down, and leaves its data. */
import {
    isRunning,
    listContainers,
    listNetworks,
    listNeverStarted,
    listServices,
    volumeNames,
} from "../../components/host";
import { serverOf, type StackNames } from "../../components/docker";
import { isColourful, progress } from "../terminal/command";
import { ensureDocker, type Docker } from "../docker/docker";
import { pulumiEnv } from "../pulumi/environment";
import { hostOf } from "../pulumi/host";
import { removalText } from "../plan/summary";
import { undeploy } from "./deploy";
import { ensureStack, namesOf, type Stack } from "../pulumi/pulumi";
import { refuseLostSecret } from "../pulumi/record";
import { isDeployed, recover } from "../pulumi/recover";
import { hasRootSecret, readStackFile } from "../files/stackFile";

/**
 * Removes a stack's containers and networks, and says which: those that Pulumi knows, then everything else in Docker
 * with the stack's label, for example after the state was lost.
 * @param rest further options of Pulumi's
 * @param verbose whether Pulumi's own lines are shown
 * @returns the exit code; undefined when there was nothing to remove
 */
export async function takeDown(name: string, rest: readonly string[], verbose = false): Promise<number | undefined> {
    refuseLostSecret(name);
    const file = readStackFile(name);
    if (!hasRootSecret(file)) {
        return undefined;
    }
    const stack: Stack = { name, env: await pulumiEnv() };
    await ensureStack(stack); // Pulumi may have forgotten a stack whose containers are still here.
    const docker = await ensureDocker(await hostOf(stack, file));
    await recover(stack, docker);
    const deployed = await isDeployed(stack);
    const code = deployed ? await destroy(stack, docker, rest, verbose) : 0;
    if (code !== 0 || rest.length > 0) {
        return code; // Pulumi's options may ask to keep something.
    }
    const names = await namesOf(stack);
    const swept = await sweep(docker, names);
    await removeNeverStarted(docker, names);
    await removeGuarded(docker, names);
    return deployed || swept ? 0 : undefined;
}

/** Lets Pulumi do it, and says what was removed. @returns Pulumi's exit code */
async function destroy(stack: Stack, docker: Docker, rest: readonly string[], raw: boolean): Promise<number> {
    const { instance } = await namesOf(stack);
    const listed = await listContainers(docker, instance);
    const { code, changes } = await undeploy(
        // Whoever is in a network is on the way out, also those that Pulumi does not know of.
        { ...stack, env: { ...stack.env, NETWORK_DETACH: "people" } },
        {
            rest,
            raw,
            people: listed.filter(({ labels }) => labels.person !== "" && labels.launched === "").length,
            running: new Set(listed.filter(isRunning).map(({ name }) => name)),
        },
    );
    if (code === 0) {
        console.log(removalText(changes, isColourful()));
    }
    return code;
}

/** @returns whether there was anything */
async function sweep(docker: Docker, { instance, guard }: StackNames): Promise<boolean> {
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
    if (launched.length > 0) {
        const servers = launched.map(({ labels }) => serverOf(labels.person, labels.server)).sort();
        progress(`Removing the servers that were made on demand: ${servers.join(", ")}`);
    }
    const others = [...listed.filter(one => !launched.includes(one)).map(({ name }) => name), ...networks];
    if (others.length > 0) {
        progress(`Removing what Pulumi did not know about: ${others.join(", ")}`);
    }
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
