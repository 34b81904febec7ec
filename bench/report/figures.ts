/** What a part of the benchmark finds out, and the table of it. Pure. */
import { summary, type Summary } from "./statistics";

/** The contender that all others stand beside. */
export const OURS = "this project";

/** One thing that was measured, of each contender. */
export interface Measure {
    /** In the words of the table, as in "plan after an edit, 50 people: time". No two have the same. */
    what: string;
    /** Empty for a plain count. */
    unit: "s" | "MiB" | "MB" | "ms" | "";
    /** Contender → what each run took. */
    values: Readonly<Record<string, readonly number[]>>;
    /**
     * Contender → the most that this project's median may be, as a multiple of that contender's.
     * @default it is only reported
     */
    aims?: Readonly<Record<string, number>>;
    /**
     * The most that this project's median may be, in its unit.
     * @default it is only reported
     */
    most?: number;
    /** How many people it was measured with, where there are measures of several numbers. */
    people?: number;
}

/** Where and how figures came to be. */
export interface Circumstances {
    command: string;
    date: string;
    commit: string;
    machine: string;
    /** Load averages of the machine before and after: beside other work a time says little. */
    load: readonly [number, number];
    /** How long it took to measure, with all that had to be deployed for it. */
    minutes: number;
}

/** A measure with the part of the benchmark that found it, and how; without them where it is worked out from others. */
export interface BenchResult extends Measure {
    part: string;
    found?: Circumstances;
}

/** What a measure that misses its aim is explained with; undefined where nobody has found out. */
export type Reason = (what: string) => string | undefined;

interface Row {
    measure: BenchResult;
    ours: Summary;
    beside?: { name: string; summary: Summary; ratio: number };
    /** As the table shows it, and whether it is reached. */
    aim?: { text: string; reached: boolean };
}

/** A row for each contender beside this project, or one when there is none. */
function rows(results: readonly BenchResult[]): Row[] {
    return results.flatMap(measure => {
        const ours = summary(measure.values[OURS]);
        const others = Object.keys(measure.values).filter(name => name !== OURS);
        const beside = others.map((name, i) => {
            const other = summary(measure.values[name]);
            const ratio = ours.median / other.median;
            return {
                measure,
                ours,
                beside: { name, summary: other, ratio },
                aim: relative(ratio, measure.aims?.[name]) ?? (i === 0 ? absolute(measure, ours) : undefined),
            };
        });
        return beside.length > 0 ? beside : [{ measure, ours, aim: absolute(measure, ours) }];
    });
}

function relative(ratio: number, aim?: number): Row["aim"] {
    return aim === undefined ? undefined : { text: `≤ ${aim} ×`, reached: ratio <= aim };
}

function absolute({ most, unit }: Measure, { median }: Summary): Row["aim"] {
    return most === undefined ? undefined : { text: `≤ ${most} ${unit}`.trim(), reached: median <= most };
}

/** The table in Markdown: medians, with the lowest and the highest of the runs. */
export function markdown(results: readonly BenchResult[], reason: Reason): string {
    const circumstances = distinct(results);
    const cells = rows(results).map(({ measure: { what, unit, found }, ours, beside, aim }) => [
        what,
        text(ours, unit),
        ...(beside === undefined
            ? ["", "", ""]
            : [beside.name, text(beside.summary, unit), Number.isFinite(beside.ratio) ? beside.ratio.toFixed(2) : ""]),
        aim === undefined ? "" : `${aim.text} ${aim.reached ? "✓" : "✗"}`,
        aim === undefined || aim.reached ? "" : (reason(what) ?? "no reason found yet"),
        found === undefined ? "" : String(circumstances.indexOf(JSON.stringify(found)) + 1),
    ]);
    const head = ["measure", OURS, "beside", "", "ratio", "to reach", "why not", "run"];
    return [head, head.map(() => "---"), ...cells].map(row => `| ${row.join(" | ")} |`).join("\n");
}

/** Runs that something of it was found in, as JSON. */
function distinct(results: readonly BenchResult[]): string[] {
    return [...new Set(results.flatMap(({ found }) => (found === undefined ? [] : JSON.stringify(found))))];
}

function text({ median, lowest, highest, runs }: Summary, unit: Measure["unit"]): string {
    const number = (value: number) =>
        value.toFixed(
            unit === "s" || (unit === "" && !Number.isInteger(median)) ? 2 : value < 10 && unit !== "" ? 1 : 0,
        );
    return `${number(median)} ${unit}`.trim() + (runs === 1 ? "" : ` (${number(lowest)} – ${number(highest)})`);
}

/** bench/RESULTS.md. @param plots files of pictures */
export function report(results: readonly BenchResult[], reason: Reason, plots: readonly string[]): string {
    const runs = distinct(results).map(text => JSON.parse(text) as Circumstances);
    return [
        "# Side by side",
        "",
        "Medians of all runs, with the lowest and the highest in brackets. What the contenders are: " +
            "[README.md](README.md).",
        "",
        markdown(results, reason),
        "",
        ...plots.flatMap(plot => [`![](${plot})`, ""]),
        "| run | | commit | minutes | load average before, after | machine |",
        "| --- | --- | --- | --- | --- | --- |",
        ...runs.map(
            ({ command, date, commit, minutes, load, machine }, i) =>
                `| ${i + 1} | ${date}: \`${command}\` | ${commit} | ${minutes.toFixed(1)} | ` +
                `${load.map(value => value.toFixed(1)).join(", ")} | ${machine} |`,
        ),
        "",
    ].join("\n");
}
