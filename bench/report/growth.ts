/** What is worked out from measures of several numbers of people. Pure. */
import { OURS, type Measure, type BenchResult } from "./figures";
import { summary } from "./statistics";

/** Times of a step by the number of people: contender → medians. */
export type Series = Map<string, [people: number, seconds: number][]>;

/** @param part a step's, whose times are in `results` */
export function timesOf(part: string, results: readonly BenchResult[]): Series {
    const series: Series = new Map();
    for (const { people, values } of results.filter(result => result.part === part && result.what.endsWith(": time"))) {
        for (const [name, runs] of Object.entries(values)) {
            series.set(name, [...(series.get(name) ?? []), [people as number, summary(runs).median]]);
        }
    }
    return series;
}

/** How plan and deploy grow, as far as there are figures for it. */
export function growth(results: readonly BenchResult[]): BenchResult[] {
    const plan = timesOf("plan", results);
    const at = (series: Series, name: string, people: number) =>
        series.get(name)?.find(([count]) => count === people)?.[1];
    const ratio = (name: string) => {
        const [few, many] = [at(plan, name, 200), at(plan, name, 500)];
        return few === undefined || many === undefined ? undefined : many / few;
    };
    return [
        ...forEach({ what: "plan: times as long for 500 people as for 200", part: "plan", most: 2.7 }, plan, ratio),
        ...forEach(
            { what: "deploy: exponent of people in its time", part: "deploy", most: 1.3 },
            timesOf("deploy", results),
            (name, points) => exponent(points),
        ),
    ];
}

/** The measure that a figure of each contender makes; none without this project's. */
function forEach(
    { what, part, most }: { what: string; part: string; most: number },
    series: Series,
    figure: (name: string, points: [number, number][]) => number | undefined,
): BenchResult[] {
    const values: Record<string, number[]> = {};
    for (const [name, points] of series) {
        const value = figure(name, points);
        if (value !== undefined) {
            values[name] = [value];
        }
    }
    const unit: Measure["unit"] = "";
    return OURS in values ? [{ what, part, people: Infinity, unit, values, most }] : [];
}

/**
 * The power of the number of people that time grows with, by least squares of the logarithms; undefined for fewer than
 * two points.
 */
export function exponent(points: readonly (readonly [number, number])[]): number | undefined {
    if (points.length < 2) {
        return undefined;
    }
    const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
    const mean = (i: number) => logs.reduce((sum, log) => sum + log[i], 0) / logs.length;
    const [x, y] = [mean(0), mean(1)];
    const sum = (term: (log: number[]) => number) => logs.reduce((total, log) => total + term(log), 0);
    return sum(log => (log[0] - x) * (log[1] - y)) / sum(log => (log[0] - x) ** 2);
}
