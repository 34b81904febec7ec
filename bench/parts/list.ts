/**
 * What a long list costs where servers are made on demand: many people beside three, beside as many declared people,
 * and beside Docker Compose.
 */
import { progress } from "../../scripts/terminal/command";
import { Compose } from "../contenders/compose";
import type { Contender } from "../contenders/contender";
import { Ours } from "../contenders/ours";
import { measure, type Usage } from "../measure";
import { OURS, type Measure } from "../report/figures";
import type { BenchPart } from "./part";

const FEW = 3;
/** In the words of the table. */
const BESIDE = `${FEW} people on demand`;
const DECLARED = "declared";

export const listPart: BenchPart = {
    run: ({ runs, people }, signal) => listOf(Math.max(...people), runs, signal),
};

interface Side {
    name: string;
    contender: Contender;
    /** Has one person more on its list. */
    more(): Promise<void>;
    /** Measured only in the first run: hundreds of declared people take minutes, and are far from all others. */
    once?: true;
}

/** The steps that a stack file's length could make slow. */
const STEPS = ["plan after an edit", "add one person", "first deploy, images there"] as const;

async function listOf(people: number, runs: number, signal: AbortSignal): Promise<Measure[]> {
    const made: Contender[] = [];
    try {
        const sides = await sidesOf(people, contender => made.push(contender), signal);
        const usages = new Map(STEPS.map(step => [step, new Map(sides.map(({ name }) => [name, [] as Usage[]]))]));
        for (let run = 1; run <= runs; run++) {
            for (const step of STEPS) {
                for (const side of sides.filter(({ once }) => run === 1 || !once)) {
                    progress(`${step}, ${people} people on demand, run ${run} of ${runs}: ${side.name} …`);
                    usages
                        .get(step)
                        ?.get(side.name)
                        ?.push(await take(step, side, signal));
                }
            }
        }
        return [...usages].flatMap(([step, of]) => [
            asMeasure(step, people, "seconds", of),
            asMeasure(step, people, "memory", of),
        ]);
    } finally {
        made.forEach(contender => contender.remove());
    }
}

async function sidesOf(people: number, keep: (contender: Contender) => void, signal: AbortSignal): Promise<Side[]> {
    const deployed = async (name: string, count: number, spawning: "declared" | "dynamic") => {
        progress(`${count} people, ${spawning}: ${OURS} deploys …`);
        const contender = await Ours.create(count, spawning);
        keep(contender);
        signal.throwIfAborted();
        let listed = count;
        return { name, contender, more: () => Promise.resolve(contender.list(++listed)) };
    };
    const many = await deployed(OURS, people, "dynamic");
    const few = await deployed(BESIDE, FEW, "dynamic");
    const declared: Side & { contender: Ours } = { ...(await deployed(DECLARED, people, "declared")), once: true };
    const compose = await Compose.create();
    keep(compose);
    const follow = async () => compose.follow(await declared.contender.definitions(), declared.contender.identity);
    await follow();
    await measure(compose.deploy, signal);
    // The last: it has one person more once the declared people have.
    return [many, few, declared, { name: compose.name, contender: compose, more: follow, once: true }];
}

async function take(step: (typeof STEPS)[number], { contender, more }: Side, signal: AbortSignal): Promise<Usage> {
    switch (step) {
        case "plan after an edit":
            await more();
            return measure(contender.plan, signal);
        case "add one person":
            await more();
            return measure(contender.deploy, signal);
        case "first deploy, images there":
            await measure(contender.destroy, signal);
            return measure(contender.deploy, signal);
    }
}

function asMeasure(
    step: string,
    people: number,
    kind: "seconds" | "memory",
    usages: ReadonlyMap<string, readonly Usage[]>,
): Measure {
    return {
        what: `${step}, ${people} people on demand: ${kind === "seconds" ? "time" : "memory"}`,
        people,
        unit: kind === "seconds" ? "s" : "MiB",
        values: Object.fromEntries([...usages].map(([name, runs]) => [name, runs.map(usage => usage[kind])])),
        aims: { [BESIDE]: 1.2 },
    };
}
