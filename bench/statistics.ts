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
    const middle = Math.floor(sorted.length / 2);
    const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return { median, lowest: sorted[0], highest: sorted[sorted.length - 1], runs: sorted.length };
}
