import { createInterface } from "node:readline/promises";
import { takeDown } from "./down";
import { noMore, Problem, progress, stackAndRest, type Command } from "./lib/command";
import { docker, dockerOutput, ensureDocker } from "./lib/docker";
import { pulumiEnv } from "./lib/environment";
import { passphraseFile } from "./lib/paths";
import { ensureStack, namesOf, type Stack } from "./lib/pulumi";
import { refuseLostSecret, removeRecord } from "./lib/record";
import { isDeployed } from "./lib/recover";
import { hasRootSecret, readStackFile } from "./lib/stackFile";

export const command: Command = {
    async run(args) {
        const { stack: name, rest } = stackAndRest(args);
        noMore("purge", rest.filter(arg => arg !== "--yes" && arg !== "-y"));
        refuseLostSecret(name);
        const wasUp = hasRootSecret(readStackFile(name));
        await ensureDocker();
        const stack: Stack | undefined = wasUp ? { name, env: await pulumiEnv() } : undefined;
        const volumes = stack === undefined ? [] : await volumesOf(stack);
        progress(volumes.length === 0 ? `The stack "${name}" has no data.` : `To be deleted for ever:\n${await sizes(volumes)}`);
        if (stack === undefined || (volumes.length === 0 && !(await isDeployed(stack)))) {
            removeRecord(name);
            return 0;
        }
        if (rest.length === 0 && !(await confirmed(name))) {
            throw new Problem("Nothing was deleted.");
        }
        const code = (await takeDown(name, [])) ?? 0;
        if (code !== 0) {
            return code;
        }
        for (const volume of volumes) {
            await dockerOutput(["volume", "rm", volume]);
        }
        removeRecord(name);
        progress(`Deleted ${volumes.length} volumes. Still there: stacks/Pulumi.${name}.yaml, images (docker image ls 'jupyterhub-*'), the passphrase ${passphraseFile()}.`);
        return 0;
    },
};

/** Volumes of the stack and of nobody else: their names begin with its prefix, which holds its instance id. */
async function volumesOf(stack: Stack): Promise<string[]> {
    await ensureStack(stack); // Pulumi may have forgotten a stack (`pulumi stack rm`) whose homes are still here.
    const names = await namesOf(stack);
    const all = (await dockerOutput(["volume", "ls", "--quiet"])).split("\n");
    return all.filter(volume => volume === names.hubData || volume.startsWith(names.homePrefix)).sort();
}

async function sizes(volumes: readonly string[]): Promise<string> {
    const { stdout } = await docker(["system", "df", "--verbose", "--format", "{{range .Volumes}}{{.Name}}\t{{.Size}}\n{{end}}"]);
    const size = new Map(stdout.split("\n").map(line => line.split("\t") as [string, string]));
    return volumes.map(volume => `  ${volume}  ${size.get(volume) ?? "?"}`).join("\n");
}

async function confirmed(name: string): Promise<boolean> {
    if (!process.stdin.isTTY) {
        throw new Problem("purge asks before it deletes, and there is no terminal to ask on; --yes deletes without asking.");
    }
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
        return (await terminal.question(`Type ${name} to delete them: `)).trim() === name;
    } finally {
        terminal.close();
    }
}
