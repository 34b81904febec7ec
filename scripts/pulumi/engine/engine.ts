/**
 * The Pulumi engine that this project runs on: CLI, language host and two plugins, in the pinned
 * versions. Each part is taken from the first place that has it: the cache, this machine,
 * Pulumi's releases, a build from the Go modules in engine/. A plugin that was built gives way to
 * the official one as soon as the machine has that.
 *
 *     <cache>/engine/parts/<part>-v<version>-…/     one folder for each part
 *     <cache>/engine/<hash>/bin, plugins            links to the parts, laid out as Pulumi wants them
 *     <cache>/engine/tmp-…, lock, logs              while parts are being made
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isProgram } from "../../files/programs";
import { buildPart, goProblem } from "./build";
import { endChildren } from "./children";
import { downloadPart, Source, sourcesOf } from "./download";
import { EngineError } from "./error";
import { findInstalled, versionOfCli } from "./installed";
import { fits, Part, pluginFolder, readParts } from "./parts";
import { Workplace } from "./workplace";

export { EngineError } from "./error";

export interface Engine {
    /** Goes first on PATH: holds pulumi and pulumi-language-nodejs. */
    bin: string;
    /** Laid out as $PULUMI_HOME/plugins (engine/home.ts). */
    plugins: string;
}

export interface EngineOptions {
    /** A folder outside the checkout, such as ~/.cache/jupyterhub-pulumi. */
    cache: string;
    progress: (line: string) => void;
}

/** What a test replaces. */
export interface EngineSurroundings {
    checkout: string;
    home: string;
    env: NodeJS.ProcessEnv;
    sources: (part: Part) => Source[];
    patience: number;
}

const real = (): EngineSurroundings => ({
    checkout: path.resolve(__dirname, "../../.."),
    home: os.homedir(),
    env: process.env,
    sources: sourcesOf,
    patience: 4000,
});

export async function ensureEngine(options: EngineOptions, changed: Partial<EngineSurroundings> = {}): Promise<Engine> {
    const around = { ...real(), ...changed };
    const parts = readParts(around.checkout);
    const root = path.join(options.cache, "engine");
    const engine = layout(root, parts);
    const isReady = (): boolean =>
        isComplete(engine, parts) && parts.every(part => !hasBetter(engine, part, options.cache, around));
    if (isReady()) return engine;

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
        if (!isReady()) await fill({ ...options, root, parts, work, around, found: new Map() }, engine);
        return engine;
    } finally {
        work.clear();
        for (const signal of signals) process.removeListener(signal, onSignal);
    }
}

function layout(root: string, parts: Part[]): Engine {
    const hash = createHash("sha256")
        .update(parts.map(part => part.folder).join("\n"))
        .digest("hex")
        .slice(0, 12);
    const folder = path.join(root, `v${parts[0].version}-${hash}`);
    return { bin: path.join(folder, "bin"), plugins: path.join(folder, "plugins") };
}

/** Whether nothing of the engine has to be downloaded or built any more. */
export function hasEngine(cache: string): boolean {
    const parts = readParts(real().checkout);
    return isComplete(layout(path.join(cache, "engine"), parts), parts);
}

function folderFor(engine: Engine, part: Part): string {
    return part.name === "pulumi" ? engine.bin : path.join(engine.plugins, pluginFolder(part));
}

/** Follows links: a part that was deleted, here or where it was installed, counts as missing. */
function isComplete(engine: Engine, parts: Part[]): boolean {
    return parts.every(part => part.programs.every(program => isProgram(path.join(folderFor(engine, part), program))));
}

/** A file in the folder of a part that was downloaded. */
const ORIGIN = "downloaded-from";

/** Whether a part lies in our cache and was built for it. */
function isBuilt(folder: string, cache: string): boolean {
    return folder.startsWith(fs.realpathSync(cache) + path.sep) && !fs.existsSync(path.join(folder, ORIGIN));
}

/** Whether a plugin that was built is in use although the machine has the official one by now. */
function hasBetter(engine: Engine, part: Part, cache: string, { home, env }: EngineSurroundings): boolean {
    if (part.name === "pulumi") return false;
    const folder = path.dirname(fs.realpathSync(path.join(folderFor(engine, part), part.programs[0])));
    return isBuilt(folder, cache) && findInstalled(part, cache, home, env).folder !== undefined;
}

/** What the steps of getting the parts need. */
interface Job extends EngineOptions {
    root: string;
    parts: Part[];
    work: Workplace;
    around: EngineSurroundings;
    /** Where each part lies, once that is known. */
    found: Map<Part, string>;
}

async function fill(job: Job, engine: Engine): Promise<void> {
    look(job);
    const problems = await download(job);
    if (missing(job).length) await build(job, problems);
    assemble(job, engine);
}

const missing = ({ parts, found }: Job): Part[] => parts.filter(part => !found.has(part));
const partFolder = (job: Job, part: Part): string => path.join(job.root, "parts", part.folder);
const logOf = (job: Job, part: Part): string => path.join(job.root, "logs", `${part.name}.log`);

/** Takes a finished part into the cache, in one step. */
function keep(job: Job, part: Part, finished: string): void {
    if (part.name === "pulumi") {
        const version = versionOfCli(path.join(finished, "pulumi"), job.around.env);
        if (!fits(version, part.version)) {
            throw new EngineError(`The new Pulumi CLI does not run: it calls itself ${version || "nothing"}`);
        }
    }
    const folder = partFolder(job, part);
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(finished, folder);
    job.found.set(part, folder);
}

function look(job: Job): void {
    for (const part of job.parts) {
        const cached = partFolder(job, part);
        const isThere = part.programs.every(program => isProgram(path.join(cached, program)));
        if (isThere && (part.name === "pulumi" || !isBuilt(fs.realpathSync(cached), job.cache))) {
            job.found.set(part, cached);
            continue;
        }
        const { folder, refused } = findInstalled(part, job.cache, job.around.home, job.around.env);
        if (folder) {
            job.progress(`Using ${part.title} of this machine (${folder})`);
            job.found.set(part, folder);
        } else if (isThere) {
            job.found.set(part, cached);
        } else {
            for (const why of refused) job.progress(`Not taken for ${part.title}: ${why}`);
        }
    }
}

/** Returns why parts could not be downloaded. */
async function download(job: Job): Promise<string[]> {
    const wanted = missing(job);
    if (!wanted.length) return [];
    job.progress(`Getting Pulumi ready: ${list(wanted.map(part => `${part.title} ${part.version}`))}`);
    const problems = await Promise.all(
        wanted.map(async part => {
            const into = job.work.make(`download-${part.name}`);
            const result = await downloadPart({
                part,
                sources: job.around.sources(part),
                into,
                scratch: job.work.make(`archive-${part.name}`),
                log: logOf(job, part),
                env: job.around.env,
                patience: job.around.patience,
                progress: job.progress,
            });
            if ("problem" in result) return { part, problem: result.problem };
            fs.writeFileSync(path.join(into, ORIGIN), `${result.from}\n`);
            keep(job, part, into);
            return undefined;
        }),
    );
    const found = problems.filter(problem => problem !== undefined);
    // The same problem is told once, not once for each part.
    if (found.length > 1 && found.every(({ problem }) => problem === found[0].problem)) return [found[0].problem];
    return found.map(({ part, problem }) => `${part.title}: ${problem}`);
}

async function build(job: Job, problems: string[]): Promise<void> {
    const queue = missing(job);
    const noGo = goProblem(job.around.env);
    if (noGo) {
        const [cli, ...plugins] = job.parts;
        const install = plugins.map(part => `"pulumi plugin install resource ${part.name} v${part.version}"`);
        throw new EngineError(
            `${list(queue.map(part => `${part.title} ${part.version}`))} cannot be had: the download failed ` +
                `(${problems.join("; ")}) and it cannot be built here, because ${noGo}. ` +
                `Do one of these and run the command again: let this machine reach get.pulumi.com; ` +
                `or install Go 1.21 or newer (https://go.dev/dl); or install Pulumi ${cli.version} or newer 3.x ` +
                `and run ${install.join(" and ")}.`,
        );
    }
    job.progress(
        `No download (${problems.join("; ")}), so building ${list(queue.map(part => part.title))} with Go. ` +
            `This happens once; all of it takes about 5 minutes on two cores.`,
    );

    const busy = new Map<Part, number>();
    const heartbeat = setInterval(() => {
        const now = [...busy].map(([part, began]) => `${part.title} (${duration(began)} so far)`);
        job.progress(`… building ${list(now)}`);
    }, 15_000);
    let failure: unknown;
    const worker = async (): Promise<void> => {
        for (let part = queue.shift(); part; part = queue.shift()) {
            const began = Date.now();
            busy.set(part, began);
            const [into, scratch] = [job.work.make(`build-${part.name}`), job.work.make(`scratch-${part.name}`)];
            fs.rmSync(logOf(job, part), { force: true });
            try {
                const { env, checkout } = job.around;
                await buildPart({ part, checkout, into, scratch, log: logOf(job, part), env });
                keep(job, part, into);
                job.progress(`Built ${part.title} in ${duration(began)}`);
            } catch (error) {
                // The first failure is what counts: it ends the other build.
                failure ??= error;
                queue.length = 0;
                endChildren();
            } finally {
                busy.delete(part);
            }
        }
    };
    // Two at a time: Go itself keeps the cores busy.
    await Promise.all([worker(), worker()]);
    clearInterval(heartbeat);
    if (failure) throw failure;
}

/** Links, because the parts are shared with other versions of this checkout, or are the machine's. */
function assemble(job: Job, engine: Engine): void {
    const assembled = job.work.make("assembled");
    const target = path.dirname(engine.bin);
    for (const [part, from] of job.found) {
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
