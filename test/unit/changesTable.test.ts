/** docs/changes.md: each row of the table of changes is a test. */
import * as fs from "node:fs";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..", "..");
const [, table] = /^## What each change means\n[^]*?^\| case \|.*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(fs.readFileSync(path.join(ROOT, "docs/changes.md"), "utf8")) as RegExpExecArray;
const rows = table.trimEnd().split("\n").map(row => row.split("|").slice(1, -1).map(cell => cell.trim()));

it("has a row for every case", () => {
    expect(rows.length).toBeGreaterThan(20);
    rows.forEach(row => expect(row).toHaveLength(5));
});

it.each(rows.map(row => [row[0], row[4]]))("%s", (_, shownBy) => {
    const tests = [...shownBy.matchAll(/(\w+): \*([^*]+)\*/g)];
    expect(tests.length).toBeGreaterThan(0);
    for (const [, file, title] of tests) {
        expect(fs.readFileSync(path.join(ROOT, "test/deploy", `${file}.test.ts`), "utf8")).toContain(`("${title}`);
    }
});
