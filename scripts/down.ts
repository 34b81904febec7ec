import { progress, stackAndRest, type Command } from "./lib/command";
import { ensureDocker } from "./lib/docker";
import { pulumiEnv } from "./lib/environment";
import { hostOf } from "./lib/host";
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
    const file = readStackFile(name);
    const stack: Stack | undefined = hasRootSecret(file) ? { name, env: await pulumiEnv() } : undefined;
    if (stack === undefined || !(await stackExists(stack))) {
        return undefined;
    }
    await recover(stack, await ensureDocker(await hostOf(stack, file)));
    if (!(await isDeployed(stack))) {
        return undefined;
    }
    return inherit("pulumi", ["destroy", "--yes", "--skip-preview", ...DISPLAY, "--stack", name, ...rest], markedEnv(stack));
}
