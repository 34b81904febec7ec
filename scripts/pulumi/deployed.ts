/** A stack that is deployed, for commands that look at it or change it. */
import type { StackNames } from "../../components/docker";
import { ensureDocker, type Docker } from "../docker/docker";
import { pulumiEnv } from "./environment";
import { hostOf } from "./host";
import { namesOf, notDeployed, outputsOf, stackExists, type Stack } from "./pulumi";
import { refuseLostSecret } from "./record";
import { hasRootSecret, readStackFile, type StackFile } from "../files/stackFile";

/**
 * The stack of a file, which Pulumi knows.
 * @throws UserError when it does not, or when the file has lost its root secret
 */
export async function knownStack(name: string, file: StackFile): Promise<Stack> {
    refuseLostSecret(name);
    const stack: Stack | undefined = hasRootSecret(file) ? { name, env: await pulumiEnv() } : undefined;
    if (stack === undefined || !(await stackExists(stack))) {
        throw notDeployed(name);
    }
    return stack;
}

export interface Deployed {
    docker: Docker;
    names: StackNames;
    /** Person → container, as deployed. */
    containers: Map<string, string>;
}

/** @throws UserError when it is not deployed, or Docker does not answer */
export async function deployedStack(name: string): Promise<Deployed> {
    const file = readStackFile(name);
    const stack = await knownStack(name, file);
    const { users } = (await outputsOf(stack)) as { users?: Record<string, { container: string }> };
    if (users === undefined) {
        throw notDeployed(name);
    }
    const containers = new Map(Object.entries(users).map(([person, { container }]) => [person, container]));
    return { docker: await ensureDocker(await hostOf(stack, file)), names: await namesOf(stack), containers };
}
