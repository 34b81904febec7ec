/** What a part of the benchmark finds out, and the table and JSON of it. Pure. */
import { summary, type Summary } from "./statistics";

/** The contender that all others stand beside. */
export const OURS = "this project";

/** One thing that was measured, of each contender. */
export interface Measure {
    /** In the words of the table, as in "plan with nothing to do, 50 people: time". */
    what: string;
    /** Empty for a plain count. */
    unit: "s" | "MiB" | "ms" | "";
    /** Contender → what each run took. */
    values: Readonly<Record<string, readonly number[]>>;
    /**
     * Contender → the most that this project's median may be, as a multiple of that contender's.
     * @default it is only reported
     */
    aims?: Readonly<Record<string, number>>;
}

/** Where and how the figures came to be. */
export interface Circumstances {
    command: string;
    date: string;
    commit: string;
    machine: string;
    /** Load averages of the machine before and after: beside other work a time says little. */
    load: readonly [number, number];
}

interface Row {
    what: string;
    ours: Summary;
    beside?: { name: string; summary: Summary; ratio: number; aim?: number };
    unit: Measure["unit"];
}

/** A row for each contender beside this project, or one when there is none. */
export function rows(measures: readonly Measure[]): Row[] {
    return measures.flatMap(({ what, unit, values, aims }) => {
        const ours = summary(values[OURS]);
        const others = Object.keys(values).filter(name => name !== OURS);
        const beside = others.map(name => {
            const other = summary(values[name]);
            return { what, unit, ours, beside: { name, summary: other, ratio: ours.median / other.median, aim: aims?.[name] } };
        });
        return beside.length > 0 ? beside : [{ what, unit, ours }];
    });
}

/** The table in Markdown: medians, with the lowest and the highest of the runs. */
export function markdown(measures: readonly Measure[]): string {
    const cells = rows(measures).map(({ what, unit, ours, beside }) => [
        what,
        text(ours, unit),
        ...(beside === undefined ? ["", "", "", ""] : [beside.name, text(beside.summary, unit), Number.isFinite(beside.ratio) ? beside.ratio.toFixed(2) : "", aim(beside)]),
    ]);
    const head = ["measure", OURS, "beside", "", "ratio", "to reach"];
    return [head, head.map(() => "---"), ...cells].map(row => `| ${row.join(" | ")} |`).join("\n");
}

function text({ median, lowest, highest }: Summary, unit: Measure["unit"]): string {
    const number = (value: number) => value.toFixed(unit === "s" ? 2 : value < 10 && unit !== "" ? 1 : 0);
    return `${`${number(median)} ${unit}`.trim()} (${number(lowest)} – ${number(highest)})`;
}

function aim({ ratio, aim }: { ratio: number; aim?: number }): string {
    return aim === undefined ? "" : `≤ ${aim} ${ratio <= aim ? "✓" : "✗"}`;
}

/** bench/RESULTS.md. */
export function report(measures: readonly Measure[], { command, date, commit, machine, load }: Circumstances): string {
    return [
        "# Side by side",
        "",
        `Written by \`${command}\` on ${date}, at commit ${commit}.`,
        `${machine}. Load average before ${load[0].toFixed(1)}, after ${load[1].toFixed(1)}.`,
        "Medians of all runs, with the lowest and the highest in brackets. What the contenders are: [README.md](README.md).",
        "",
        markdown(measures),
        "",
    ].join("\n");
}
