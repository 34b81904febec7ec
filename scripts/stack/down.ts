/** Takes a stack down, and leaves its data. */
import { listContainers, listNetworks } from "../../components/host";
import type { StackNames } from "../../components/docker";
import { progress } from "../terminal/command";
import { ensureDocker, type Docker } from "../docker/docker";
import { pulumiEnv } from "../pulumi/environment";
import { hostOf } from "../pulumi/host";
import { DISPLAY, inherit } from "../terminal/process";
import { ensureStack, namesOf, type Stack } from "../pulumi/pulumi";
import { refuseLostSecret } from "../pulumi/record";
import { isDeployed, recover } from "../pulumi/recover";
import { markedEnv } from "../pulumi/runs";
import { hasRootSecret, readStackFile } from "../files/stackFile";

/**
 * Removes a stack's containers and networks: those that Pulumi knows, then everything else in Docker with the stack's
 * label, for example after the state was lost.
 * @returns the exit code; undefined when there was nothing to remove
 */
export async function takeDown(name: string, rest: readonly string[]): Promise<number | undefined> {
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
    const code = deployed
        ? await inherit(
              "pulumi",
              ["destroy", "--yes", "--skip-preview", ...DISPLAY, "--stack", name, ...rest],
              markedEnv(stack),
          )
        : 0;
    if (code !== 0 || rest.length > 0) {
        return code; // Pulumi's options may ask to keep something.
    }
    const swept = await sweep(docker, await namesOf(stack));
    return deployed || swept ? 0 : undefined;
}

/** @returns whether there was anything */
async function sweep(docker: Docker, { instance, guard }: StackNames): Promise<boolean> {
    const containers = (await listContainers(docker, instance)).map(({ name }) => name);
    const networks = (await listNetworks(docker, instance)).map(({ Name }) => Name);
    if (containers.length + networks.length === 0) {
        return false;
    }
    progress(`Removing what Pulumi did not know of: ${[...containers, ...networks].join(", ")}`);
    // The guard goes last: it removes its rules when no other container is left.
    for (const part of [containers.filter(name => name !== guard), containers.filter(name => name === guard)].filter(
        ({ length }) => length > 0,
    )) {
        await docker.output(["stop", ...part]);
        await docker.output(["rm", "--force", ...part]);
    }
    for (const network of networks) {
        await docker.output(["network", "rm", network]);
    }
    return true;
}
