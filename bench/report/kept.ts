/** What several runs found, kept as one. Pure. */
import type { BenchResult } from "./figures";

/**
 * What earlier runs found, with what a later one found in the place of the same.
 * @param parts all, in their order, which is the results' too; what an unknown one found is left out
 */
export function merge(
    earlier: readonly BenchResult[],
    later: readonly BenchResult[],
    parts: readonly string[],
): BenchResult[] {
    const fresh = new Set(later.map(({ what }) => what));
    const all = [...earlier.filter(({ what, part }) => !fresh.has(what) && parts.includes(part)), ...later];
    return all.sort((a, b) => parts.indexOf(a.part) - parts.indexOf(b.part) || (a.people ?? 0) - (b.people ?? 0));
}

/** @param text of bench/results.json; empty where there is none. @throws Error when it is something else */
export function readResults(text: string): BenchResult[] {
    if (text === "") {
        return [];
    }
    const { results } = JSON.parse(text) as { results?: BenchResult[] };
    if (!Array.isArray(results)) {
        throw new Error("it has no results");
    }
    return results;
}

/** bench/results.json: a line for each. */
export function writtenResults(results: readonly BenchResult[]): string {
    return `{"results": [\n${results.map(result => JSON.stringify(result)).join(",\n")}\n]}\n`;
}
