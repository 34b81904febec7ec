/** Since when changes wait, as a label of the roster keeps it. Pure. */

/** Person → since when a change waits, in seconds since 1970. */
export type Deferrals = ReadonlyMap<string, number>;

/** As a label's text. Sorted, so that nothing differs twice. */
export function deferralsText(deferrals: Deferrals): string {
    return JSON.stringify(Object.fromEntries([...deferrals].sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Of a label's text; one that cannot be read means that everybody begins to wait now. */
export function deferralsFrom(text: string): Deferrals {
    try {
        const found: unknown = JSON.parse(text);
        return new Map(
            Object.entries(found as object).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
        );
    } catch {
        return new Map();
    }
}
