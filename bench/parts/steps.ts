/** The steps that are measured side by side: a plan with nothing to do, one person more, a first deploy. */
import { OURS } from "../report/figures";
import type { BenchStep } from "../sideBySide";

const BARE = "bare Pulumi loop";
const memory = { [BARE]: 1.1 };

export const planStep: BenchStep = {
    what: "plan with nothing to do",
    aims: { time: { [BARE]: 1.1 }, memory },
    take: (side, contender) => side.measure(contender.plan),
};

/** Twice: the first one leaves behind what the second compares with. */
export const againStep: BenchStep = {
    what: "up with nothing to do",
    aims: { time: { [BARE]: 0.5 }, memory },
    async take(side, contender) {
        await side.measure(contender.up);
        return side.measure(contender.up);
    },
};

export const addStep: BenchStep = {
    what: "add one person",
    aims: { time: {}, memory },
    prepare: side => side.listOneMore(),
    async take(side, contender) {
        const usage = await side.measure(contender.deploy);
        if (contender.name === OURS) {
            await side.follow();
        }
        return usage;
    },
};

export const deployStep: BenchStep = {
    what: "first deploy, images there",
    aims: { time: { [BARE]: 1.2 }, memory },
    async take(side, contender) {
        await side.measure(contender.destroy);
        return addStep.take(side, contender);
    },
};
