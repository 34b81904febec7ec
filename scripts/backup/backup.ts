/** Writes a backup of a stack. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { planImages } from "../../components/image";
import type { StackNames } from "../../components/docker";
import { DEFAULT_BASE, type Settings } from "../../components/config";
import { hasImage, inspectContainer, isRunning } from "../../components/host";
import { ArchiveWriter } from "./archive";
import { FORMAT, PASSPHRASE, ProgressLine, STACK_FILE, STATE, type DataMember, type Manifest } from "./backupFile";
import { ensureBaseImage } from "../docker/baseImage";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { knownStack } from "../pulumi/deployed";
import { ensureDocker, type Docker } from "../docker/docker";
import { hostOf } from "../pulumi/host";
import { interruptible } from "../terminal/interrupt";
import { Packer, type DataPlace } from "./packing";
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
    const hubImage = await runningImage(docker, names.hub);
    const packer = new Packer(docker, names, hubImage ?? (await packingImage(docker, work.settings)), signal);
    const archive = await ArchiveWriter.create(work.target);
    const line = new ProgressLine();
    try {
        progress(`Backing up the stack "${stack.name}" …`);
        await addSecrets(archive, work);
        const data = await addData({ archive, packer, hubImage, line }, volumes, work);
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
    /** The hub's image, if the hub runs. */
    hubImage?: string;
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
        await add({ volume }, { name: `volumes/${part}.tar.gz`, volume: part });
    }
    const homes = settings.people.flatMap(({ system }) => (system === undefined ? [] : [system.hostHome]));
    for (const [i, directory] of (systemHomes ? homes : []).entries()) {
        await add({ directory }, { name: `system-homes/${i}.tar.gz`, directory });
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
    { archive, packer, hubImage, line }: Into,
    { place, isHub }: { place: DataPlace; isHub: boolean },
    member: Omit<DataMember, "said">,
): Promise<DataMember> {
    const what = member.volume ?? member.directory ?? member.name;
    let size = 0;
    const use = async (content: Readable) => {
        ({ size } = await archive.add(member.name, content, done => line.update(what, done)));
    };
    const said =
        isHub && "volume" in place && hubImage !== undefined
            ? await packer.packHubData(place.volume, hubImage, use)
            : await packer.pack(place, use);
    line.done(what, { size });
    said.slice(0, 5).forEach(text => progress(`    ${text}`));
    return { ...member, said: said.slice(0, 100) };
}

/** Image of a container; undefined if it does not run. */
async function runningImage(docker: Docker, container: string): Promise<string | undefined> {
    const found = await inspectContainer(docker, container);
    return found !== undefined && isRunning({ state: found.State.Status }) ? found.Config.Image : undefined;
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
