/** Takes a stack down, and leaves its data. */
import { isRunning, listContainers } from "../../components/host";
import { isColourful, progress } from "../terminal/command";
import { ensureDocker, type Docker } from "../docker/docker";
import { sweep, type Swept } from "../docker/sweep";
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
    const swept = await sweep(docker, names, sayUnknown);
    return deployed || swept ? 0 : undefined;
}

function sayUnknown({ servers, others }: Swept): void {
    if (servers.length > 0) {
        progress(`Removing the servers that were made on demand: ${servers.join(", ")}`);
    }
    if (others.length > 0) {
        progress(`Removing what Pulumi did not know about: ${others.join(", ")}`);
    }
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
