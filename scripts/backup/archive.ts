/**
 * One backup file: a plain tar archive of members that are each compressed already, so that the usual tools open it
 * too. The last members are a manifest with the size and checksum of each member, and the manifest's own checksum. Not
 * tar-stream: it needs a member's size before its content, and a home's size is known only after it has been read.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { UserError } from "../../components/errors";
import { isAlive } from "../pulumi/runs";

const BLOCK = 512;
const MANIFEST = "manifest.json";
const CHECKSUM = "manifest.sha256";

/** What the manifest says of a member. */
export interface Member {
    /** Path in the archive. */
    name: string;
    /** Bytes. */
    size: number;
    sha256: string;
}

/**
 * A header of tar's oldest common form (ustar).
 * @param size in bytes; from 8 GiB on in GNU's binary form
 */
export function header(name: string, size: number, time: number): Buffer {
    const block = Buffer.alloc(BLOCK);
    if (Buffer.byteLength(name) > 100) {
        throw new Error(`${name}: too long a name for an archive`);
    }
    block.write(name, 0);
    block.write("0000600\0" + "0000000\0" + "0000000\0", 100);
    if (size < 8 ** 11) {
        block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
    } else {
        block.writeUInt8(0x80, 124);
        block.writeBigUInt64BE(BigInt(size), 128);
    }
    block.write(
        `${Math.floor(time / 1000)
            .toString(8)
            .padStart(11, "0")}\0`,
        136,
    );
    block.write("0ustar\x0000", 156);
    return withChecksum(block);
}

function withChecksum(block: Buffer): Buffer {
    block.write("        ", 148);
    block.write(`${checksum(block).toString(8).padStart(6, "0")}\0 `, 148);
    return block;
}

function checksum(block: Buffer): number {
    return block.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
}

/** Writes a file that appears whole or not at all. Only its owner can read it. */
export class ArchiveWriter {
    private readonly members: Member[] = [];
    private at = 0;

    private constructor(
        private readonly target: string,
        private readonly partial: string,
        private readonly file: fs.promises.FileHandle,
    ) {}

    /** @throws UserError when the file is there already, or cannot be written there */
    static async create(target: string): Promise<ArchiveWriter> {
        if (fs.existsSync(target)) {
            throw new UserError(`${target} exists already; nothing was written.`);
        }
        removeLeftovers(target);
        const partial = `${target}.partial-${process.pid}`;
        try {
            return new ArchiveWriter(target, partial, await fs.promises.open(partial, "wx", 0o600));
        } catch (error) {
            throw new UserError(`${target} cannot be written: ${(error as Error).message}`);
        }
    }

    /** @param content of a length that shows only at its end */
    async add(
        name: string,
        content: Readable | string,
        progress: (bytes: number) => void = () => undefined,
    ): Promise<Member> {
        const start = this.at;
        const hash = createHash("sha256");
        let size = 0;
        await this.write(Buffer.alloc(BLOCK)); // The header's place.
        for await (const chunk of typeof content === "string" ? [Buffer.from(content)] : content) {
            hash.update(chunk as Buffer);
            size += (chunk as Buffer).length;
            await this.write(chunk as Buffer);
            progress(size);
        }
        await this.write(Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK));
        await this.file.write(header(name, size, Date.now()), 0, BLOCK, start);
        const member = { name, size, sha256: hash.digest("hex") };
        this.members.push(member);
        return member;
    }

    /** Adds the manifest and lets the file appear. */
    async finish(manifest: Record<string, unknown>): Promise<void> {
        const text = `${JSON.stringify({ ...manifest, members: this.members }, undefined, 2)}\n`;
        await this.add(MANIFEST, text);
        await this.add(CHECKSUM, `${sha256(text)}  ${MANIFEST}\n`);
        await this.write(Buffer.alloc(2 * BLOCK));
        await this.file.sync();
        await this.file.close();
        fs.linkSync(this.partial, this.target); // Unlike renaming, never over another file.
        fs.rmSync(this.partial);
    }

    /** Removes what was written. */
    async discard(): Promise<void> {
        await this.file.close().catch(() => undefined);
        fs.rmSync(this.partial, { force: true });
    }

    private async write(bytes: Buffer): Promise<void> {
        for (let done = 0; done < bytes.length;) {
            const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.at);
            done += bytesWritten;
            this.at += bytesWritten;
        }
    }
}

/** Removes what killed runs left beside the file. */
function removeLeftovers(target: string): void {
    const folder = path.dirname(target);
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    for (const name of names) {
        const pid = /\.backup\.tar\.partial-(\d+)$/.exec(name)?.[1];
        if (pid !== undefined && !isAlive(Number(pid))) {
            fs.rmSync(path.join(folder, name), { force: true });
        }
    }
}

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

/** A backup file whose every byte has been checked. */
export class Archive<Manifest> {
    private constructor(
        private readonly file: string,
        readonly manifest: Manifest & { members: Member[] },
        private readonly offsets: ReadonlyMap<string, number>,
    ) {}

    /**
     * Reads all of a file and compares it with its manifest.
     * @throws UserError when anything is missing, damaged or too much
     */
    static async open<Manifest>(
        file: string,
        progress: (bytes: number, of: number) => void = () => undefined,
    ): Promise<Archive<Manifest>> {
        const members = await readMembers(file, progress);
        const text = (name: string) => {
            const member = members.get(name);
            if (member === undefined || member.size > 64 << 20) {
                throw damaged(file, `${name} is missing`);
            }
            return readText(file, member);
        };
        const written = text(MANIFEST);
        if (text(CHECKSUM) !== `${sha256(written)}  ${MANIFEST}\n`) {
            throw damaged(file, "its manifest was changed");
        }
        const manifest = JSON.parse(written) as Manifest & { members: Member[] };
        for (const { name, size, sha256: sum } of manifest.members) {
            const member = members.get(name);
            if (member === undefined || member.size !== size || member.sha256 !== sum) {
                throw damaged(file, `${name} is ${member === undefined ? "missing" : "not what was written"}`);
            }
        }
        if (members.size !== manifest.members.length + 2) {
            throw damaged(file, "there is more in it than its manifest says");
        }
        return new Archive(file, manifest, new Map([...members].map(([name, { offset }]) => [name, offset])));
    }

    /** A small member. */
    text(name: string): string {
        return readText(this.file, { ...this.member(name), offset: this.offsets.get(name) as number });
    }

    stream(name: string): Readable {
        const { size } = this.member(name);
        const start = this.offsets.get(name) as number;
        return fs.createReadStream(this.file, { start, end: start + size - 1, highWaterMark: 1 << 20 });
    }

    has(name: string): boolean {
        return this.manifest.members.some(member => member.name === name);
    }

    private member(name: string): Member {
        const member = this.manifest.members.find(one => one.name === name);
        if (member === undefined) {
            throw new UserError(`There is no ${name} in ${this.file}.`);
        }
        return member;
    }
}

type Found = Member & { offset: number };

function damaged(file: string, what: string): UserError {
    return new UserError(`${file} is damaged, or not a backup of this project: ${what}. Nothing was changed.`);
}

/** All members, each with the checksum of its content. */
async function readMembers(
    file: string,
    progress: (bytes: number, of: number) => void,
): Promise<ReadonlyMap<string, Found>> {
    const size = sizeOf(file);
    const handle = await fs.promises.open(file);
    const found = new Map<string, Found>();
    try {
        for (let at = 0; ;) {
            const block = Buffer.alloc(BLOCK);
            if ((await handle.read(block, 0, BLOCK, at)).bytesRead < BLOCK) {
                throw damaged(file, "it ends too early");
            }
            if (block.every(byte => byte === 0)) {
                return found;
            }
            const member = readHeader(block);
            if (member === undefined || found.has(member.name)) {
                throw damaged(file, `what stands at byte ${at} is no header`);
            }
            const offset = at + BLOCK;
            const end = offset + member.size;
            if (end > size) {
                throw damaged(file, "it ends too early");
            }
            const sum = await hashOf(file, offset, end, bytes => progress(offset + bytes, size));
            found.set(member.name, { ...member, offset, sha256: sum });
            at = offset + Math.ceil(member.size / BLOCK) * BLOCK;
        }
    } finally {
        await handle.close();
    }
}

function sizeOf(file: string): number {
    try {
        return fs.statSync(file).size;
    } catch (error) {
        throw new UserError(`${file} cannot be read: ${(error as Error).message}`);
    }
}

function readHeader(block: Buffer): { name: string; size: number } | undefined {
    if (parseInt(block.toString("latin1", 148, 154), 8) !== checksum(block)) {
        return undefined;
    }
    const binary = block[124] === 0x80;
    const size = binary ? Number(block.readBigUInt64BE(128)) : parseInt(block.toString("latin1", 124, 135), 8);
    return Number.isSafeInteger(size) ? { name: block.toString("utf8", 0, block.indexOf(0)), size } : undefined;
}

async function hashOf(file: string, start: number, end: number, progress: (bytes: number) => void): Promise<string> {
    const hash = createHash("sha256");
    let bytes = 0;
    if (end > start) {
        for await (const chunk of fs.createReadStream(file, { start, end: end - 1, highWaterMark: 1 << 20 })) {
            hash.update(chunk as Buffer);
            progress((bytes += (chunk as Buffer).length));
        }
    }
    return hash.digest("hex");
}

function readText(file: string, { offset, size }: { offset: number; size: number }): string {
    const bytes = Buffer.alloc(size);
    const descriptor = fs.openSync(file, "r");
    try {
        fs.readSync(descriptor, bytes, 0, size, offset);
    } finally {
        fs.closeSync(descriptor);
    }
    return bytes.toString("utf8");
}
