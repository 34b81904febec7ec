/** Why a measure misses its aim: bench/reasons.json, a sentence for each. Pure. */
import type { Reason } from "./figures";

/**
 * @param text JSON: measure → sentence. A measure is named in whole, or by its beginning: "add one person" is all of
 *   them. One `*` in it is anything: "plan, * people: memory". The longest that fits is taken
 * @throws Error when it is something else
 */
export function readReasons(text: string): Reason {
    const reasons = JSON.parse(text) as Record<string, unknown>;
    const wrong = Object.entries(reasons).find(
        ([, sentence]) => typeof sentence !== "string" || /[|\n]/.test(sentence),
    );
    if (wrong !== undefined) {
        throw new Error(`bench/reasons.json: "${wrong[0]}" has no sentence that fits into a table`);
    }
    const known = Object.entries(reasons as Record<string, string>).sort(([a], [b]) => b.length - a.length);
    const fits = (what: string, measure: string) => {
        const [start, rest = ""] = measure.split("*");
        return what.startsWith(start) && what.includes(rest, start.length);
    };
    return what => known.find(([measure]) => fits(what, measure))?.[1];
}
