/** Problems as people meet them when they read their file. Pure. */
import type { Problem } from "../messages";

/**
 * Each problem once. Those of one key stay together, in the file's order; those without a path come first.
 * @param raw the config as it is written
 */
export function inFileOrder(problems: readonly Problem[], raw: Readonly<Record<string, unknown>>): Problem[] {
    const keys = new Map(Object.keys(raw).map((key, i) => [key, i]));
    const unique = new Map(problems.map(problem => [`${problem.path}\n${problem.message}`, problem]));
    return [...unique.values()]
        .map(problem => ({ problem, ...placeOf(problem, keys) }))
        .sort((a, b) => a.key - b.key || a.item - b.item)
        .map(({ problem }) => problem);
}

function placeOf({ path }: Problem, keys: ReadonlyMap<string, number>): { key: number; item: number } {
    if (path === "") {
        return { key: -1, item: 0 };
    }
    const [, key = "", item = "-1"] = /^([\w-]*)(?:\[(\d+)\])?/.exec(path) ?? [];
    return { key: keys.get(key) ?? keys.size, item: Number(item) };
}
