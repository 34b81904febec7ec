/** A stack that is deployed, for commands that look at it or change it. */
import type { StackNames } from "../../components/docker";
import { ensureDocker, type Docker } from "../docker/docker";
import { launchedServers } from "../docker/launched";
import { pulumiEnv } from "./environment";
import { hostOf } from "./host";
import { namesIn, plainOutputs } from "./plainOutputs";
import { notDeployed, stackExists, type Stack } from "./pulumi";
import { refuseLostSecret } from "./record";
import { readDeployment } from "./recover";
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
    /** Server (`ada`, `ada/work`) → container: as deployed, and what the launcher has made. */
    containers: Map<string, string>;
    /** Person → home, as deployed: a volume, or a directory of the host. */
    homes: Map<string, string>;
}

/** @throws UserError when it is not deployed, or Docker does not answer */
export async function deployedStack(name: string): Promise<Deployed> {
    const file = readStackFile(name);
    const stack = await knownStack(name, file);
    const outputs = plainOutputs(await readDeployment(stack));
    const { users } = outputs;
    const names = namesIn(outputs);
    if (users === undefined || names === undefined) {
        throw notDeployed(name);
    }
    const docker = await ensureDocker(await hostOf(stack, file));
    const launched = await launchedServers(docker, names);
    const containers = new Map([
        ...Object.entries(users).map(([person, { container }]) => [person, container] as const),
        ...[...launched].map(([server, { name: container }]) => [server, container] as const),
    ]);
    const homes = new Map(Object.entries(users).map(([person, { home }]) => [person, home]));
    return { docker, names, containers, homes };
}
