/**
 * docs/attacks.md has the attacks that there are, and what docs/security.md says is attacked by one of them or by a
 * test.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { isDeployTest, isHubTest, namedIn, type Named } from "../../support/shownBy";
import { ATTACKERS, type Attacker } from "../../support/attacks/attack";
import { attacksOf } from "../../support/attacks/all";
import { page, tablesOf } from "../../support/attacks/page";

const read = (file: string) => fs.readFileSync(path.join(__dirname, "../../../docs", file), "utf8");
const EVERYBODY = Object.keys(ATTACKERS) as Attacker[];

it("no attacker has two attacks of the same name, and none has a name that a table cannot hold", () => {
    for (const attacker of EVERYBODY) {
        const names = attacksOf(attacker).map(({ name }) => name);
        expect(names.length).toBeGreaterThan(5);
        expect(new Set(names).size).toBe(names.length);
        names.forEach(name => expect(name).not.toMatch(/[|*\n]/));
    }
});

it("docs/attacks.md is what is made from the attacks and what was seen elsewhere", () => {
    const text = read("attacks.md");
    const seen = tablesOf(text);
    expect(page(seen)).toBe(text);
    EVERYBODY.forEach(attacker =>
        Object.values(seen[attacker]).forEach(what => expect(what).not.toMatch(/^$|^not tried|undefined/)),
    );
});

const rows = read("security.md")
    .split("\n")
    .filter(line => line.startsWith("| "))
    .map(line =>
        line
            .split("|")
            .slice(1, -1)
            .map(cell => cell.trim()),
    )
    .filter(([first]) => !/^what (it|they) could do$|^what could happen$/.test(first));

it("docs/security.md has rows of four columns", () => {
    expect(rows.length).toBeGreaterThan(30);
    rows.forEach(cells => expect(cells).toHaveLength(4));
});

it.each(rows.map(([what, , , by]) => [what, by]))("docs/security.md: %s", (_what, by) => {
    const named = namedIn(by);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(one => !isThere(one))).toEqual([]);
});

function isThere(named: Named): boolean {
    if (named.word in ATTACKERS) {
        return attacksOf(named.word as Attacker).some(({ name }) => name === named.title);
    }
    return named.word === "python" ? isHubTest(named) : isDeployTest(named);
}
