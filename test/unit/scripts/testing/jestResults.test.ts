import { countOfFiles, jestResults } from "../../../../scripts/testing/jestResults";

const file = (status: string, ...tests: string[]) => ({
    name: "/a.test.ts",
    status,
    assertionResults: tests.map(test => ({ status: test })),
});

it("counts tests over files", () => {
    const files = [file("passed", "passed", "passed"), file("failed", "passed", "failed")];
    expect(countOfFiles(files)).toEqual({ passed: 3, failed: 1 });
});

it.each(["pending", "todo", "skipped"])("what is %s has not passed", status => {
    expect(countOfFiles([file("passed", "passed", status)])).toEqual({ passed: 1, failed: 1 });
});

it("a file that could not be loaded, or that failed outside its tests, has failed once", () => {
    expect(countOfFiles([file("failed")])).toEqual({ passed: 0, failed: 1 });
    expect(countOfFiles([file("failed", "passed")])).toEqual({ passed: 1, failed: 1 });
});

it("nothing is nothing", () => {
    expect(countOfFiles([])).toEqual({ passed: 0, failed: 0 });
});

it("reads what jest writes", () => {
    const written = JSON.stringify({ numPassedTests: 1, testResults: [file("passed", "passed")] });
    expect(countOfFiles(jestResults(written))).toEqual({ passed: 1, failed: 0 });
});
