/** The steps that are measured side by side: a plan after an edit, one person more, a first deploy. */
import { OURS } from "../report/figures";
import type { BenchStep } from "../sideBySide";

const BARE = "bare Pulumi loop";
/** So many people are many: what each costs is more than what all of them share. */
const MANY = 200;
const memory = { [BARE]: 1.1 };
const half = { from: MANY, time: { [BARE]: 0.5 }, memory };

/** The others plan with nothing to do: what is to be done reaches them once this project has done it. */
export const planStep: BenchStep = {
    what: "plan after an edit",
    aims: half,
    most: (kind, people) => (kind === "seconds" && people <= 10 ? 2.5 : undefined),
    prepare: side => side.listOneMore(),
    take: (side, contender) => side.measure(contender.plan),
    restore: side => side.listOneLess(),
};

/** Twice: the first one leaves behind what the second compares with. */
export const againStep: BenchStep = {
    what: "up with nothing to do",
    aims: { from: 0, time: {}, memory },
    most: kind => (kind === "seconds" ? 2 : undefined),
    async take(side, contender) {
        await side.measure(contender.up);
        return side.measure(contender.up);
    },
};

export const addStep: BenchStep = {
    what: "add one person",
    aims: half,
    prepare: side => side.listOneMore(),
    async take(side, contender) {
        const usage = await side.measure(contender.deploy);
        if (contender.name === OURS) {
            await side.follow();
        }
        return usage;
    },
};

/** Each alone on the machine: containers of others make Docker slower. The last step: it leaves nothing behind. */
export const deployStep: BenchStep = {
    what: "first deploy, images there",
    aims: half,
    most: (kind, people) => (kind === "memory" && people >= 500 ? 1229 : undefined),
    async prepare(side) {
        for (const { destroy } of side.contenders) {
            await side.measure(destroy);
        }
    },
    async take(side, contender) {
        const usage = await addStep.take(side, contender);
        await side.measure(contender.destroy);
        return usage;
    },
};
