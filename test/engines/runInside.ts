/** A test file run on a machine of a test's own, by a jest of its own, and what came of it. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Count } from "../../scripts/testing/engineTests";

interface Inside {
    file(...names: string[]): string;
    run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
}

/** What tells the tests outside what to run; those inside are not told. */
const OUTSIDE = ["ENGINES", "ENGINE_TESTS", "ENGINE_ROWS", "SWARM_TESTS", "SWARM_NODES", "JEST_WORKER_ID"];

/** @param file path of a test file; its folder is named as its project @param env more variables for it */
export async function runInside(
    machine: Inside,
    file: string,
    env: NodeJS.ProcessEnv = {},
): Promise<{ count: Count; failures: string }> {
    const report = machine.file(`${path.basename(file, ".test.ts")}.json`);
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
    await machine.run(jest, { ...Object.fromEntries(OUTSIDE.map(name => [name, undefined])), ...env });
    return resultOf(report);
}

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
