/** What jest writes about a run (`--json`): a count of it by files. */
import type { Count } from "./engineTests";

export interface FileResult {
    /** Whole path of the test file. */
    name: string;
    /** `failed` also where the file could not be loaded. */
    status: string;
    assertionResults: readonly { status: string }[];
}

export function jestResults(report: string): readonly FileResult[] {
    return (JSON.parse(report) as { testResults: FileResult[] }).testResults;
}

/** A file that could not be loaded has no tests, and a skipped or forgotten test has not passed: both have failed. */
export function countOfFiles(files: readonly FileResult[]): Count {
    const tests = files.flatMap(({ assertionResults }) => assertionResults);
    const passed = tests.filter(({ status }) => status === "passed").length;
    const broken = files.filter(
        ({ status, assertionResults }) =>
            status === "failed" && !assertionResults.some(test => test.status === "failed"),
    );
    return { passed, failed: tests.length - passed + broken.length };
}
