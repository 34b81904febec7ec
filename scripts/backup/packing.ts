/** Reads and writes volumes and directories of a Docker host, as compressed streams. */
import { HUB_DATA } from "./hubData";
import { dockerArguments, dockerEnvironment, LABEL, mountOption, type StackNames } from "../../components/docker";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { listContainers } from "../../components/host";
import { UserError } from "../../components/errors";
import type { Docker } from "../docker/docker";
import { startPiped } from "../terminal/process";

/** A volume, or a directory of the Docker host. */
export type DataPlace = { volume: string } | { directory: string };

/** Keeps numeric owners, links, holes of sparse files, extended attributes and ACLs. */
const TAR = ["--numeric-owner", "--xattrs", "--xattrs-include=user.*", "--acls"];
const CREATE = [
    "--create",
    "--file=-",
    "--format=posix",
    "--pax-option=delete=atime,delete=ctime",
    "--sparse",
    ...TAR,
    "--use-compress-program=gzip -1",
];
const EXTRACT = [
    "--extract",
    "--file=-",
    "--directory=/data",
    "--same-owner",
    "--preserve-permissions",
    "--delay-directory-restore",
    ...TAR,
    "--gzip",
];

/** A database that is no file of the volume. */
export interface PackedDatabase {
    /** In which it is reached. */
    network: string;
    /** For `declared.store.once`. */
    input: string;
}

export interface PackedHub {
    image: string;
    /** @default SQLite's file */
    database?: PackedDatabase;
}

export class Packer {
    private number = 0;

    /**
     * @param image with tar and gzip in it
     * @param signal stops what is under way
     */
    constructor(
        private readonly docker: Docker,
        private readonly names: StackNames,
        private readonly image: string,
        private readonly signal: AbortSignal,
    ) {}

    /**
     * @param use what becomes of the stream
     * @returns what tar had to say, such as of files that changed meanwhile
     */
    pack(place: DataPlace, use: (stream: Readable) => Promise<unknown>): Promise<string[]> {
        const args = [
            "--user",
            "0",
            "--cap-add",
            "DAC_READ_SEARCH",
            ...mount(place, "readonly"),
            "--entrypoint",
            "tar",
            this.image,
            ...CREATE,
            "--directory=/data",
            ".",
        ];
        return this.read(args, use);
    }

    /** @param hub of a hub that may be running meanwhile */
    packHubData(volume: string, hub: PackedHub, use: (stream: Readable) => Promise<unknown>): Promise<string[]> {
        const { image, database } = hub;
        return this.read(
            [
                ...(database === undefined ? [] : ["--interactive"]),
                ...mount({ volume }),
                "--tmpfs",
                "/tmp",
                "--entrypoint",
                "python",
                image,
                "-I",
                "-c",
                HUB_DATA,
                ...CREATE,
            ],
            use,
            database,
        );
    }

    /** @param content of `pack` */
    async unpack(place: DataPlace, content: Readable): Promise<void> {
        const capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "MKNOD"].flatMap(capability => [
            "--cap-add",
            capability,
        ]);
        const { child, ended } = this.start([
            "--interactive",
            "--user",
            "0",
            ...capabilities,
            ...made(place),
            "--entrypoint",
            "tar",
            this.image,
            ...EXTRACT,
        ]);
        const [fed, { code, lines }] = await Promise.all([
            pipeline(content, child.stdin).then(
                () => undefined,
                (error: Error) => error,
            ),
            ended,
        ]);
        if (code !== 0 || fed !== undefined) {
            throw new UserError(
                `${placeName(place)} could not be written: ` +
                    `${lines.join("\n  ") || fed?.message || `tar ended with ${code}`}`,
            );
        }
    }

    /** Removes what killed runs left of this stack. No other run may be at work on it. */
    async endLeftovers(): Promise<void> {
        const left = (await listContainers(this.docker, this.names.instance))
            .filter(({ name }) => name.startsWith(`${this.names.prefix}-packing-`))
            .map(({ id }) => id);
        if (left.length > 0) {
            await this.docker.run(["rm", "--force", ...left]);
        }
    }

    /** Whether a directory of the Docker host is missing or empty. */
    async isFree(directory: string): Promise<boolean> {
        const { child, ended } = this.start([
            "--user",
            "0",
            "--cap-add",
            "DAC_READ_SEARCH",
            ...mount({ directory }, "readonly"),
            "--entrypoint",
            "find",
            this.image,
            "/data",
            "-mindepth",
            "1",
            "-maxdepth",
            "1",
            "-printf",
            "x",
            "-quit",
        ]);
        child.stdin.end();
        let found = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => (found += text));
        const { code, lines } = await ended;
        if (code === 0) {
            return found === "";
        }
        if (lines.some(line => /bind source path does not exist/.test(line))) {
            return true;
        }
        throw new UserError(`${directory} cannot be looked at: ${lines.join("\n  ")}`);
    }

    private async read(
        args: readonly string[],
        use: (stream: Readable) => Promise<unknown>,
        { network = "none", input = "" }: Partial<PackedDatabase> = {},
    ): Promise<string[]> {
        const { child, ended, stop } = this.start(args, network);
        child.stdin.on("error", () => undefined); // It may end before it has read all.
        child.stdin.end(input);
        const stream = new PassThrough({ highWaterMark: 1 << 20 });
        const [used, , { code, lines }] = await Promise.all([
            use(stream).then(
                () => undefined,
                (error: Error) => {
                    stop();
                    return error;
                },
            ),
            pipeline(child.stdout, stream).catch(() => undefined),
            ended,
        ]);
        if (used !== undefined) {
            throw used;
        }
        // 1 is tar's word for files that changed or went while they were read.
        if (code !== 0 && code !== 1) {
            throw new UserError(`Reading failed: ${lines.join("\n  ") || `docker ended with ${code}`}`);
        }
        return lines;
    }

    private start(args: readonly string[], network = "none") {
        this.signal.throwIfAborted();
        const name = `${this.names.prefix}-packing-${process.pid}-${++this.number}`;
        const common = [
            ...[
                "run",
                "--rm",
                "--name",
                name,
                "--label",
                `${LABEL.instance}=${this.names.instance}`,
                "--pull",
                "never",
                "--log-driver",
                "none",
            ],
            ...[
                "--network",
                network,
                "--read-only",
                "--workdir",
                "/",
                "--cap-drop",
                "ALL",
                "--security-opt",
                "no-new-privileges",
                "--security-opt",
                "label=disable",
            ],
        ];
        const docker = [...dockerArguments(this.docker.host), ...common, ...args];
        const child = startPiped("docker", docker, dockerEnvironment(process.env));
        let said = "";
        child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-64 << 10)));
        // Removed and not signalled: tar is process 1 of its container and ignores signals.
        const remove = () => this.docker.run(["rm", "--force", name]);
        const stop = () => {
            child.kill("SIGKILL");
            void remove();
        };
        const ended = new Promise<{ code: number; lines: string[] }>((resolve, reject) => {
            this.signal.addEventListener("abort", stop);
            child.on("error", reject).on("close", (code, signal) => {
                this.signal.removeEventListener("abort", stop);
                const lines = said.split("\n").map(line => line.replace(/^tar: /, "").trim());
                const end = { code: code ?? 130, lines: lines.filter(line => line !== "") };
                // Removed again after a stop: the container may have been created only just now.
                const removed = signal !== null || this.signal.aborted ? remove() : undefined;
                Promise.resolve(removed).then(() => resolve(end), reject);
            });
        });
        return { child, ended, stop };
    }
}

function mount(place: DataPlace, ...options: string[]): string[] {
    const source =
        "volume" in place ? ["type=volume", `source=${place.volume}`] : ["type=bind", `source=${place.directory}`];
    return ["--mount", mountOption([...source, "target=/data", ...options])];
}

/** Like `mount`; a missing directory is created. */
function made(place: DataPlace): string[] {
    return "volume" in place ? mount(place) : ["--volume", `${place.directory}:/data`];
}

export function placeName(place: DataPlace): string {
    return "volume" in place ? place.volume : place.directory;
}
