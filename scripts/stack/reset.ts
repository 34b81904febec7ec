import { ask } from "../terminal/ask";
import { inspectContainer, isRunning } from "../../components/host";
import { UserError } from "../../components/errors";
import { knownStack } from "../pulumi/deployed";
import { ensureDocker, type Docker } from "../docker/docker";
import { hostOf } from "../pulumi/host";
import { deploy } from "./deploy";
import { namesOf, type Stack } from "../pulumi/pulumi";
import { readDeployment, recover } from "../pulumi/recover";
import { checkStackFile, personOf, readStackFile } from "../files/stackFile";

/** Gives a person a fresh container over the same home. @returns Pulumi's exit code, and the person's own name */
export async function reset(name: string, given: string, yes: boolean): Promise<{ code: number; person: string }> {
    const file = readStackFile(name);
    const person = personOf(checkStackFile(name, file), given).name;
    const stack = await knownStack(name, file);
    const docker = await ensureDocker(await hostOf(stack, file));
    await recover(stack, docker);
    const container = (await namesOf(stack)).person(person);
    const urns = await urnsOf(stack, container);
    await stop(docker, container, person, yes);
    const targets = ["--target-replace", urns.container, ...urns.limits.flatMap(urn => ["--target", urn])];
    return { code: await deploy(stack, targets), person };
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

/** A running server is replaced only once it has stopped. */
async function stop(docker: Docker, container: string, person: string, yes: boolean): Promise<void> {
    const found = await inspectContainer(docker, container);
    if (found === undefined || !isRunning({ state: found.State.Status })) {
        return;
    }
    const unattended = `${person}'s server is running; reset stops it only with --yes.`;
    if (
        !yes &&
        !/^y(es)?$/i.test(
            await ask(`${person}'s server is running, and what runs in it will end. Stop it? [y/N] `, unattended),
        )
    ) {
        throw new UserError("Nothing was changed.");
    }
    await docker.output(["stop", container]);
}
