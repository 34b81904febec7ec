/** A stack that is deployed, for commands that do something to its people's servers. */
import type { StackNames } from "../../components/names";
import { ensureDocker, type Docker } from "./docker";
import { pulumiEnv } from "./environment";
import { hostOf } from "./host";
import { namesOf, notDeployed, outputsOf, stackExists, type Stack } from "./pulumi";
import { refuseLostSecret } from "./record";
import { hasRootSecret, readStackFile } from "./stackFile";

export interface Deployed {
    docker: Docker;
    names: StackNames;
    /** Person → container, as deployed. */
    containers: Map<string, string>;
}

/** @throws Problem when it is not deployed, or Docker does not answer */
export async function deployedStack(name: string): Promise<Deployed> {
    const file = readStackFile(name);
    refuseLostSecret(name);
    const stack: Stack | undefined = hasRootSecret(file) ? { name, env: await pulumiEnv() } : undefined;
    const { users } = (stack !== undefined && (await stackExists(stack)) ? await outputsOf(stack) : {}) as { users?: Record<string, { container: string }> };
    if (stack === undefined || users === undefined) {
        throw notDeployed(name);
    }
    const containers = new Map(Object.entries(users).map(([person, { container }]) => [person, container]));
    return { docker: await ensureDocker(await hostOf(stack, file)), names: await namesOf(stack), containers };
}
