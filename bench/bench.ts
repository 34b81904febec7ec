/** Runs the chosen parts and writes what they found: bench/RESULTS.md, bench/results.json. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { progress } from "../scripts/lib/command";
import { endChildren } from "../scripts/lib/engine/children";
import { ROOT } from "../scripts/lib/paths";
import { capture } from "../scripts/lib/process";
import { markdown, report, type Circumstances, type Measure } from "./figures";
import { checkMeasuring, type Usage } from "./measure";
import type { Options } from "./options";
import type { Part } from "./parts/part";
import { idle } from "./parts/idle";
import { many } from "./parts/many";
import { start } from "./parts/start";
import * as steps from "./parts/steps";
import { takeSteps, type Step } from "./sideBySide";

/** Steps that one deployment by all contenders serves. */
const STEPS: Record<string, Step> = { plan: steps.plan, add: steps.add, deploy: steps.deploy };
/** Of each of these steps, what else than time. */
const MEMORY = "memory";
const OTHERS: Record<string, Part> = { start, many, idle };

/** All that can be chosen. */
export const PARTS = [...Object.keys(STEPS), MEMORY, ...Object.keys(OTHERS)];

export async function bench(options: Options, signal: AbortSignal): Promise<void> {
    await checkMeasuring();
    signal.addEventListener("abort", endChildren);
    const before = os.loadavg()[0];
    const chosen = (name: string) => options.parts.includes(name);
    const measures: Measure[] = [];
    const chosenSteps = Object.keys(STEPS).filter(chosen);
    if (chosenSteps.length > 0 || chosen(MEMORY)) {
        const taken = (chosenSteps.length > 0 ? chosenSteps : ["plan"]).map(name => STEPS[name]);
        const show: (keyof Usage)[] = [...(chosenSteps.length > 0 ? (["seconds", "cpu"] as const) : []), ...(chosen(MEMORY) ? (["memory"] as const) : [])];
        for (const people of options.people) {
            measures.push(...(await takeSteps(taken, people, options.runs, show, signal)));
        }
    }
    for (const name of Object.keys(OTHERS).filter(chosen)) {
        measures.push(...(await OTHERS[name].run(options, signal)));
    }
    await write(measures, options, [before, os.loadavg()[0]]);
}

async function write(measures: readonly Measure[], { runs, people, atOnce, parts }: Options, load: readonly [number, number]): Promise<void> {
    const circumstances: Circumstances = {
        command: `npm run bench -- --runs ${runs} --people ${people.join(",")} --at-once ${atOnce.join(",")} ${parts.join(" ")}`,
        date: new Date().toISOString().slice(0, 10),
        commit: (await capture("git", ["describe", "--always", "--dirty"], { cwd: ROOT })).stdout.trim() || "unknown",
        machine: await machine(),
        load,
    };
    fs.writeFileSync(path.join(__dirname, "RESULTS.md"), report(measures, circumstances));
    fs.writeFileSync(path.join(__dirname, "results.json"), JSON.stringify({ ...circumstances, measures }, null, 1) + "\n");
    console.log(markdown(measures));
    progress("Written to bench/RESULTS.md and bench/results.json.");
}

async function machine(): Promise<string> {
    const cpus = os.cpus();
    const { stdout } = await capture("docker", ["version", "--format", "{{.Server.Version}}"]);
    return `${cpus.length} × ${cpus[0]?.model.trim() ?? "CPU"}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Linux ${os.release()}, Docker ${stdout.trim()}, Node ${process.version}`;
}
