import { progress, stackAndRest, type Command } from "./lib/command";
import { ensureDocker } from "./lib/docker";
import { pulumiEnv } from "./lib/environment";
import { inherit } from "./lib/process";
import { ensureStack, type Stack } from "./lib/pulumi";
import { markedEnv, recover } from "./lib/recover";
import { readStackFile, ROOT_SECRET } from "./lib/stackFile";

const help = `
npm run down -- [STACK] [PULUMI'S OPTIONS]

Removes the containers and networks of a stack (STACK: dev). Homes, the hub's database, images and the stack
file stay: the next \`npm run up\` brings everything back, with the same passwords.
\`npm run purge\` deletes the data too.
`;

export const command: Command = {
    help,
    async run(args) {
        const { stack: name, rest } = stackAndRest(args);
        const code = await takeDown(name, rest);
        if (code === 0) {
            progress(`Removed; homes and the hub's database are kept. Back again: npm run up -- ${name}`);
        }
        return code;
    },
};

/** Destroys a stack's containers and networks. @returns pulumi's exit code */
export async function takeDown(name: string, rest: readonly string[]): Promise<number> {
    const file = readStackFile(name);
    await ensureDocker();
    const stack: Stack = { name, env: await pulumiEnv() };
    await ensureStack(stack, file.config[ROOT_SECRET] !== undefined);
    await recover(stack);
    return inherit("pulumi", ["destroy", "--yes", "--skip-preview", "--stack", name, ...rest], markedEnv(stack));
}
