/**
 * Runs the chosen parts, and keeps what they found beside what earlier runs did: bench/results.json, bench/RESULTS.md.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { UserError } from "../components/errors";
import { progress } from "../scripts/terminal/command";
import { endChildren } from "../scripts/pulumi/engine/children";
import { ROOT } from "../scripts/files/paths";
import { capture } from "../scripts/terminal/process";
import { writeWhole } from "../scripts/files/wholeFile";
import { markdown, report, type Circumstances, type Measure, type Reason, type BenchResult } from "./report/figures";
import { growth, timesOf } from "./report/growth";
import { checkMeasuring, type Usage } from "./measure";
import type { Options } from "./options";
import type { BenchPart } from "./parts/part";
import { idlePart } from "./parts/idle";
import { demandPart } from "./parts/demand";
import { listPart } from "./parts/list";
import { imagesPart } from "./parts/images";
import { loginPart } from "./parts/login";
import { machinePart } from "./parts/machine";
import { manyPart } from "./parts/many";
import { replacePart } from "./parts/replace";
import { startPart } from "./parts/start";
import * as steps from "./parts/steps";
import { throughputPart } from "./parts/throughput";
import { plot } from "./report/plot";
import { readReasons } from "./report/why";
import { merge, readResults, writtenResults } from "./report/kept";
import { takeSteps, type BenchStep } from "./sideBySide";

/** Steps that one deployment by all contenders serves. */
const STEPS: Record<string, BenchStep> = {
    again: steps.againStep,
    plan: steps.planStep,
    add: steps.addStep,
    deploy: steps.deployStep,
};
/** Of each of these steps, what else than time. */
const MEMORY = "memory";
const OTHERS: Record<string, BenchPart> = {
    start: startPart,
    many: manyPart,
    demand: demandPart,
    list: listPart,
    login: loginPart,
    idle: idlePart,
    throughput: throughputPart,
    replace: replacePart,
    images: imagesPart,
    machine: machinePart,
};

/** All that can be chosen. */
export const PARTS = [...Object.keys(STEPS), MEMORY, ...Object.keys(OTHERS)];

/** Pictures of how a step's time grows, by its part. */
const PLOTS: Record<string, string> = { plan: "A plan after an edit", deploy: "A first deploy, images there" };

const RESULTS = path.join(__dirname, "results.json");
/** Everybody's to read, as what is committed is. */
const MODE = 0o644;

export async function bench(options: Options, signal: AbortSignal): Promise<void> {
    await checkMeasuring();
    signal.addEventListener("abort", endChildren);
    const reason = readReasons(fs.readFileSync(path.join(__dirname, "reasons.json"), "utf8"));
    let results = options.fresh ? [] : earlier();
    const found: BenchResult[] = [];
    const keep = async (began: Began, measures: readonly (Measure & { part: string })[]) => {
        const circumstances = await circumstancesOf(options, began);
        const fresh = measures.map(measure => ({ ...measure, found: circumstances }));
        found.push(...fresh);
        if (!options.quick) {
            results = merge(results, fresh, PARTS); // What is found stays, whatever becomes of the next part.
            write(results, reason);
        }
    };
    const chosen = (name: string) => options.parts.includes(name);
    const chosenSteps = Object.keys(STEPS).filter(chosen);
    if (chosenSteps.length > 0 || chosen(MEMORY)) {
        const taken = Object.entries(STEPS).filter(([part]) =>
            (chosenSteps.length > 0 ? chosenSteps : ["plan"]).includes(part),
        );
        const show: (keyof Usage)[] = [
            ...(chosenSteps.length > 0 ? (["seconds", "cpu"] as const) : []),
            ...(chosen(MEMORY) ? (["memory"] as const) : []),
        ];
        for (const people of options.people) {
            const began = beginning();
            const measures = await takeSteps(taken, { people, runs: options.runs, show }, signal);
            await keep(
                began,
                measures.map(({ part, kind, measure }) => ({ ...measure, part: kind === "memory" ? MEMORY : part })),
            );
        }
    }
    for (const part of Object.keys(OTHERS).filter(chosen)) {
        const began = beginning();
        const measures = await OTHERS[part].run(options, signal);
        await keep(
            began,
            measures.map(measure => ({ ...measure, part })),
        );
    }
    console.log(markdown(withGrowth(found), reason));
    progress(options.quick ? "Not kept: --quick." : "Kept in bench/results.json, written to bench/RESULTS.md.");
}

/** @throws UserError where it cannot be read */
function earlier(): BenchResult[] {
    try {
        return readResults(fs.existsSync(RESULTS) ? fs.readFileSync(RESULTS, "utf8") : "");
    } catch (error) {
        throw new UserError(`bench/results.json cannot be read (${(error as Error).message}); --fresh begins anew.`);
    }
}

function withGrowth(results: readonly BenchResult[]): BenchResult[] {
    return merge(results, growth(results), PARTS);
}

function write(results: readonly BenchResult[], reason: Reason): void {
    const plots = Object.entries(PLOTS).flatMap(([part, title]) => {
        const series = timesOf(part, results);
        const file = path.join(__dirname, `${part}.svg`);
        if ([...series.values()].every(points => points.length < 2)) {
            fs.rmSync(file, { force: true });
            return [];
        }
        writeWhole(file, plot(title, series), MODE);
        return `${part}.svg`;
    });
    writeWhole(RESULTS, writtenResults(results), MODE);
    writeWhole(path.join(__dirname, "RESULTS.md"), report(withGrowth(results), reason, plots), MODE);
}

interface Began {
    at: number;
    load: number;
}

function beginning(): Began {
    return { at: performance.now(), load: os.loadavg()[0] };
}

async function circumstancesOf({ runs, people, atOnce, parts }: Options, { at, load }: Began): Promise<Circumstances> {
    const { stdout: version } = await capture("docker", ["version", "--format", "{{.Server.Version}}"]);
    const cpus = os.cpus();
    return {
        command:
            `npm run bench -- --runs ${runs} --people ${people.join(",")} --at-once ${atOnce.join(",")} ` +
            `${parts.join(" ")}`,
        date: new Date().toISOString().slice(0, 10),
        commit: await commit(),
        machine:
            `${cpus.length} × ${cpus[0]?.model.trim() ?? "CPU"}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ` +
            `Linux ${os.release()}, Docker ${version.trim()}, Node ${process.version}`,
        load: [load, os.loadavg()[0]],
        minutes: (performance.now() - at) / 60_000,
    };
}

/** The checkout's; what this writes itself is no change to it. */
async function commit(): Promise<string> {
    const git = (...args: string[]) => capture("git", args, { cwd: ROOT });
    const written = ["RESULTS.md", "results.json", ...Object.keys(PLOTS).map(part => `${part}.svg`)].map(
        file => `:(exclude)bench/${file}`,
    );
    const { code, stdout } = await git("rev-parse", "--short", "HEAD");
    const changed = (await git("diff", "--quiet", "HEAD", "--", ".", ...written)).code !== 0;
    return code === 0 ? `${stdout.trim()}${changed ? ", changed" : ""}` : "unknown";
}
