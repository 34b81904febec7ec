/** Which GPUs somebody gets. Pure. */

/** Wanted: so many of those that nobody names, or these. */
export type GpuWish = number | string[];

/**
 * Hands out GPUs, each to one person: who names ids has those, who wants a number gets the lowest that are left.
 * Somebody keeps what they had before as long as it fits, so that nobody's container changes because another left.
 *
 * @param wishes person → wish, in the order of the list
 * @param before person → ids that the person's container has now
 */
export function allocateGpus(
    wishes: ReadonlyMap<string, GpuWish>,
    before: ReadonlyMap<string, readonly string[]> = new Map(),
): Map<string, string[]> {
    const given = new Map(
        [...wishes].flatMap(([name, wish]) => (typeof wish === "number" ? [] : [[name, wish] as const])),
    );
    const taken = new Set([...given.values()].flat());
    for (const [name, wish] of wishes) {
        const had = before.get(name) ?? [];
        if (typeof wish === "number" && had.length === wish && had.every(id => /^\d+$/.test(id) && !taken.has(id))) {
            given.set(name, [...had]);
            had.forEach(id => taken.add(id));
        }
    }
    for (const [name, wish] of wishes) {
        if (!given.has(name)) {
            const ids: string[] = [];
            for (let id = 0; ids.length < (wish as number); id++) {
                if (!taken.has(String(id))) {
                    ids.push(String(id));
                }
            }
            given.set(name, ids);
            ids.forEach(id => taken.add(id));
        }
    }
    return given;
}
