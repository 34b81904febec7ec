import { progress, stackAndRest, type Command } from "./lib/command";
import { ensureDocker } from "./lib/docker";
import { pulumiEnv } from "./lib/environment";
import { DISPLAY, inherit } from "./lib/process";
import { stackExists, type Stack } from "./lib/pulumi";
import { refuseLostSecret } from "./lib/record";
import { isDeployed, recover } from "./lib/recover";
import { markedEnv } from "./lib/runs";
import { hasRootSecret, readStackFile } from "./lib/stackFile";

export const command: Command = {
    async run(args) {
        const { stack: name, rest } = stackAndRest(args);
        const code = await takeDown(name, rest);
        if (code === undefined) {
            progress(`The stack "${name}" is not deployed: nothing to remove.`);
        } else if (code === 0) {
            progress(`Homes and the hub's database are kept. Back again: npm run up -- ${name}\n(Pulumi's \`stack rm\` is not needed; it would delete stacks/Pulumi.${name}.yaml too.)`);
        }
        return code;
    },
};

/** Destroys a stack's containers and networks. @returns pulumi's exit code; undefined when there was nothing to remove */
export async function takeDown(name: string, rest: readonly string[]): Promise<number | undefined> {
    refuseLostSecret(name);
    const wasUp = hasRootSecret(readStackFile(name));
    await ensureDocker();
    const stack: Stack | undefined = wasUp ? { name, env: await pulumiEnv() } : undefined;
    const exists = stack !== undefined && (await stackExists(stack));
    if (exists) {
        await recover(stack);
    }
    if (!exists || !(await isDeployed(stack))) {
        return undefined;
    }
    return inherit("pulumi", ["destroy", "--yes", "--skip-preview", ...DISPLAY, "--stack", name, ...rest], markedEnv(stack));
}
