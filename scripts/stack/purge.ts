import { takeDown } from "./down";
import { confirmDeletion } from "./confirmDeletion";
import { progress } from "../terminal/command";
import { removeDataHost } from "../pulumi/dataHosts";
import { ensureDocker, type Docker } from "../docker/docker";
import { pulumiEnv } from "../pulumi/environment";
import { forgetRestore } from "../backup/halfRestored";
import { hostOf } from "../pulumi/host";
import { noteImages } from "../pulumi/imageRecord";
import { passphraseFile } from "../files/paths";
import { ensureStack, namesOf, type Stack } from "../pulumi/pulumi";
import { refuseLostSecret, removeRecord } from "../pulumi/record";
import { isDeployed } from "../pulumi/recover";
import { sizesOf } from "../docker/sizes";
import { checkStackFile, hasRootSecret, readStackFile, type StackFile } from "../files/stackFile";
import { volumesOf } from "../docker/volumes";

export interface Asking {
    /** Delete without asking. */
    yes: boolean;
    /** Say what would be deleted, and delete nothing. */
    dryRun: boolean;
}

/** Takes a stack down and deletes its data. @returns the exit code @throws UserError when the answer is no */
export async function purge(name: string, { yes, dryRun }: Asking): Promise<number> {
    refuseLostSecret(name);
    const file = readStackFile(name);
    if (!hasRootSecret(file)) {
        progress(`The stack "${name}" has no data.`);
        if (!dryRun) {
            removeRecord(name);
        }
        return 0;
    }
    const stack: Stack = { name, env: await pulumiEnv() };
    await ensureStack(stack); // Pulumi may have forgotten a stack (`pulumi stack rm`) whose homes are still here.
    const docker = await ensureDocker(await hostOf(stack, file));
    const volumes = await volumesOf(await namesOf(stack), docker);
    progress(
        volumes.length === 0
            ? `The stack "${name}" has no data.`
            : `To be deleted for ever:\n${await sizesOf(docker, volumes)}`,
    );
    const homes = hostHomes(name, file);
    if (homes.length > 0) {
        progress(
            `Kept, because they are directories of the Docker host:\n${homes.map(home => `  ${home}`).join("\n")}`,
        );
    }
    if (dryRun) {
        progress("Nothing was deleted: --dry-run.");
        return 0;
    }
    if (volumes.length === 0 && !(await isDeployed(stack))) {
        forget(name, docker);
        return 0;
    }
    if (!yes) {
        await confirmDeletion(name);
    }
    return deleteAll(name, docker, volumes);
}

async function deleteAll(name: string, docker: Docker, volumes: readonly string[]): Promise<number> {
    const code = (await takeDown(name, [])) ?? 0;
    if (code !== 0) {
        return code;
    }
    for (const volume of volumes) {
        await docker.output(["volume", "rm", volume]);
    }
    forget(name, docker);
    progress(
        `Deleted ${volumes.length} volumes. Still there: stacks/Pulumi.${name}.yaml, images (docker ` +
            `image ls 'jupyterhub-*'), the passphrase ${passphraseFile()}.`,
    );
    return 0;
}

/**
 * Forgets this host, which has nothing of the stack any more; with the last host also the record of the root secret.
 */
function forget(name: string, docker: Docker): void {
    forgetRestore(name);
    noteImages(name, docker.host.host, []); // None is wanted any more, and `clean` still knows which there were.
    const left = removeDataHost(name, docker.host.host);
    if (left.length === 0) {
        removeRecord(name);
    } else {
        progress(
            `The stack was on ${left.join(" and ")} before, and its data there is not deleted: name that ` +
                "host in jupyterhub:docker and run this again.",
        );
    }
}

/** Homes of system people; none if the file is no longer valid. */
function hostHomes(stack: string, file: StackFile): string[] {
    try {
        return checkStackFile(stack, file).people.flatMap(({ system }) =>
            system === undefined ? [] : [system.hostHome],
        );
    } catch {
        return [];
    }
}
