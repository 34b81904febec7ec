/** How a stack stands to what is deployed on its Docker host: its own, that of a renamed stack, or somebody else's. */
import {
    deploymentsOf,
    instanceId,
    type FoundDeployment,
    type PresentContainer,
    type Standing,
    standingOf,
    standingProblem,
} from "../../components/docker";
import { NAMESPACE } from "../../components/config";
import { UserError } from "../../components/errors";
import { listOurContainers, volumeNames } from "../../components/host";
import type { Docker } from "../docker/docker";
import { putKey } from "../files/openKey";
import { readStackFile } from "../files/stackFile";
import { addDataHost, dataHosts, removeDataHost } from "../pulumi/dataHosts";
import { configOf, type Stack } from "../pulumi/pulumi";
import { recordedStacks, removeRecord, removeRenamedRecord } from "../pulumi/record";
import { readDeployment, type Deployment } from "../pulumi/recover";
import { CONTAINER } from "../pulumi/resourceTypes";
import { progress } from "../terminal/command";

/** Asks Docker, and the stack's state. */
export async function standing(stack: Stack, docker: Docker): Promise<Standing> {
    const { rootSecret, renamedFrom = stack.name } = await configOf(stack);
    const [containers, volumes, state] = await Promise.all([
        listOurContainers(docker),
        volumeNames(docker),
        readDeployment(stack),
    ]);
    const isDerived = (name: string, instance: string) => instanceId(rootSecret, name) === instance;
    const found = deploymentsOf({ containers, volumes }, isDerived, [stack.name, ...recordedStacks()]);
    return standingOf(found, instanceId(rootSecret, renamedFrom), some => Promise.resolve(knows(state, some)));
}

/**
 * Whether a state knows containers. One that knows a name by another id is older than what is deployed: whoever goes on
 * with it replaces what another state has made since, also under somebody who works.
 */
export function knows({ resources = [] }: Deployment, containers: readonly PresentContainer[]): boolean {
    const ids = new Map(
        resources.flatMap(({ type, id, inputs }) => (type === CONTAINER ? [[inputs?.name, id] as const] : [])),
    );
    const known = containers.filter(({ name }) => ids.has(name));
    return known.length > 0 && known.every(({ name, id }) => ids.get(name) === id);
}

/**
 * Lets a stack go on only with what is its own. A stack that was renamed together with its state keeps the name that it
 * was first deployed under; its file says so from now on.
 * @returns whether the file has changed
 * @throws UserError that says what is there and what to do
 */
export async function settle(stack: Stack, docker: Docker): Promise<boolean> {
    const found = await standing(stack, docker);
    if (found.is === "renamed") {
        keepName(stack.name, found.deployment, docker);
        return true;
    }
    const problem = standingProblem(stack.name, found);
    if (problem === undefined) {
        return false;
    }
    forgetSecret(stack.name);
    throw new UserError(problem);
}

/**
 * Forgets the root secret of a stack that has deployed nothing from here: the remedy may be to take it out of the file,
 * and then it must not count as lost.
 */
export function forgetSecret(stack: string): void {
    if (dataHosts(stack).length === 0) {
        removeRecord(stack);
    }
}

/** Notes in the stack file, and in what is kept beside the state, which deployment the stack goes on with. */
export function keepName(stack: string, { name, stack: earlier = name }: FoundDeployment, docker: Docker): void {
    if (readStackFile(stack).config[`${NAMESPACE}:renamedFrom`] !== name) {
        putKey(stack, "renamedFrom", name);
    }
    addDataHost(stack, docker.host.host);
    for (const other of new Set([name, earlier])) {
        if (other !== stack) {
            removeRenamedRecord(other, stack);
            removeDataHost(other, docker.host.host);
        }
    }
    progress(
        `The stack "${stack}" goes on with what was deployed as "${name}": the same homes, database and passwords. ` +
            `stacks/Pulumi.${stack}.yaml says so now; leave the line there: jupyterhub:renamedFrom: ${name}`,
    );
}
