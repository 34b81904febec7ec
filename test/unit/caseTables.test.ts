/** docs: each row of a table of cases is a test. */
import * as fs from "node:fs";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..", "..");
const read = (...file: string[]) => fs.readFileSync(path.join(ROOT, ...file), "utf8");
const HUB_TESTS = path.join("images", "hub", "tests");

const tables = ["changes.md", "faults.md"].flatMap(file => [...read("docs", file).matchAll(/^\| case \|.*\n\|[-|]+\n((?:\|.*\n)+)/gm)].map(([, rows]) => ({ file, rows: rows.trimEnd().split("\n") })));
const rows = tables.flatMap(({ file, rows }) => rows.map(row => ({ file, cells: row.split("|").slice(1, -1).map(cell => cell.trim()) })));

it("there are rows, of five columns each", () => {
    expect(rows.length).toBeGreaterThan(40);
    rows.forEach(({ cells }) => expect(cells).toHaveLength(5));
});

it.each(rows.map(({ file, cells }) => [file, cells[0], cells[4]]))("%s: %s", (_file, _case, shownBy) => {
    const tests = [...shownBy.matchAll(/(\w+): \*([^*]+)\*/g)];
    expect(tests.length).toBeGreaterThan(0);
    // Not `toContain`: it would print the whole file.
    expect(tests.map(([, file, title]) => ({ file, title, there: isTest(file, title) }))).toEqual(tests.map(([, file, title]) => ({ file, title, there: true })));
});

function isTest(file: string, title: string): boolean {
    if (file !== "hub") {
        return read("test", "deploy", `${file}.test.ts`).includes(title);
    }
    const python = fs.readdirSync(path.join(ROOT, HUB_TESTS)).filter(name => /^test_.*\.py$/.test(name));
    return python.some(name => read(HUB_TESTS, name).includes(`def test_${title.replaceAll(" ", "_")}`));
}
