/** No test passes because something is missing: it fails, and says what to install. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { isNewEnough, requireGo } from "../../../scripts/pulumi/engine/go";

const ROOT = path.resolve(__dirname, "../../..");

/** Ways of jest, pytest and Go to leave a test out, and of a test to end early with a remark. */
const LEFT_OUT =
    /\b(it|test|describe)\.(skip|todo|only|failing)\b|\b[xf](it|test|describe)\(|\bconsole\.warn\(|\bpytest\.(skip|importorskip|xfail|mark\.(skip|xfail))|unittest\.skip|\bt\.Skip|testing\.Short\(\)/;

it("no test leaves itself or others out", () => {
    const listed = execFileSync(
        "git",
        ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "test", "engine"],
        { cwd: ROOT, encoding: "utf8" },
    );
    const tests = listed
        .split("\0")
        .filter(file => /^test\/.*\.(ts|py)$|_test\.go$/.test(file) && file !== path.relative(ROOT, __filename));
    expect(tests.filter(file => file.endsWith(".py")).length).toBeGreaterThan(10);
    const found = tests.flatMap(file =>
        fs
            .readFileSync(path.join(ROOT, file), "utf8")
            .split("\n")
            .flatMap((line, i) => (LEFT_OUT.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
});

it.each([
    "it.skip(",
    "describe.only(",
    "xit(",
    "test.todo(",
    'return console.warn("no Go")',
    "@pytest.mark.skipif(",
    'pytest.importorskip("ldap3")',
    "t.Skipf(",
    "if testing.Short() {",
])("and %s would be seen", line => {
    expect(LEFT_OUT.test(line)).toBe(true);
});

describe("Go, which some tests need,", () => {
    it.each([
        ["  Candidate: 2:1.19~1", false],
        ["  Candidate: 2:1.24~2", true],
        ["golang-go:\n  Installed: (none)\n  Candidate: 2:1.21~2\n", true],
        ["  Candidate: 3:2.0", true],
        ["  Candidate: (none)", false],
        ["", false],
    ])("is Debian's where that is new enough: %j", (policy, expected) => {
        expect(isNewEnough(policy)).toBe(expected);
    });

    it("is asked for in words where it is missing", () => {
        expect(() => requireGo("This test", { PATH: "/nonexistent" })).toThrow(
            "This test needs Go 1.21 or newer, and there is no Go on this machine. Install it " +
                "(https://go.dev/dl) and run the test again.",
        );
    });
});
