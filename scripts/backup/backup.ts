/** Writes a backup of a stack. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { planImages } from "../../components/image";
import type { StackNames } from "../../components/docker";
import { DEFAULT_BASE, type Settings } from "../../components/config";
import { hasImage, volumeOwners } from "../../components/host";
import { ArchiveWriter } from "./archive";
import { FORMAT, PASSPHRASE, ProgressLine, STACK_FILE, STATE, type DataMember, type Manifest } from "./backupFile";
import { accessOf, databaseImage, databaseNetwork, runningHub } from "../database/once";
import { ensureBaseImage } from "../docker/baseImage";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { knownStack } from "../pulumi/deployed";
import { ensureDocker, type Docker } from "../docker/docker";
import { hostOf } from "../pulumi/host";
import { interruptible } from "../terminal/interrupt";
import { Packer, type DataPlace, type PackedHub } from "./packing";
import { dataDir, passphraseFile, stackFile } from "../files/paths";
import { namesOf, pulumi, type Stack } from "../pulumi/pulumi";
import { recover } from "../pulumi/recover";
import { checkStackFile, readStackFile, type StackFile } from "../files/stackFile";
import { volumesOf } from "../docker/volumes";

export interface BackupOptions {
    /** Where to; a new file beside Pulumi's state without it. */
    out?: string;
    /** Homes of system people too. */
    systemHomes: boolean;
}

/** A file that was written. */
export interface Backup {
    file: string;
    /** Bytes. */
    size: number;
    data: DataMember[];
}

/** Writes all data of a stack into one file. */
export async function backup(name: string, { out, systemHomes }: BackupOptions): Promise<Backup> {
    const file = readStackFile(name);
    const settings = checkStackFile(name, file);
    const stack = await knownStack(name, file);
    const docker = await ensureDocker(await hostOf(stack, file));
    await recover(stack, docker);
    const names = await namesOf(stack);
    const target = path.resolve(
        process.env.INIT_CWD ?? process.cwd(),
        out ?? path.join(dataDir(), "backups", `${name}-${stamp(new Date())}.backup.tar`),
    );
    if (out === undefined) {
        fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    }
    const data = await interruptible(`Interrupted; ${target} was not written.`, signal =>
        write({ stack, file, settings, docker, names, target, systemHomes, signal }),
    );
    return { file: target, size: fs.statSync(target).size, data };
}

function stamp(now: Date): string {
    return now.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}

interface Work {
    stack: Stack;
    file: StackFile;
    settings: Settings;
    docker: Docker;
    names: StackNames;
    target: string;
    systemHomes: boolean;
    signal: AbortSignal;
}

/** The whole file, or none. */
async function write(work: Work): Promise<DataMember[]> {
    const { docker, names, signal, stack } = work;
    const volumes = await volumesOf(names, docker);
    const owners = await volumeOwners(docker, names.instance);
    const hub = await packedHub(work);
    const packer = new Packer(docker, names, hub?.image ?? (await packingImage(docker, work.settings)), signal);
    const archive = await ArchiveWriter.create(work.target);
    const line = new ProgressLine();
    try {
        progress(`Backing up the stack "${stack.name}" …`);
        await addSecrets(archive, work);
        const data = await addData({ archive, packer, hub, owners, line }, volumes, work);
        const manifest: Manifest = {
            format: FORMAT,
            stack: stack.name,
            made: new Date().toISOString(),
            dockerHost: docker.host.host,
            data,
        };
        await archive.finish({ ...manifest });
        return data;
    } catch (error) {
        line.clear();
        await archive.discard();
        throw error;
    }
}

/** What a fresh machine needs besides the data: stack file, state, and the passphrase of their secrets. */
async function addSecrets(archive: ArchiveWriter, { stack, file }: Work): Promise<void> {
    await archive.add(STACK_FILE, fs.readFileSync(stackFile(stack.name), "utf8"));
    await archive.add(STATE, await pulumi(stack, ["stack", "export", "--stack", stack.name]));
    const secrets = passphraseOf(stack, file);
    if (secrets === undefined) {
        progress(
            "  Not in it: what opens the secrets of the stack file (a passphrase or secrets provider of " +
                "your own). Keep that too; without it nothing of this can be used.",
        );
    } else {
        await archive.add(PASSPHRASE, secrets);
    }
}

interface Into {
    archive: ArchiveWriter;
    packer: Packer;
    /** How the hub's data are taken where its volume is not enough: it runs, or its database is elsewhere. */
    hub?: PackedHub;
    /** Volume → the person of its label. */
    owners: ReadonlyMap<string, string>;
    line: ProgressLine;
}

async function addData(
    into: Into,
    volumes: readonly string[],
    { names, settings, systemHomes, signal }: Work,
): Promise<DataMember[]> {
    const data: DataMember[] = [];
    const add = async (place: DataPlace, member: Omit<DataMember, "said">) => {
        const isHub = "volume" in place && place.volume === names.hubData;
        data.push(await addPlace(into, { place, isHub }, member));
        signal.throwIfAborted();
    };
    // The hub's database first: then everybody in it has a home in the backup.
    for (const volume of [...volumes].sort((a, b) => Number(b === names.hubData) - Number(a === names.hubData))) {
        const part = volume.slice(names.prefix.length + 1);
        const person = into.owners.get(volume);
        const whose = person === undefined ? {} : { person };
        await add({ volume }, { name: `volumes/${part}.tar.gz`, volume: part, ...whose });
    }
    if (settings.swarm?.homesVolume !== undefined) {
        progress("  Not in it: people's homes (swarm.homesVolume). Back them up where the nodes have them from.");
    }
    // On a Swarm they are folders of one directory.
    const homes = settings.swarm?.homes
        ? [settings.swarm.homes]
        : settings.people.flatMap(({ system }) => (system === undefined ? [] : [system.hostHome]));
    for (const [i, directory] of (systemHomes ? homes : []).entries()) {
        await add({ directory }, { name: `system-homes/${i}.tar.gz`, directory });
    }
    if (settings.dynamic?.others?.kind === "system") {
        progress("  Not in it: homes on the Docker host of people who are not listed. Back up their directory there.");
    }
    if (!systemHomes && homes.length > 0) {
        progress(
            `  Not in it: homes that are directories of the Docker host (${homes.length}); ` +
                "--system-homes takes them too.",
        );
    }
    return data;
}

async function addPlace(
    { archive, packer, hub, line }: Into,
    { place, isHub }: { place: DataPlace; isHub: boolean },
    member: Omit<DataMember, "said">,
): Promise<DataMember> {
    const what = member.volume ?? member.directory ?? member.name;
    let size = 0;
    const use = async (content: Readable) => {
        ({ size } = await archive.add(member.name, content, done => line.update(what, done)));
    };
    const said =
        isHub && "volume" in place && hub !== undefined
            ? await packer.packHubData(place.volume, hub, use)
            : await packer.pack(place, use);
    line.done(what, { size });
    said.slice(0, 5).forEach(text => progress(`    ${text}`));
    return { ...member, said: said.slice(0, 100) };
}

async function packedHub({ stack, docker, names, settings }: Work): Promise<PackedHub | undefined> {
    if (settings.database.kind === "sqlite") {
        return runningHub(docker, names);
    }
    return {
        image: await databaseImage(docker, names, settings),
        database: {
            network: await databaseNetwork(docker, names),
            input: JSON.stringify(await accessOf(stack, settings, names)),
        },
    };
}

/** An image with tar in it: the hub's, or the base image. */
export async function packingImage(docker: Docker, settings: Settings): Promise<string> {
    const hub = planImages(settings).hub.reference;
    for (const image of [hub, DEFAULT_BASE]) {
        if (await hasImage(docker, image)) {
            return image;
        }
    }
    await ensureBaseImage(docker, settings);
    if (await hasImage(docker, DEFAULT_BASE)) {
        return DEFAULT_BASE;
    }
    throw new UserError(
        `Neither ${hub} nor ${DEFAULT_BASE} is on ${docker.host.host}, and one of them is needed to read and ` +
            `write volumes. With another base: docker tag YOUR-BASE ${DEFAULT_BASE}`,
    );
}

/** The passphrase, where it is the one that this project made. */
function passphraseOf({ env }: Stack, { secretsProvider }: StackFile): string | undefined {
    const own = env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE !== passphraseFile();
    return own || secretsProvider !== undefined ? undefined : fs.readFileSync(passphraseFile(), "utf8");
}
