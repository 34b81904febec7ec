import { ask } from "../terminal/ask";
import { inspectContainer, isRunning } from "../../components/host";
import { UserError } from "../../components/errors";
import { ownerOf } from "../../components/docker";
import { exactly, kick } from "../docker/kick";
import { runningContainers } from "../docker/running";
import { deployedStack, knownStack } from "../pulumi/deployed";
import { ensureDocker, type Docker } from "../docker/docker";
import { hostOf } from "../pulumi/host";
import { deploy } from "./deploy";
import { deployedNames } from "../pulumi/plainOutputs";
import type { Stack } from "../pulumi/pulumi";
import { readDeployment, recover } from "../pulumi/recover";
import { checkStackFile, personOf, readStackFile } from "../files/stackFile";
import { readServer } from "./serverArgument";

/** What became of it. */
export interface Reset {
    /** Pulumi's exit code. */
    code: number;
    /** The server: the person's name, or `ada/work`. */
    server: string;
    /** Whether the next start makes the container (`spawning: dynamic`, and on a Swarm). */
    atStart: boolean;
}

/**
 * Gives a person a fresh container over the same home.
 * @param given the person, or one of their servers (`ada/work`)
 */
export async function reset(name: string, given: string, yes: boolean): Promise<Reset> {
    const file = readStackFile(name);
    const settings = checkStackFile(name, file);
    if (settings.dynamic !== undefined) {
        return { code: 0, server: await endLaunched(name, given, yes), atStart: true };
    }
    const { person: who, server: further, written } = readServer(given);
    const person = personOf(settings, who).name;
    if (further !== undefined) {
        throw new UserError(`There is no server ${written}: with spawning: declared everybody has one.`);
    }
    if (settings.swarm !== undefined) {
        return { code: 0, server: await endLaunched(name, person, yes), atStart: true };
    }
    const stack = await knownStack(name, file);
    const docker = await ensureDocker(await hostOf(stack, file));
    await recover(stack, docker);
    const container = (await deployedNames(stack)).person(person);
    const urns = await urnsOf(stack, container);
    if (await mayStop(docker, container, person, yes)) {
        await docker.output(["stop", container]);
    }
    const targets = ["--target-replace", urns.container, ...urns.limits.flatMap(urn => ["--target", urn])];
    const { code } = await deploy(stack, { rest: targets, raw: false, people: 0, running: new Set() });
    return { code, server: person, atStart: false };
}

/**
 * Ends a server whose container the launcher makes at each start, or the Swarm: that removes it.
 * @returns which, as this project writes it
 */
async function endLaunched(stack: string, given: string, yes: boolean): Promise<string> {
    const wanted = readServer(given);
    const { docker, names, containers } = await deployedStack(stack);
    const servers = [...containers.keys()];
    const container = containers.get(wanted.written);
    if (!servers.some(server => ownerOf(server) === wanted.person)) {
        throw new UserError(`"${given}" has no server, and is not listed. Each start makes a new container.`);
    }
    if (container !== undefined && (await mayStop(docker, container, wanted.written, yes))) {
        await kick({ docker, hub: names.hub, containers, names: [exactly(wanted.written)], notice: 0 });
    }
    return wanted.written;
}

/** The container's resource, and all process limits: one of them has to be set on the new container. */
async function urnsOf(stack: Stack, container: string): Promise<{ container: string; limits: string[] }> {
    const { resources = [] } = await readDeployment(stack);
    const own = resources.find(({ type, inputs }) => type.startsWith("docker:") && inputs?.name === container);
    if (own === undefined) {
        throw new UserError(`There is no container ${container} yet: npm run up -- ${stack.name}`);
    }
    return {
        container: own.urn,
        limits: resources.map(({ urn }) => urn).filter(urn => urn.includes("PidsLimits$command:")),
    };
}

async function runs(docker: Docker, container: string): Promise<boolean> {
    const found = await inspectContainer(docker, container);
    // One on a node of a Swarm is no container of this machine.
    return found === undefined
        ? (await runningContainers(docker)).has(container)
        : isRunning({ state: found.State.Status });
}

/** A running server is replaced only once it has stopped. @returns whether it runs @throws UserError if it may not */
async function mayStop(docker: Docker, container: string, server: string, yes: boolean): Promise<boolean> {
    if (!(await runs(docker, container))) {
        return false;
    }
    const what = `${server.includes("/") ? `The server ${server}` : `${server}'s server`} is running`;
    const unattended = `${what}; reset stops it only with --yes.`;
    if (!yes && !/^y(es)?$/i.test(await ask(`${what}, and what runs in it will end. Stop it? [y/N] `, unattended))) {
        throw new UserError("Nothing was changed.");
    }
    return true;
}
