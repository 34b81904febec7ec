/** Puts a backup back. */
import { volumeNames } from "../../components/host";
import * as path from "node:path";
import { LABEL, type StackNames } from "../../components/docker";
import { packingImage } from "./backup";
import { Archive } from "./archive";
import { FORMAT, ProgressLine, type DataMember, type Manifest } from "./backupFile";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { addDataHost, removeDataHost } from "../pulumi/dataHosts";
import { ensureDocker, type Docker } from "../docker/docker";
import { pulumiEnv } from "../pulumi/environment";
import { beginRestore, forgetRestore, noteRestore, removeVolumes } from "./halfRestored";
import { hostOf } from "../pulumi/host";
import { interruptible } from "../terminal/interrupt";
import { Packer, type DataPlace } from "./packing";
import { ensureStack, namesOf, pulumi, stackExists, type Stack } from "../pulumi/pulumi";
import { removeRecord } from "../pulumi/record";
import { isDeployed } from "../pulumi/recover";
import { placePassphrase, placeStackFile, type Undo } from "./restoredFile";
import { checkStackFile, readStackFile } from "../files/stackFile";

export interface RestoreOptions {
    /** The name of the stack that it becomes; by default its own. */
    as?: string;
    /** Homes of system people too. */
    systemHomes: boolean;
}

/** Puts the data of a backup back. @returns the stack's name */
export function restoreFile(file: string, { as, systemHomes }: RestoreOptions): Promise<string> {
    const from = path.resolve(process.env.INIT_CWD ?? process.cwd(), file);
    return interruptible("Interrupted; nothing of it was kept.", async signal => {
        const archive = await checked(from, signal);
        const name = as ?? archive.manifest.stack;
        await restore({ archive, name, systemHomes, signal });
        return name;
    });
}

/** The file, after every byte of it has been checked. */
async function checked(file: string, signal: AbortSignal): Promise<Archive<Manifest>> {
    progress(`Checking ${file} …`);
    const line = new ProgressLine();
    const archive = await Archive.open<Manifest>(file, done => {
        signal.throwIfAborted();
        line.update("checked", done);
    });
    line.clear();
    const { format, stack, made } = archive.manifest;
    if (format !== FORMAT) {
        throw new UserError(
            `${file} was made by another version of this project (format ${format}, here ${FORMAT}). Nothing ` +
                "was changed.",
        );
    }
    progress(`It is whole: the stack "${stack}", ${made.replace("T", " ").slice(0, 19)} UTC.`);
    return archive;
}

interface Work {
    archive: Archive<Manifest>;
    /** Of the stack. */
    name: string;
    systemHomes: boolean;
    signal: AbortSignal;
}

/** All or nothing: what was made is undone when a step fails. */
async function restore(work: Work): Promise<void> {
    const { name } = work;
    const left = beginRestore(name); // Emptied once they are removed.
    const undo: Undo[] = [() => left.length === 0 && forgetRestore(name)];
    try {
        const stack = await placeStack(work, undo);
        await placeData(work, stack, { left, undo });
        forgetRestore(name);
    } catch (error) {
        for (const step of undo.reverse()) {
            await step();
        }
        throw error;
    }
}

/** Stack file, passphrase, and the stack in Pulumi's state. @throws UserError for a stack that is deployed */
async function placeStack({ archive, name }: Work, undo: Undo[]): Promise<Stack> {
    undo.push(placeStackFile(archive, name));
    undo.push(placePassphrase(archive));
    checkStackFile(name, readStackFile(name));
    const stack: Stack = { name, env: await pulumiEnv() };
    if (!(await stackExists(stack))) {
        undo.push(async () => {
            await pulumi(stack, ["stack", "rm", "--yes", "--force", "--preserve-config", name]).catch(() => undefined);
            removeRecord(name);
        });
    }
    await ensureStack(stack);
    if (await isDeployed(stack)) {
        throw new UserError(
            `The stack "${name}" is deployed; nothing was changed. Restore beside it under another name ` +
                `(--as NAME), or take its place: npm run down -- ${name}, npm run purge -- ${name}`,
        );
    }
    return stack;
}

/** @param left volumes of an earlier restore, which was killed */
async function placeData(
    { archive, name, systemHomes, signal }: Work,
    stack: Stack,
    { left, undo }: { left: string[]; undo: Undo[] },
): Promise<void> {
    const file = readStackFile(name);
    const docker = await ensureDocker(await hostOf(stack, file));
    const names = await namesOf(stack);
    const places = archive.manifest.data.flatMap(member => placeOf(member, names, systemHomes));
    const image = await packingImage(docker, checkStackFile(name, file));
    const packer = new Packer(docker, names, image, signal);
    if (left.length > 0) {
        progress("An earlier restore was killed; removing what it wrote …");
        await packer.endLeftovers();
        await removeVolumes(docker, left);
        left.length = 0;
    }
    const all = places.map(({ place }) => place);
    await refuseTaken(docker, packer, all, name);

    const volumes = all.flatMap(place => ("volume" in place ? [place.volume] : []));
    undo.push(async () => {
        await removeVolumes(docker, volumes);
        removeDataHost(name, docker.host.host);
    });
    noteRestore(name, volumes);
    addDataHost(name, docker.host.host);
    await fill({ archive, docker, names, packer, signal }, places);
}

interface Filled {
    member: DataMember;
    place: DataPlace;
}

function placeOf(member: DataMember, names: StackNames, systemHomes: boolean): Filled[] {
    if (member.volume !== undefined) {
        return [{ member, place: { volume: `${names.prefix}-${member.volume}` } }];
    }
    if (!systemHomes) {
        progress(`Not restored: ${member.directory}, a directory of the Docker host; --system-homes does that too.`);
        return [];
    }
    return [{ member, place: { directory: member.directory as string } }];
}

/** @throws UserError that names volumes and directories in which something could be */
async function refuseTaken(docker: Docker, packer: Packer, places: readonly DataPlace[], name: string): Promise<void> {
    const present = new Set(await volumeNames(docker));
    const taken: string[] = [];
    for (const place of places) {
        if ("volume" in place ? present.has(place.volume) : !(await packer.isFree(place.directory))) {
            taken.push("volume" in place ? `volume ${place.volume}` : `directory ${place.directory}`);
        }
    }
    if (taken.length > 0) {
        throw new UserError(
            "There is data already, and it is not overwritten; nothing was " +
                `changed:\n${taken.map(one => `  ${one}`).join("\n")}\nRestore under another name (--as NAME), ` +
                `or delete it first: npm run purge -- ${name}`,
        );
    }
}

interface Filling extends Pick<Work, "archive" | "signal"> {
    docker: Docker;
    names: StackNames;
    packer: Packer;
}

async function fill({ archive, docker, names, packer, signal }: Filling, places: readonly Filled[]): Promise<void> {
    const line = new ProgressLine();
    for (const { member, place } of places) {
        const what = member.volume ?? (member.directory as string);
        if ("volume" in place) {
            const labels =
                member.person === undefined
                    ? []
                    : [`${LABEL.instance}=${names.instance}`, `${LABEL.person}=${member.person}`];
            await docker.output(["volume", "create", ...labels.flatMap(label => ["--label", label]), place.volume]);
        }
        const content = archive.stream(member.name);
        let size = 0;
        content.on("data", (chunk: Buffer) => line.update(what, (size += chunk.length)));
        await packer.unpack(place, content);
        signal.throwIfAborted();
        line.done(what, { size });
    }
}
