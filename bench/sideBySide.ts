/** The same people deployed by every contender, and what each step costs them, in turn. */
import { progress } from "../scripts/terminal/command";
import { BarePulumi } from "./contenders/barePulumi";
import { Compose } from "./contenders/compose";
import type { Contender, Follower } from "./contenders/contender";
import { OURS, type Measure } from "./report/figures";
import { measure, type Usage } from "./measure";
import { Ours } from "./contenders/ours";

/** Contenders that have deployed the same. */
export class SideBySide {
    private constructor(
        readonly ours: Ours,
        readonly followers: readonly Follower[],
        /** How many people are listed. */
        private people: number,
        private readonly signal: AbortSignal,
    ) {}

    /** Deploys with each, and hands them to `use`; all that they made is removed behind it, whatever happens. */
    static async with<T>(people: number, signal: AbortSignal, use: (side: SideBySide) => Promise<T>): Promise<T> {
        const made: Contender[] = [];
        const keep = <C extends Contender>(contender: C): C => {
            made.push(contender);
            return contender;
        };
        try {
            progress(`${people} people: ${OURS} deploys …`);
            const ours = keep(await Ours.create(people));
            signal.throwIfAborted();
            const followers = [keep(await BarePulumi.create(ours.environment)), keep(await Compose.create())];
            const side = new SideBySide(ours, followers, people, signal);
            await side.follow();
            for (const follower of followers) {
                progress(`${people} people: ${follower.name} deploys …`);
                await measure(follower.deploy, signal);
            }
            return await use(side);
        } finally {
            made.forEach(contender => contender.remove());
        }
    }

    /** The others are to have what this project has deployed now. */
    async follow(): Promise<void> {
        const definitions = await this.ours.definitions();
        this.followers.forEach(follower => follower.follow(definitions, this.ours.identity));
    }

    get contenders(): readonly Contender[] {
        return [this.ours, ...this.followers];
    }

    /** One person more in this project's stack file. */
    listOneMore(): void {
        this.ours.list(++this.people);
    }

    /** And one less. */
    listOneLess(): void {
        this.ours.list(--this.people);
    }

    measure(program: Contender["plan"]): Promise<Usage> {
        return measure(program, this.signal);
    }
}

/** One step that every contender takes. */
export interface BenchStep {
    /** In the words of the table. */
    what: string;
    /** From so many people on: the most that this project may take, as a multiple of another (`Measure.aims`). */
    aims: { from: number; time: Record<string, number>; memory: Record<string, number> };
    /**
     * The most that this project may take (`Measure.most`).
     * @default whatever it takes
     */
    most?(kind: keyof Usage, people: number): number | undefined;
    /** Before each run. */
    prepare?(side: SideBySide): void | Promise<void>;
    /** Takes the step with one contender; this project comes first. */
    take(side: SideBySide, contender: Contender): Promise<Usage>;
    /** After each run. */
    restore?(side: SideBySide): void;
}

/** What was measured of a step. */
export interface Taken {
    part: string;
    kind: keyof Usage;
    measure: Measure;
}

interface Wanted {
    people: number;
    runs: number;
    /** What of the usage is of interest. */
    show: readonly (keyof Usage)[];
}

/** @param steps each with its part */
export async function takeSteps(
    steps: readonly (readonly [part: string, step: BenchStep])[],
    { people, runs, show }: Wanted,
    signal: AbortSignal,
): Promise<Taken[]> {
    return SideBySide.with(people, signal, async side => {
        const taken: Taken[] = [];
        for (const [part, step] of steps) {
            const usages = new Map(side.contenders.map(({ name }) => [name, [] as Usage[]]));
            for (let run = 1; run <= runs; run++) {
                await step.prepare?.(side);
                for (const contender of side.contenders) {
                    progress(`${step.what}, ${people} people, run ${run} of ${runs}: ${contender.name} …`);
                    usages.get(contender.name)?.push(await step.take(side, contender));
                }
                step.restore?.(side);
            }
            taken.push(...show.map(kind => ({ part, kind, measure: asMeasure(step, people, kind, usages) })));
        }
        return taken;
    });
}

function asMeasure(step: BenchStep, people: number, kind: keyof Usage, usages: ReadonlyMap<string, Usage[]>): Measure {
    return {
        what: `${step.what}, ${people} people: ${{ seconds: "time", cpu: "CPU time", memory: "memory" }[kind]}`,
        people,
        unit: kind === "memory" ? "MiB" : "s",
        values: Object.fromEntries([...usages].map(([name, runs]) => [name, runs.map(usage => usage[kind])])),
        aims: aimsOf(step, people)[kind],
        most: step.most?.(kind, people),
    };
}

function aimsOf({ aims }: BenchStep, people: number): Partial<Record<keyof Usage, Measure["aims"]>> {
    return people < aims.from ? {} : { seconds: aims.time, memory: aims.memory };
}
