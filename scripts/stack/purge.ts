import type { Settings } from "../../components/config";
import type { StackNames } from "../../components/docker";
import { accessOf, onDatabase, type DatabasePlace } from "../database/once";
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
import { allVolumesOf } from "../docker/volumes";

export interface Asking {
    /** Delete without asking. */
    yes: boolean;
    /** Say what would be deleted, and delete nothing. */
    dryRun: boolean;
    /** Show Pulumi's own lines. */
    verbose?: boolean;
}

/** Takes a stack down and deletes its data. @returns the exit code @throws UserError when the answer is no */
export async function purge(name: string, { yes, dryRun, verbose }: Asking): Promise<number> {
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
    const names = await namesOf(stack);
    const volumes = await allVolumesOf(names, docker);
    progress(
        volumes.length === 0
            ? `The stack "${name}" has no data.`
            : `These will be deleted permanently:\n${await sizesOf(docker, volumes)}`,
    );
    const database = await databaseOf(stack, file, docker, names);
    const tables = database === undefined ? [] : (await onDatabase(database, "tables")).split("\n").filter(Boolean);
    if (tables.length > 0) {
        progress(`And the hub's tables in its database of PostgreSQL, which itself stays:\n  ${tables.join(", ")}`);
    }
    const volume = settingsOf(name, file)?.swarm?.homesVolume;
    if (volume !== undefined) {
        progress(
            `Kept, because nodes have it from elsewhere: the volume with people's homes (driver ${volume.driver}).`,
        );
    }
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
    if (volumes.length === 0 && tables.length === 0 && !(await isDeployed(stack))) {
        forget(name, docker);
        return 0;
    }
    if (!yes) {
        await confirmDeletion(name);
    }
    return deleteAll({
        name,
        docker,
        names,
        announced: volumes,
        database: tables.length > 0 ? database : undefined,
        verbose,
    });
}

/**
 * The stack's database, where that is PostgreSQL. One that does not answer keeps all of the stack: its tables would be
 * left, and nobody would know of them.
 */
async function databaseOf(
    stack: Stack,
    file: StackFile,
    docker: Docker,
    names: StackNames,
): Promise<DatabasePlace | undefined> {
    const settings = settingsOf(stack.name, file);
    return settings === undefined || settings.database.kind === "sqlite"
        ? undefined
        : { docker, names, settings, access: await accessOf(stack, settings, names) };
}

interface Doomed {
    name: string;
    docker: Docker;
    names: StackNames;
    /** The volumes that were there before. */
    announced: readonly string[];
    /** Whose tables were there before. */
    database?: DatabasePlace;
    verbose?: boolean;
}

async function deleteAll({ name, docker, names, announced, database, verbose }: Doomed): Promise<number> {
    const code = (await takeDown(name, [], verbose)) ?? 0;
    if (code !== 0) {
        return code;
    }
    if (database !== undefined) {
        await onDatabase(database, "purge");
    }
    // Looked up now: the volume of certificate authorities goes with the containers.
    const volumes = await allVolumesOf(names, docker);
    for (const volume of volumes) {
        await docker.output(["volume", "rm", volume]);
    }
    forget(name, docker);
    progress(
        `Deleted ${new Set([...announced, ...volumes]).size} volumes. Still there: stacks/Pulumi.${name}.yaml, images (docker ` +
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
    const { people = [], swarm } = settingsOf(stack, file) ?? {};
    if (swarm?.homes !== undefined) {
        return [swarm.homes];
    }
    return people.flatMap(({ system }) => (system === undefined ? [] : [system.hostHome]));
}

function settingsOf(stack: string, file: StackFile): Settings | undefined {
    try {
        return checkStackFile(stack, file);
    } catch {
        return undefined;
    }
}
