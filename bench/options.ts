/** Arguments of `npm run bench`. Pure. */
import { UserError } from "../components/errors";

export interface Options {
    runs: number;
    people: number[];
    /** How many start a server at once. */
    atOnce: number[];
    /** What earlier runs found is forgotten. */
    fresh: boolean;
    parts: string[];
    /** Few people, each once, and nothing is kept. */
    quick: boolean;
}

const DEFAULTS = { runs: 5, people: [10, 50, 200, 500], atOnce: [20, 50] };

/** What takes five minutes together. */
const QUICK = {
    runs: 1,
    people: [10],
    atOnce: [5],
    parts: ["again", "plan", "add", "deploy", "memory", "start", "many", "throughput"],
};

/** As they are typed. */
export interface Typed {
    runs?: string;
    people?: string;
    atOnce?: string;
    fresh?: true;
    quick?: true;
}

/**
 * @param named parts; without any, all run
 * @throws UserError for what it does not know
 */
export function readOptions(named: readonly string[], typed: Typed, known: readonly string[]): Options {
    const unknown = named.filter(part => !known.includes(part));
    if (unknown.length > 0) {
        throw new UserError(`There is no part ${unknown.join(", ")} of the benchmark; there are ${known.join(", ")}.`);
    }
    const parts = known.filter(part => named.includes(part)); // In their own order, each once.
    const quick = typed.quick === true;
    const usual = quick ? QUICK : { ...DEFAULTS, parts: [...known] };
    return {
        runs: typed.runs === undefined ? usual.runs : numbers("--runs", typed.runs, 1)[0],
        people: typed.people === undefined ? usual.people : numbers("--people", typed.people),
        atOnce: typed.atOnce === undefined ? usual.atOnce : numbers("--at-once", typed.atOnce),
        fresh: typed.fresh === true,
        parts: parts.length > 0 ? parts : usual.parts,
        quick,
    };
}

function numbers(option: string, text: string, most = Infinity): number[] {
    const parts = text.split(",");
    if (parts.length > most || !parts.every(part => /^[1-9]\d{0,3}$/.test(part))) {
        throw new UserError(
            `${option} takes ` +
                `${most === 1 ? "a number, such as 5" : "numbers of people with commas between, such as 10,50"}; ` +
                `it was given "${text}".`,
        );
    }
    return parts.map(Number);
}
