/** Numbers of several runs, as one figure. Pure. */

export interface Summary {
    median: number;
    lowest: number;
    highest: number;
    runs: number;
}

/** @throws Error when there is nothing to sum up */
export function summary(values: readonly number[]): Summary {
    if (values.length === 0) {
        throw new Error("no run was measured");
    }
    const sorted = [...values].sort((a, b) => a - b);
    return {
        median: quantile(sorted, 0.5),
        lowest: sorted[0],
        highest: sorted[sorted.length - 1],
        runs: sorted.length,
    };
}

/** The value that a share of all does not exceed, between two of them where it falls there; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
    const sorted = [...values].sort((a, b) => a - b);
    const place = (sorted.length - 1) * share;
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (above - below) * (place - Math.floor(place));
}
