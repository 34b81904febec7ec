/**
 * What a run of tests says: a line for each file that has ended, what failed, and where it is whenever a minute has
 * gone by without a word. Plain JavaScript, because jest loads it untransformed.
 */
const path = require("node:path");

const QUIET = 60_000;

/** Lines of one failure: its beginning says what was expected, its end where. */
const [HEAD, TAIL] = [45, 25];

class Reporter {
    constructor() {
        this.working = new Map();
        this.ended = 0;
        this.lastWord = Date.now();
        this.start = Date.now();
    }

    onRunStart({ numTotalTestSuites }) {
        this.files = numTotalTestSuites;
        this.clock = setInterval(() => this.sayWhere(), 5000);
    }

    onTestFileStart(test) {
        this.working.set(test.path, { test, tests: 0, now: "" });
    }

    onTestCaseStart(test, { title }) {
        Object.assign(this.working.get(test.path) ?? {}, { now: title });
    }

    onTestCaseResult(test, { fullName, status, duration }) {
        const at = this.working.get(test.path);
        if (at !== undefined) {
            at.tests++;
        }
        if (this.files === 1) {
            this.say(`  ${status === "passed" ? "✓" : "✕"} ${fullName} (${seconds(duration ?? 0)})`);
        }
    }

    onTestFileResult(test, result) {
        this.working.delete(test.path);
        this.ended++;
        const failed = result.numFailingTests + (result.testExecError === undefined ? 0 : 1);
        const { end, start } = result.perfStats;
        this.say(
            `${partOf(test)} ${this.ended} of ${this.files}: ${nameOf(test)}: ${result.numPassingTests} passed, ${failed} failed in ${seconds(end - start)}`,
        );
        if (result.failureMessage) {
            result.console?.forEach(({ message }) => this.say(message.trimEnd()));
            this.say(clipped(result.failureMessage));
        }
    }

    onRunComplete() {
        clearInterval(this.clock);
    }

    sayWhere() {
        if (Date.now() - this.lastWord < QUIET || this.working.size === 0) {
            return;
        }
        const [{ test }] = this.working.values();
        const now = [...this.working.values()].map(
            ({ test, tests, now }) => `${nameOf(test)} (${tests} tests${now === "" ? "" : `, now: ${now}`})`,
        );
        this.say(
            `… ${partOf(test)}: ${this.ended} of ${this.files} files in ${seconds(Date.now() - this.start)}, at ${now.join(" and ")}`,
        );
    }

    say(line) {
        this.lastWord = Date.now();
        process.stderr.write(`${line}\n`);
    }
}

const nameOf = test => path.basename(test.path, ".test.ts");
const partOf = test => test.context.config.displayName?.name ?? "";

function seconds(milliseconds) {
    const all = Math.round(milliseconds / 1000);
    return all < 60 ? `${all} s` : `${Math.floor(all / 60)} min ${all % 60} s`;
}

/** Each failure at a length that somebody reads; jest begins each with a dot. */
function clipped(failures) {
    return failures
        .split(/^(?= {2}● )/m)
        .map(failure => {
            const lines = failure.trimEnd().split("\n");
            const more = lines.length - HEAD - TAIL;
            return more <= 1
                ? failure
                : [...lines.slice(0, HEAD), `    … (${more} lines left out)`, ...lines.slice(-TAIL), ""].join("\n");
        })
        .join("");
}

module.exports = Reporter;
module.exports.clipped = clipped;
