/**
 * The config, fuzzed: some hundred stack files here, 10,000 by `npm run test:fuzz`. FUZZ_SEED and FUZZ_RUNS choose
 * others; a failure names its seed and its file, made smaller as far as it still fails.
 */
import fc from "fast-check";
import { bases, right } from "../../../support/fuzz/bases";
import { judge, judgeFile } from "../../../support/fuzz/judge";
import { endless, stackTexts } from "../../../support/fuzz/mutate";
import { runs } from "../../../support/fuzz/runs";

const seed = Number(process.env.FUZZ_SEED ?? 1);
const long = process.env.FUZZ_RUNS !== undefined;
const numRuns = runs(80);

jest.setTimeout(20 * 60_000 + numRuns * 1000);

it("what mutations begin from is right, or refused", () => {
    expect(right.map(judge).filter(outcome => "refused" in outcome)).toEqual([]);
    expect(
        bases
            .slice(right.length)
            .map(judge)
            .filter(outcome => "settings" in outcome),
    ).toEqual([]);
});

// Where reading took time by the square of a text's length, this would not come to an end.
const units = ["-----BEGIN CERTIFICATE-----\n", "a-", ...(long ? ["a", "-", ":", "@", "/", ".", " ", "{a}", "9"] : [])];
it.each(units)("an endless text of %j is refused, or taken, wherever it stands", unit => {
    // In the short form each place has one of the texts.
    const turn = (_: unknown, i: number) => long || i % units.length === units.indexOf(unit);
    const files = endless(unit, long ? 500_000 : 10_000).filter(turn);
    files.forEach(content => judgeFile({ hasSalt: true, config: {}, ...content }));
    expect(files.length).toBeGreaterThan(50);
});

it(`any stack file is refused clearly or gives a plan without a way in (${numRuns} files, seed ${seed})`, () => {
    const count = { refused: 0, settings: 0 };
    fc.assert(
        fc.property(stackTexts, text => {
            count["refused" in judge(text) ? "refused" : "settings"]++;
        }),
        { seed, numRuns },
    );
    // Neither all refused nor all let through: both halves of the judgement were at work.
    expect(Math.min(count.refused, count.settings)).toBeGreaterThan(numRuns / 20);
    if (long) {
        process.stderr.write(
            `fuzz: ${numRuns} stack files, seed ${seed}: ${count.refused} refused, ${count.settings} valid\n`,
        );
    }
});
