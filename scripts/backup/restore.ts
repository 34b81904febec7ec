import * as path from "node:path";
import type { StackNames } from "../../components/docker/names";
import { packingImage } from "./backup";
import { Archive } from "../backup/archive";
import { FORMAT, ProgressLine, type DataMember, type Manifest } from "../backup/backupFile";
import { UserError } from "../../components/errors/userError";
import { progress, type Command } from "../terminal/command";
import { addDataHost, removeDataHost } from "../pulumi/dataHosts";
import { ensureDocker, type Docker } from "../docker/docker";
import { pulumiEnv } from "../pulumi/environment";
import { beginRestore, forgetRestore, noteRestore, removeVolumes } from "../backup/halfRestored";
import { hostOf } from "../pulumi/host";
import { interruptible } from "../terminal/interrupt";
import { Packer, type Place } from "../backup/packing";
import { ensureStack, namesOf, pulumi, stackExists, type Stack } from "../pulumi/pulumi";
import { removeRecord } from "../pulumi/record";
import { isDeployed } from "../pulumi/recover";
import { placePassphrase, placeStackFile, type Undo } from "../backup/restoredFile";
import { checkStackFile, readStackFile } from "../files/stackFile";

export const command: Command = {
    async run(args) {
        const { file, as, systemHomes } = restoreArguments(args);
        const from = path.resolve(process.env.INIT_CWD ?? process.cwd(), file);
        const name = await interruptible("Interrupted; nothing of it was kept.", async signal => {
            const archive = await checked(from, signal);
            const stack = as ?? archive.manifest.stack;
            await restore(archive, stack, systemHomes, signal);
            return stack;
        });
        progress(`The data of the stack "${name}" is back. Deploy it: npm run up -- ${name}`);
        if (as !== undefined) {
            progress(
                `Beside another stack it needs a \`listen\` port of its own in stacks/Pulumi.${name}.yaml. ` +
                    "Passwords come from the stack's name too, so everybody has a new one, but for those that " +
                    "people chose.",
            );
        }
        return 0;
    },
};

/** @throws UserError when it is something else than a file, `--as NAME` and `--system-homes` */
export function restoreArguments(args: readonly string[]): { file: string; as?: string; systemHomes: boolean } {
    const rest = [...args];
    const files: string[] = [];
    let as: string | undefined;
    let systemHomes = false;
    while (rest.length > 0) {
        const option = rest.shift() as string;
        if (option === "--system-homes") {
            systemHomes = true;
        } else if (option === "--as" || option.startsWith("--as=")) {
            as = option === "--as" ? rest.shift() : option.slice("--as=".length);
            if (as === undefined || !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(as)) {
                throw new UserError(
                    "--as needs a stack's name, of letters, digits, . _ and -: npm run restore -- FILE --as NAME",
                );
            }
        } else if (option.startsWith("-")) {
            throw new UserError(`restore does not know ${option}; see: npm run restore -- --help`);
        } else {
            files.push(option);
        }
    }
    if (files.length !== 1) {
        throw new UserError("restore needs the file of a backup: npm run restore -- FILE");
    }
    return { file: files[0], as, systemHomes };
}

/** The file, of which every byte has been looked at. */
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

/** All of it or nothing: what was made is taken back when a step fails. */
async function restore(
    archive: Archive<Manifest>,
    name: string,
    systemHomes: boolean,
    signal: AbortSignal,
): Promise<void> {
    let left = beginRestore(name);
    const undo: Undo[] = [() => left.length === 0 && forgetRestore(name)];
    try {
        undo.push(placeStackFile(archive, name));
        undo.push(placePassphrase(archive));
        const file = readStackFile(name);
        const settings = checkStackFile(name, file);
        const stack: Stack = { name, env: await pulumiEnv() };
        if (!(await stackExists(stack))) {
            undo.push(async () => {
                await pulumi(stack, ["stack", "rm", "--yes", "--force", "--preserve-config", name]).catch(
                    () => undefined,
                );
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
        const docker = await ensureDocker(await hostOf(stack, file));
        const names = await namesOf(stack);
        const places = archive.manifest.data.flatMap(member => placeOf(member, names, systemHomes));
        const packer = new Packer(docker, names, await packingImage(docker, settings), signal);
        if (left.length > 0) {
            progress("An earlier restore was killed; removing what it had written …");
            await packer.endLeftovers();
            await removeVolumes(docker, left);
            left = [];
        }
        await refuseTaken(
            docker,
            packer,
            places.map(({ place }) => place),
            name,
        );

        const volumes = places.flatMap(({ place }) => ("volume" in place ? [place.volume] : []));
        undo.push(async () => {
            await removeVolumes(docker, volumes);
            removeDataHost(name, docker.host.host);
        });
        noteRestore(name, volumes);
        addDataHost(name, docker.host.host);
        await fill(archive, docker, packer, places, signal);
        forgetRestore(name);
    } catch (error) {
        for (const step of undo.reverse()) {
            await step();
        }
        throw error;
    }
}

interface Filled {
    member: DataMember;
    place: Place;
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
async function refuseTaken(docker: Docker, packer: Packer, places: readonly Place[], name: string): Promise<void> {
    const present = new Set((await docker.output(["volume", "ls", "--quiet"])).split("\n"));
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

async function fill(
    archive: Archive<Manifest>,
    docker: Docker,
    packer: Packer,
    places: readonly Filled[],
    signal: AbortSignal,
): Promise<void> {
    const line = new ProgressLine();
    for (const { member, place } of places) {
        const what = member.volume ?? (member.directory as string);
        if ("volume" in place) {
            await docker.output(["volume", "create", place.volume]);
        }
        const content = archive.stream(member.name);
        let size = 0;
        content.on("data", (chunk: Buffer) => line.update(what, (size += chunk.length)));
        await packer.unpack(place, content);
        signal.throwIfAborted();
        line.done(what, { size });
    }
}
