/**
 * The Pulumi engine that this project runs on: CLI, language host and two plugins, in the pinned
 * versions. Each part is taken from the first place that has it: the cache, this machine,
 * Pulumi's releases, a build from the Go modules in engine/.
 *
 *     <cache>/engine/parts/<part>-v<version>-…/     one folder for each part
 *     <cache>/engine/<hash>/bin, plugins            links to the parts, laid out as Pulumi wants them
 *     <cache>/engine/tmp-…, lock, logs              while parts are being made
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { buildPart, goProblem } from "./engine/build";
import { endChildren } from "./engine/children";
import { downloadPart, Source, sourcesOf } from "./engine/download";
import { EngineError } from "./engine/error";
import { findInstalled, isProgram, versionOfCli } from "./engine/installed";
import { lock, startOf } from "./engine/lock";
import { fits, Part, pluginFolder, readParts } from "./engine/parts";

export { EngineError } from "./engine/error";

export interface Engine {
    /** Goes first on PATH: holds pulumi and pulumi-language-nodejs. */
    bin: string;
    /** Becomes $PULUMI_HOME/plugins through a symbolic link. */
    plugins: string;
}

export interface EngineOptions {
    /** A folder outside the checkout, such as ~/.cache/jupyterhub-pulumi. */
    cache: string;
    progress: (line: string) => void;
}

/** What a test replaces. */
export interface Surroundings {
    checkout: string;
    home: string;
    env: NodeJS.ProcessEnv;
    sources: (part: Part) => Source[];
    patience: number;
}

const real = (): Surroundings => ({
    checkout: path.resolve(__dirname, "../.."),
    home: os.homedir(),
    env: process.env,
    sources: sourcesOf,
    patience: 4000,
});

export async function ensureEngine(options: EngineOptions, changed: Partial<Surroundings> = {}): Promise<Engine> {
    const around = { ...real(), ...changed };
    const parts = readParts(around.checkout);
    const root = path.join(options.cache, "engine");
    const engine = layout(root, parts);
    if (isComplete(engine, parts)) return engine;

    const work = new Workplace(root);
    const onSignal = (signal: NodeJS.Signals): void => {
        endChildren();
        work.clear();
        process.kill(process.pid, signal);
    };
    const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.once(signal, onSignal);
    try {
        await work.enter(options.progress);
        if (!isComplete(engine, parts)) await fill(root, engine, parts, work, options, around);
        return engine;
    } finally {
        work.clear();
        for (const signal of signals) process.removeListener(signal, onSignal);
    }
}

function layout(root: string, parts: Part[]): Engine {
    const hash = createHash("sha256").update(parts.map((part) => part.folder).join("\n")).digest("hex").slice(0, 12);
    const folder = path.join(root, `v${parts[0].version}-${hash}`);
    return { bin: path.join(folder, "bin"), plugins: path.join(folder, "plugins") };
}

function folderFor(engine: Engine, part: Part): string {
    return part.name === "pulumi" ? engine.bin : path.join(engine.plugins, pluginFolder(part));
}

/** Links are followed: a part that was deleted, here or where it was installed, is missed. */
function isComplete(engine: Engine, parts: Part[]): boolean {
    return parts.every((part) => part.programs.every((program) => isProgram(path.join(folderFor(engine, part), program))));
}

/** The lock and the folder for unfinished things. */
class Workplace {
    private unlock?: () => void;
    readonly folder: string;

    constructor(private readonly root: string) {
        this.folder = path.join(root, `tmp-${process.pid}`);
    }

    async enter(progress: (line: string) => void): Promise<void> {
        this.unlock = await lock(path.join(this.root, "lock"), progress);
        // Under the lock nobody else is at work: what lies there is from runs that were killed.
        for (const name of fs.readdirSync(this.root)) {
            const waiting = Number(/^lock\.(\d+)\./.exec(name)?.[1]);
            if (name.startsWith("tmp-") || (waiting && !startOf(waiting))) {
                fs.rmSync(path.join(this.root, name), { recursive: true, force: true });
            }
        }
    }

    make(name: string): string {
        const folder = path.join(this.folder, name);
        fs.mkdirSync(folder, { recursive: true });
        return folder;
    }

    clear(): void {
        if (!this.unlock) return;
        fs.rmSync(this.folder, { recursive: true, force: true });
        this.unlock();
        this.unlock = undefined;
    }
}

async function fill(
    root: string, engine: Engine, parts: Part[], work: Workplace, options: EngineOptions, around: Surroundings,
): Promise<void> {
    const { progress } = options;
    /** Where each part lies, once it is known. */
    const found = new Map<Part, string>();
    const partFolder = (part: Part): string => path.join(root, "parts", part.folder);
    const missing = (): Part[] => parts.filter((part) => !found.has(part));
    const keep = (part: Part, unfinished: string): void => {
        fs.mkdirSync(path.dirname(partFolder(part)), { recursive: true });
        fs.rmSync(partFolder(part), { recursive: true, force: true });
        fs.renameSync(unfinished, partFolder(part));
        found.set(part, partFolder(part));
    };
    const check = (part: Part, folder: string): void => {
        if (part.name !== "pulumi") return;
        const version = versionOfCli(path.join(folder, "pulumi"), around.env);
        if (!fits(version, part.version)) throw new EngineError(`The new Pulumi CLI does not run: it says ${version || "nothing"}`);
    };

    for (const part of parts) {
        if (part.programs.every((program) => isProgram(path.join(partFolder(part), program)))) {
            found.set(part, partFolder(part));
            continue;
        }
        const installed = findInstalled(part, options.cache, around.home, around.env);
        if (!installed) continue;
        progress(`Using ${part.title} of this machine (${installed})`);
        found.set(part, installed);
    }

    if (missing().length) {
        progress(`Getting Pulumi ready: ${list(missing().map((part) => `${part.title} ${part.version}`))}`);
        const problems = await Promise.all(
            missing().map(async (part) => {
                const into = work.make(`download-${part.name}`);
                const result = await downloadPart({
                    part,
                    sources: around.sources(part),
                    into,
                    scratch: work.make(`archive-${part.name}`),
                    log: path.join(root, "logs", `${part.name}.log`),
                    env: around.env,
                    patience: around.patience,
                    progress,
                });
                if ("problem" in result) return `${part.title}: ${result.problem}`;
                check(part, into);
                keep(part, into);
                return undefined;
            }),
        );
        if (missing().length) await build(problems.filter((problem) => problem !== undefined));
    }

    async function build(problems: string[]): Promise<void> {
        const noGo = goProblem(around.env);
        if (noGo) {
            throw new EngineError(
                `${list(missing().map((part) => `${part.title} ${part.version}`))} cannot be had: the download failed ` +
                    `(${problems.join("; ")}) and it cannot be built here, because ${noGo}. ` +
                    `Do one of these and run the command again: let this machine reach get.pulumi.com; ` +
                    `or install Go 1.21 or newer (https://go.dev/dl); or install Pulumi ${parts[0].version} or newer 3.x ` +
                    `and run ${parts.slice(1).map((part) => `"pulumi plugin install resource ${part.name} v${part.version}"`).join(" and ")}.`,
            );
        }
        progress(
            `No download (${problems.join("; ")}), so building ${list(missing().map((part) => part.title))} with Go. ` +
                `This happens once; all of it takes about 8 minutes on two cores.`,
        );
        const queue = [...missing()];
        const worker = async (): Promise<void> => {
            for (let part = queue.shift(); part; part = queue.shift()) {
                const began = Date.now();
                const into = work.make(`build-${part.name}`);
                const log = path.join(root, "logs", `${part.name}.log`);
                fs.rmSync(log, { force: true });
                busy.set(part, began);
                const scratch = work.make(`scratch-${part.name}`);
                await buildPart({ part, checkout: around.checkout, into, scratch, log, env: around.env });
                check(part, into);
                keep(part, into);
                busy.delete(part);
                progress(`Built ${part.title} in ${duration(began)}`);
            }
        };
        const busy = new Map<Part, number>();
        const heartbeat = setInterval(() => {
            progress(`… building ${list([...busy].map(([part, began]) => `${part.title} (${duration(began)} so far)`))}`);
        }, 15_000);
        try {
            // Two at a time: Go itself keeps the cores busy.
            await Promise.all([worker(), worker()]);
        } catch (error) {
            endChildren();
            throw error;
        } finally {
            clearInterval(heartbeat);
        }
    }

    // Links, because the parts may be shared with other versions of this checkout or be the machine's.
    const assembled = work.make("assembled");
    const target = path.dirname(engine.bin);
    for (const part of parts) {
        const from = found.get(part)!;
        const to = path.join(assembled, path.relative(target, folderFor(engine, part)));
        fs.mkdirSync(to, { recursive: true });
        for (const name of fs.readdirSync(from)) {
            // An installed CLI may lie among all the machine's programs.
            if (/^pulumi|^PulumiPlugin/.test(name)) fs.symlinkSync(path.join(from, name), path.join(to, name));
        }
    }
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(assembled, target);
}

function list(items: string[]): string {
    return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

function duration(began: number): string {
    const seconds = Math.round((Date.now() - began) / 1000);
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
