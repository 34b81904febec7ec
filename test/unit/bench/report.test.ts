/** What the benchmark says of its figures; that they are right is for whoever runs it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { markdown, report, type Circumstances, type BenchResult } from "../../../bench/report/figures";
import { exponent, growth } from "../../../bench/report/growth";
import { plot, ticks } from "../../../bench/report/plot";
import { readReasons } from "../../../bench/report/why";
import { merge, readResults, writtenResults } from "../../../bench/report/kept";
import { quantile, summary } from "../../../bench/report/statistics";

it("medians are of sorted numbers, with lowest and highest", () => {
    expect(summary([10, 9, 100])).toEqual({ median: 10, lowest: 9, highest: 100, runs: 3 });
    expect(summary([4, 1, 3, 2])).toEqual({ median: 2.5, lowest: 1, highest: 4, runs: 4 });
    expect(() => summary([])).toThrow("no run was measured");
});

it("quantiles lie between values where they fall there", () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([0, 10], 0.95)).toBe(9.5);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
});

const run: Circumstances = {
    command: "npm run bench -- plan",
    date: "2030-01-02",
    commit: "abc1234",
    machine: "2 × CPU",
    load: [0.04, 1.5],
    minutes: 12.34,
};

describe("the table", () => {
    const results: BenchResult[] = [
        {
            what: "plan",
            unit: "s",
            values: { "this project": [2, 1, 3], bare: [2, 2, 1], Compose: [0.1, 0.2, 0.3] },
            aims: { bare: 1.1 },
            part: "plan",
            found: run,
        },
        {
            what: "memory",
            unit: "MiB",
            values: { "this project": [120, 100], bare: [99, 101] },
            aims: { bare: 1.05 },
            part: "memory",
            found: { ...run, date: "2030-01-03" },
        },
        { what: "errors", unit: "", values: { "this project": [0], bare: [0] }, part: "many", found: run },
        { what: "exponent", unit: "", values: { "this project": [1.301], bare: [1] }, most: 1.3, part: "deploy" },
        { what: "alone", unit: "ms", values: { "this project": [1.25] }, most: 5, part: "start", found: run },
    ];
    const reason = (what: string) => (what === "memory" ? "It keeps more." : undefined);

    it("has a row for each beside this project; what misses its aim has its reason", () => {
        expect(markdown(results, reason)).toBe(
            [
                "| measure | this project | beside |  | ratio | to reach | why not | run |",
                "| --- | --- | --- | --- | --- | --- | --- | --- |",
                "| plan | 2.00 s (1.00 – 3.00) | bare | 2.00 s (1.00 – 2.00) | 1.00 | ≤ 1.1 × ✓ |  | 1 |",
                "| plan | 2.00 s (1.00 – 3.00) | Compose | 0.20 s (0.10 – 0.30) | 10.00 |  |  | 1 |",
                "| memory | 110 MiB (100 – 120) | bare | 100 MiB (99 – 101) | 1.10 | ≤ 1.05 × ✗ | It keeps more. | 2 |",
                "| errors | 0 | bare | 0 |  |  |  | 1 |",
                "| exponent | 1.30 | bare | 1 | 1.30 | ≤ 1.3 ✗ | no reason found yet |  |",
                "| alone | 1.3 ms |  |  |  | ≤ 5 ms ✓ |  | 1 |",
            ].join("\n"),
        );
    });

    it("stands in a report that says where and when", () => {
        const text = report(results, reason, ["plan.svg"]);
        expect(text).toContain(markdown(results, reason));
        expect(text).toContain("![](plan.svg)");
        expect(text).toContain(
            "| 1 | 2030-01-02: `npm run bench -- plan` | abc1234 | 12.3 | 0.0, 1.5 | 2 × CPU |\n| 2 | 2030-01-03: ",
        );
    });
});

describe("results", () => {
    const result = (what: string, part: string, seconds: number, people?: number): BenchResult => ({
        what,
        part,
        unit: "s",
        values: { "this project": [seconds] },
        people,
        found: run,
    });
    const parts = ["plan", "start"];

    it("of a later run take the place of the same, and the others stay", () => {
        const earlier = [result("start", "start", 1), result("plan 50", "plan", 1, 50), result("old", "gone", 1)];
        const later = [result("plan 500", "plan", 2, 500), result("plan 50", "plan", 2, 50)];
        expect(merge(earlier, later, parts)).toEqual([later[1], later[0], earlier[0]]);
    });

    it("are read as they were written", () => {
        const results = [result("plan 50", "plan", 1, 50), result("start", "start", 1)];
        expect(readResults(writtenResults(results))).toEqual(results);
        expect(readResults(writtenResults([]))).toEqual([]);
        expect(readResults("")).toEqual([]);
        expect(() => readResults("{}")).toThrow("it has no results");
    });
});

describe("growth", () => {
    const time = (part: string, people: number, seconds: number, bare?: number): BenchResult => ({
        what: `${part}, ${people} people: time`,
        part,
        people,
        unit: "s",
        values: { "this project": [seconds], ...(bare === undefined ? {} : { bare: [bare] }) },
    });

    it("is the power of the number of people", () => {
        expect(exponent([10, 50, 200].map(people => [people, 3 * people ** 1.25]))).toBeCloseTo(1.25);
        expect(exponent([[10, 1]])).toBeUndefined();
    });

    it("is worked out of what was measured", () => {
        const results = [
            time("plan", 10, 1),
            time("plan", 200, 4, 2),
            time("plan", 500, 12, 4),
            time("deploy", 10, 1),
            time("deploy", 100, 100),
        ];
        expect(growth(results)).toEqual([
            expect.objectContaining({
                what: "plan: times as long for 500 people as for 200",
                values: { "this project": [3], bare: [2] },
                most: 2.7,
            }),
            expect.objectContaining({
                what: "deploy: exponent of people in its time",
                values: { "this project": [expect.closeTo(2)] },
                most: 1.3,
            }),
        ]);
    });

    it("of too little is not said", () => {
        expect(growth([time("plan", 10, 1), time("plan", 200, 4), time("deploy", 10, 1)])).toEqual([]);
    });
});

describe("a plot", () => {
    const series = new Map<string, [number, number][]>([
        [
            "this project",
            [
                [10, 1],
                [500, 38],
            ],
        ],
        [
            "bare",
            [
                [10, 0.9],
                [500, 40],
            ],
        ],
    ]);

    it("has all lines from the same 0", () => {
        const svg = plot("Plan", series);
        // 500 people and 40 s are the ends of the axes.
        expect(svg).toContain('d="M76.6 361.6 L696 84"');
        expect(svg).toContain('<text x="64" y="390" text-anchor="middle">0</text>');
        expect(svg).toContain(">40 s</text>");
        expect(svg).toContain(">this project</text>");
    });

    it.each([
        [38, [0, 10, 20, 30, 40]],
        [500, [0, 100, 200, 300, 400, 500]],
        [0.7, [0, 0.2, 0.4, 0.6, 0.8]],
        [11, [0, 2.5, 5, 7.5, 10, 12.5]],
    ])("%d is on an axis of round numbers", (most, expected) => expect(ticks(most)).toEqual(expected));
});

describe("reasons", () => {
    it("are found by a measure's beginning, the longest first", () => {
        const reason = readReasons('{"add": "All.", "add one person, 500": "Many."}');
        expect(reason("add one person, 500 people: time")).toBe("Many.");
        expect(reason("add one person, 10 people: time")).toBe("All.");
        expect(reason("plan")).toBeUndefined();
        const memory = readReasons('{"plan": "All.", "plan, * people: memory": "Kept."}');
        expect(["plan, 10 people: memory", "plan, 10 people: time"].map(memory)).toEqual(["Kept.", "All."]);
    });

    it.each(['{"add": 1}', '{"add": "a | b"}'])("%s is refused", text =>
        expect(() => readReasons(text)).toThrow('bench/reasons.json: "add" has no sentence'),
    );

    it("that are committed can be read", () => {
        expect(() =>
            readReasons(fs.readFileSync(path.join(__dirname, "../../../bench/reasons.json"), "utf8")),
        ).not.toThrow();
    });
});
