/** Arguments of `npm run bench`. Pure. */
import { UserError } from "../components/errors/userError";

export interface Options {
    runs: number;
    people: number[];
    /** How many start a server at once. */
    atOnce: number[];
    /** What earlier runs found is forgotten. */
    fresh: boolean;
    parts: string[];
}

const DEFAULTS = { runs: 5, people: [10, 50, 200, 500], atOnce: [20, 50] };

/** @param known all parts; without any named, all run. @throws UserError for what it does not know */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
    const options: Options = { ...DEFAULTS, fresh: false, parts: [] };
    const left = [...args];
    const unknown: string[] = [];
    for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
        if (arg === "--runs") {
            options.runs = numbers(arg, left.shift(), 1)[0];
        } else if (arg === "--people") {
            options.people = numbers(arg, left.shift());
        } else if (arg === "--at-once") {
            options.atOnce = numbers(arg, left.shift());
        } else if (arg === "--fresh") {
            options.fresh = true;
        } else if (known.includes(arg)) {
            options.parts.push(arg);
        } else {
            unknown.push(arg);
        }
    }
    if (unknown.length > 0) {
        throw new UserError(`There is no part ${unknown.join(", ")} of the benchmark; there are ${known.join(", ")}.`);
    }
    const parts = known.filter(part => options.parts.includes(part)); // In their own order, each once.
    return { ...options, parts: parts.length > 0 ? parts : [...known] };
}

function numbers(option: string, text = "", most = Infinity): number[] {
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
