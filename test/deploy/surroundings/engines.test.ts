/**
 * Other Docker engines than this machine's: tests run in a machine that has it (test/engines). Here a short walk on the
 * newest; `npm run test:engines` names engines and tests (ENGINES, ENGINE_TESTS) and the file that takes its table's
 * rows (ENGINE_ROWS).
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Count, Row } from "../../../scripts/testing/engineTests";
import { chosen } from "../../engines/catalogue";
import { EngineMachine } from "../../engines/engineMachine";

// Whole test files, each with a limit of its own.
jest.setTimeout(3 * 60 * 60_000);

const files = (process.env.ENGINE_TESTS ?? "test/engines/walk.test.ts").split(" ");
const nameOf = (file: string) => path.basename(file, ".test.ts");

describe.each(chosen(process.env.ENGINES))("Docker $name", engine => {
    let machine: EngineMachine;
    const row: Row = { engine: engine.name, tests: {} };

    beforeAll(async () => {
        try {
            machine = await EngineMachine.start(engine);
            Object.assign(row, machine.seen());
        } catch (error) {
            row.problem = (error as Error).message;
            throw error;
        }
    });
    afterAll(() => {
        machine?.remove();
        if (process.env.ENGINE_ROWS !== undefined) {
            fs.appendFileSync(process.env.ENGINE_ROWS, `${JSON.stringify(row)}\n`);
        }
    });

    it.each(files.map(file => [nameOf(file), file]))("%s", async (name, file) => {
        const report = machine.file(`${name}.json`);
        const jest = [
            process.execPath,
            "node_modules/jest/bin/jest.js",
            "--selectProjects",
            path.basename(path.dirname(file)),
            "--runTestsByPath",
            file,
            "--runInBand",
            "--json",
            `--outputFile=${report}`,
        ];
        await machine.run(jest, {
            ENGINES: undefined,
            ENGINE_TESTS: undefined,
            ENGINE_ROWS: undefined,
            JEST_WORKER_ID: undefined,
        });
        const { count, failures } = resultOf(report);
        row.tests[name] = count;
        expect(failures).toBe("");
        expect(count.passed).toBeGreaterThan(0);
    });
});

interface Report {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    numRuntimeErrorTestSuites: number;
    testResults: { message: string }[];
}

/** What a run of jest wrote; nothing passes by being skipped. */
function resultOf(file: string): { count: Count; failures: string } {
    if (!fs.existsSync(file)) {
        return { count: { passed: 0, failed: 1 }, failures: "the tests did not run" };
    }
    const report = JSON.parse(fs.readFileSync(file, "utf8")) as Report;
    const failed =
        report.numFailedTests + report.numRuntimeErrorTestSuites + report.numPendingTests + report.numTodoTests;
    const failures = report.testResults.map(({ message }) => message).join("");
    return {
        count: { passed: report.numPassedTests, failed },
        failures: failed > 0 ? failures || `${failed} not run` : "",
    };
}
