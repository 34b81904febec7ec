/** The roster's label that says since when each change has been waiting. */

/** Person → since when a change waits, in seconds since 1970. */
export type Deferrals = ReadonlyMap<string, number>;

/** The label's text. Sorted, so that the same content is the same text. */
export function deferralsText(deferrals: Deferrals): string {
    return JSON.stringify(Object.fromEntries([...deferrals].sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Reads the label's text. If it cannot be read, all waits begin now. */
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
