/** Which GPUs somebody gets. Pure. */

/** Wanted: so many of those that nobody names, or these. */
export type GpuWish = number | string[];

/**
 * Hands out GPUs, each to one person: who names ids has those, who wants a number gets the lowest that are left.
 * Somebody keeps what they had before as long as it fits, so that nobody's container changes because another left.
 *
 * @param wishes person → wish, in the order of the list
 * @param before person → ids that the person's container has now
 * @param pool ids that numbers are taken from, enough for all; 0, 1, 2 and so on where there is none
 */
export function allocateGpus(
    wishes: ReadonlyMap<string, GpuWish>,
    before: ReadonlyMap<string, readonly string[]> = new Map(),
    pool?: readonly string[],
): Map<string, string[]> {
    const given = new Map(
        [...wishes].flatMap(([name, wish]) => (typeof wish === "number" ? [] : [[name, wish] as const])),
    );
    const taken = new Set([...given.values()].flat());
    for (const [name, wish] of wishes) {
        const had = before.get(name) ?? [];
        const isTheirs = (id: string) => (pool?.includes(id) ?? /^\d+$/.test(id)) && !taken.has(id);
        if (typeof wish === "number" && had.length === wish && had.every(isTheirs)) {
            given.set(name, [...had]);
            had.forEach(id => taken.add(id));
        }
    }
    for (const [name, wish] of wishes) {
        if (!given.has(name)) {
            const ids = lowestOf(pool, taken, wish as number);
            given.set(name, ids);
            ids.forEach(id => taken.add(id));
        }
    }
    return given;
}

function lowestOf(pool: readonly string[] | undefined, taken: ReadonlySet<string>, count: number): string[] {
    // Of so many numbers enough are left.
    const ids = pool ?? Array.from({ length: taken.size + count }, (_, id) => String(id));
    return ids.filter(id => !taken.has(id)).slice(0, count);
}
