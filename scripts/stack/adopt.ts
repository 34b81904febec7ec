/** Takes over a deployment that Docker has and the stack's state does not know. */
import type { FoundDeployment } from "../../components/docker";
import { NAMESPACE } from "../../components/config";
import { UserError } from "../../components/errors";
import { refuseHalfRestored } from "../backup/halfRestored";
import { ensureDocker, type Docker } from "../docker/docker";
import {
    checkStackFile,
    hasRootSecret,
    listStacks,
    readStackFile,
    ROOT_SECRET_KEY,
    type StackFile,
} from "../files/stackFile";
import { adoptDeployment } from "../pulumi/adoption";
import { pulumiEnv } from "../pulumi/environment";
import { ensureStack, notDeployed, pulumi, stackExists, type Stack } from "../pulumi/pulumi";
import { refuseLostSecret } from "../pulumi/record";
import { isDeployed, readDeployment, recover } from "../pulumi/recover";
import { progress } from "../terminal/command";
import { forgetSecret, keepName, knows, standing } from "./standing";

/**
 * Makes a stack's state know what is deployed, by name and label. Docker is only read.
 * @returns whether there was anything to take over
 * @throws UserError when it cannot be told whose the deployment is
 */
export async function adopt(name: string): Promise<boolean> {
    const file = readStackFile(name);
    const settings = checkStackFile(name, file);
    refuseLostSecret(name);
    refuseHalfRestored(name);
    if (!hasRootSecret(file)) {
        throw notDeployed(name);
    }
    const docker = await ensureDocker(settings.docker);
    const stack: Stack = { name, env: await pulumiEnv() };
    await ensureStack(stack);
    await recover(stack, docker);
    const found = await standing(stack, docker);
    switch (found.is) {
        case "settled":
            return false;
        case "renamed":
            keepName(name, found.deployment, docker); // Its state knows it already.
            break;
        case "another's":
            await takeOver(stack, docker, file, theOne(found.deployments));
            break;
        case "unknown":
            await takeOver(stack, docker, file, found.deployment);
            break;
    }
    return true;
}

/** @throws UserError where there are several */
function theOne(deployments: readonly FoundDeployment[]): FoundDeployment {
    const [one, ...others] = deployments;
    if (others.length > 0) {
        throw new UserError(
            `There are several deployments of this root secret: ${deployments.map(each => each.name).join(", ")}. ` +
                "Nothing was changed. Say which this stack is to go on with, below `config:` of its file, and run " +
                `this again:\n  jupyterhub:renamedFrom: ${one.name}`,
        );
    }
    return one;
}

async function takeOver(stack: Stack, docker: Docker, file: StackFile, deployment: FoundDeployment): Promise<void> {
    refuseCopy(stack.name, file, deployment);
    const earlier = await earlierStack(stack, deployment);
    if (earlier !== undefined) {
        await moveState(stack, earlier);
    }
    if (deployment.name !== stack.name) {
        keepName(stack.name, deployment, docker);
    }
    if (earlier === undefined && deployment.containers.length > 0) {
        progress(`Writing a state for the ${deployment.containers.length} containers of "${deployment.name}" …`);
        await adoptDeployment(stack, docker, deployment.instance);
    }
}

/**
 * A stack that `restore --as` has made has the same root secret too, and names of its own.
 * @throws UserError that names another file of the same deployment: two stacks cannot have it
 */
function refuseCopy(stack: string, { config }: StackFile, deployment: FoundDeployment): void {
    const secret = JSON.stringify(config[ROOT_SECRET_KEY]);
    const same = listStacks().find(other => {
        const { config: there } = readStackFile(other);
        const name = there[`${NAMESPACE}:renamedFrom`] ?? other;
        return other !== stack && JSON.stringify(there[ROOT_SECRET_KEY]) === secret && name === deployment.name;
    });
    if (same !== undefined) {
        forgetSecret(stack);
        throw new UserError(
            `stacks/Pulumi.${same}.yaml has the same root secret as stacks/Pulumi.${stack}.yaml: one of them is a ` +
                "copy. Nothing was changed.\nIf this one is, take jupyterhub:rootSecret with the line below it out " +
                `of it: npm run up -- ${stack} makes a root secret of its own.\nIf this one is to go on in place of ` +
                `"${same}", move that file away and run this again.`,
        );
    }
}

/** The stack of the same backend whose state knows the deployment, under an earlier name. */
async function earlierStack({ name, env }: Stack, deployment: FoundDeployment): Promise<Stack | undefined> {
    const { stack, containers } = deployment;
    for (const other of new Set([stack ?? deployment.name, deployment.name])) {
        const earlier: Stack = { name: other, env };
        const known = other !== name && (await stackExists(earlier));
        if (known && knows(await readDeployment(earlier), containers)) {
            return earlier;
        }
    }
    return undefined;
}

/** Gives a state to a stack whose own is empty, as Pulumi's rename does. */
async function moveState(stack: Stack, earlier: Stack): Promise<void> {
    if (await isDeployed(stack)) {
        throw new UserError(
            `The state of the stack "${stack.name}" has a deployment of its own, and that of "${earlier.name}" knows ` +
                "what is deployed here. Nothing was changed.",
        );
    }
    progress(`The state of the stack "${earlier.name}" knows it: that is renamed to "${stack.name}".`);
    await pulumi(stack, ["stack", "rm", "--yes", "--preserve-config", stack.name]);
    await pulumi(stack, ["stack", "rename", stack.name, "--stack", earlier.name]);
    await pulumi(stack, ["stack", "select", stack.name]);
}
