/** The benchmark's arguments and how it watches for answers. */
import { PARTS } from "../../../bench/bench";
import { readOptions, type Typed } from "../../../bench/options";
import { outage, Watch } from "../../../bench/outage";
import command from "../../../scripts/commands/development/bench";
import { helpOf } from "../../../scripts/terminal/declare";
import { argumentsOf } from "../../support/arguments";

it("all parts are in the help", () => {
    const [, parts] = helpOf(command).split("Parts, all unless some are named:");
    expect([...parts.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, part]) => part)).toEqual(PARTS);
});

describe("arguments", () => {
    const known = ["plan", "add", "start"];
    const read = async (args: readonly string[]) => {
        const { words, options } = await argumentsOf(command, args);
        return readOptions(words, options as Typed, known);
    };

    it("have defaults, and keep the parts' own order", async () => {
        expect(await read([])).toEqual({
            runs: 5,
            people: [10, 50, 200, 500],
            atOnce: [20, 50],
            fresh: false,
            parts: known,
            quick: false,
        });
        expect(
            await read(["start", "--runs", "3", "--fresh", "plan", "--people", "2,20", "plan", "--at-once", "3"]),
        ).toEqual({ runs: 3, people: [2, 20], atOnce: [3], fresh: true, parts: ["plan", "start"], quick: false });
        const { parts: short, ...others } = await read(["--quick", "--people", "20"]);
        expect(others).toEqual({ runs: 1, people: [20], atOnce: [5], fresh: false, quick: true });
        expect(PARTS).toEqual(expect.arrayContaining(short));
        expect(await read(["--quick", "start"])).toMatchObject({ people: [10], parts: ["start"] });
    });

    it.each([
        [["plann", "fast"], "There is no part plann, fast of the benchmark; there are plan, add, start."],
        [["--fast"], "bench does not know --fast; see: npm run bench -- --help"],
        [["--runs", "0"], '--runs takes a number, such as 5; it was given "0".'],
        [["--runs", "3,4"], '--runs takes a number, such as 5; it was given "3,4".'],
        [["--people"], "--people needs numbers of people with commas between, such as 10,50."],
    ])("%j is refused", (args, message) => expect(read(args)).rejects.toThrow(message));
});

it("time without an answer is from the first question without one to the next that has one", () => {
    const probes = (...answers: [number, boolean][]) => answers.map(([asked, answered]) => ({ asked, answered }));
    expect(outage(probes([0, true], [1, true]))).toBe(0);
    expect(outage(probes([0, true], [1, false], [2, false], [4, true], [5, false], [7, true]))).toBe(5);
});

it("a watch goes on until answers come one after the other", async () => {
    let asked = 0;
    const watch = new Watch(() => (++asked <= 3 ? Promise.reject(new Error("away")) : Promise.resolve()));
    expect(await watch.end()).toBeGreaterThan(0);
    expect(asked).toBeGreaterThanOrEqual(8);
    expect(await new Watch(() => Promise.resolve()).end()).toBe(0);
    await expect(new Watch(() => Promise.reject(new Error("away"))).end(0)).rejects.toThrow(
        "no answer came back within 0 s",
    );
});
