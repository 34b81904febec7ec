/** docs: each row of a table of cases is a test. */
import * as fs from "node:fs";
import * as path from "node:path";
import { isDeployTest, isHubTest, namedIn } from "../../support/shownBy";

const read = (file: string) => fs.readFileSync(path.join(__dirname, "../../../docs", file), "utf8");

const tables = ["changes.md", "faults.md"].flatMap(file =>
    [...read(file).matchAll(/^\| case \|.*\n\|[-|]+\n((?:\|.*\n)+)/gm)].map(([, rows]) => ({
        file,
        rows: rows.trimEnd().split("\n"),
    })),
);
const rows = tables.flatMap(({ file, rows }) =>
    rows.map(row => ({
        file,
        cells: row
            .split("|")
            .slice(1, -1)
            .map(cell => cell.trim()),
    })),
);

it("there are rows, of five columns each", () => {
    expect(rows.length).toBeGreaterThan(40);
    rows.forEach(({ cells }) => expect(cells).toHaveLength(5));
});

it.each(rows.map(({ file, cells }) => [file, cells[0], cells[4]]))("%s: %s", (_file, _case, shownBy) => {
    const tests = namedIn(shownBy);
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter(test => !(test.word === "hub" ? isHubTest : isDeployTest)(test))).toEqual([]);
});

const homes = [...read("faults.md").matchAll(/^\| home \|.*\n\|[-|]+\n((?:\|.*\n)+)/gm)].flatMap(([, rows]) =>
    rows.trimEnd().split("\n"),
);

it.each(homes)("each kind of home too: %s", row => {
    const tests = namedIn(row);
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter(test => !(test.word === "hub" ? isHubTest : isDeployTest)(test))).toEqual([]);
});
