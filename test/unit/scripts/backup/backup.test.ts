/** The backup's file: what tar reads, what is refused, and that it is there whole or not at all. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Readable } from "node:stream";
import { Archive, ArchiveWriter, header } from "../../../../scripts/backup/archive";
import { bytes } from "../../../../scripts/backup/backupFile";

let folder: string;
let file: string;
beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "backup-test-"));
    file = path.join(folder, "lab.backup.tar");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const CONTENT = Buffer.from(Array.from({ length: 3000 }, (_, i) => i % 251));

async function make(): Promise<void> {
    const writer = await ArchiveWriter.create(file);
    await writer.add("stack.yaml", "config: {}\n");
    await writer.add("empty", "");
    await writer.add("volumes/home-ada.tar.gz", Readable.from([CONTENT.subarray(0, 1000), CONTENT.subarray(1000)]));
    await writer.finish({ format: 1 });
}

describe("a backup's file", () => {
    it("comes back as it was written, for its owner alone", async () => {
        await make();
        expect((fs.statSync(file).mode & 0o777).toString(8)).toBe("600");
        expect(fs.readdirSync(folder)).toEqual(["lab.backup.tar"]);
        const archive = await Archive.open<{ format: number }>(file);
        expect(archive.manifest.format).toBe(1);
        expect(archive.manifest.members.map(({ name, size }) => [name, size])).toEqual([
            ["stack.yaml", 11],
            ["empty", 0],
            ["volumes/home-ada.tar.gz", 3000],
        ]);
        expect(archive.text("stack.yaml")).toBe("config: {}\n");
        const chunks: Buffer[] = [];
        for await (const chunk of archive.stream("volumes/home-ada.tar.gz")) {
            chunks.push(chunk as Buffer);
        }
        expect(Buffer.concat(chunks).equals(CONTENT)).toBe(true);
        expect([archive.has("empty"), archive.has("passphrase")]).toEqual([true, false]);
    });

    it("is one that tar and sha256sum know", async () => {
        await make();
        execFileSync("tar", ["--extract", "--file", file, "--directory", folder]);
        expect(fs.readFileSync(path.join(folder, "volumes/home-ada.tar.gz")).equals(CONTENT)).toBe(true);
        expect(execFileSync("sha256sum", ["--check", "manifest.sha256"], { cwd: folder, encoding: "utf8" })).toBe(
            "manifest.json: OK\n",
        );
        const { members } = JSON.parse(fs.readFileSync(path.join(folder, "manifest.json"), "utf8")) as {
            members: { name: string; sha256: string }[];
        };
        for (const { name, sha256 } of members) {
            expect(
                createHash("sha256")
                    .update(fs.readFileSync(path.join(folder, name)))
                    .digest("hex"),
            ).toBe(sha256);
        }
    });

    it("is refused with any one byte changed that means something, and cut anywhere", async () => {
        await make();
        const whole = fs.readFileSync(file);
        const end = whole.length - 1024;
        const positions = Array.from({ length: 80 }, (_, i) => Math.floor((i * end) / 80));
        for (const at of positions) {
            const changed = Buffer.from(whole);
            changed[at] ^= 0x55;
            fs.writeFileSync(file, changed);
            const opened = await Archive.open(file).then(
                () => "accepted",
                (error: Error) => error.message,
            );
            const isPadding = whole[at] === 0 && opened === "accepted";
            expect({ at, opened: isPadding ? "padding" : opened.slice(0, file.length + 11) }).toEqual({
                at,
                opened: isPadding ? "padding" : `${file} is damaged`,
            });
        }
        for (const length of [0, 100, 512, 1024, 3000, end - 1, end]) {
            fs.writeFileSync(file, whole.subarray(0, length));
            await expect(Archive.open(file)).rejects.toThrow(`${file} is damaged, or not a backup of this project: `);
        }
        fs.writeFileSync(file, "something else entirely".repeat(100));
        await expect(Archive.open(file)).rejects.toThrow("what stands at byte 0 is no header. Nothing was changed.");
        await expect(Archive.open(path.join(folder, "none"))).rejects.toThrow("cannot be read: ENOENT");
    });

    it("is not written over another, and leaves nothing when it is given up", async () => {
        fs.writeFileSync(file, "mine");
        await expect(ArchiveWriter.create(file)).rejects.toThrow(`${file} exists already; nothing was written.`);
        fs.rmSync(file);
        const writer = await ArchiveWriter.create(file);
        await writer.add("a", "a");
        expect(fs.readdirSync(folder)).toEqual([`lab.backup.tar.partial-${process.pid}`]);
        await writer.discard();
        expect(fs.readdirSync(folder)).toEqual([]);
    });

    it("takes away what killed runs left, and nothing else", async () => {
        const dead = 4_194_304; // Above Linux's highest pid.
        const names = [`a.backup.tar.partial-${dead}`, `a.backup.tar.partial-${process.pid}`, `notes.partial-${dead}`];
        names.forEach(name => fs.writeFileSync(path.join(folder, name), ""));
        await (await ArchiveWriter.create(file)).discard();
        expect(fs.readdirSync(folder).sort()).toEqual(names.slice(1).sort());
    });

    it("says sizes of 8 GiB and more as tar reads them", () => {
        const big = 9 * 2 ** 30 + 7;
        fs.writeFileSync(file, Buffer.concat([header("big", big, 0), Buffer.alloc(512)]));
        const { stdout } = ((): { stdout: string } => {
            try {
                return {
                    stdout: execFileSync("tar", ["--list", "--verbose", "--file", file], {
                        encoding: "utf8",
                        stdio: ["ignore", "pipe", "ignore"],
                    }),
                };
            } catch (error) {
                return error as { stdout: string }; // The rest of it is not there.
            }
        })();
        expect(stdout).toContain(` ${big} `);
    });
});

it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [12_345_678, "12.3 MB"],
    [5e12, "5.0 TB"],
    [5e15, "5000.0 TB"],
])("%d bytes are %s", (size, text) => {
    expect(bytes(size)).toBe(text);
});
