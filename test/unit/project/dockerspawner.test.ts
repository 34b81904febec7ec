/**
 * docs/dockerspawner.md has each trait of both spawners. The list is what `class_own_traits(config=True)` says of the
 * published package.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { CHECKOUT } from "../../support/checkout";

const traits = JSON.parse(
    fs.readFileSync(path.join(CHECKOUT, "test/unit/fixtures/dockerspawner-traits.json"), "utf8"),
) as Record<string, string[]>;
const page = fs.readFileSync(path.join(CHECKOUT, "docs", "dockerspawner.md"), "utf8");

/** Names in the first column of a section's tables, and before its tables. */
function named(title: string): Set<string> {
    const section = page.split(/^## /m).find(part => part.startsWith(title)) as string;
    const first = section.split("\n").map(line => line.split("|")[1] ?? "");
    return new Set(first.flatMap(cell => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name)));
}

it.each(Object.entries(traits))("%s", (spawner, names) => {
    const found = named(spawner.split(" ")[0]);
    expect(names.filter(name => !found.has(name))).toEqual([]);
});
