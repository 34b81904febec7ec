/** Each block of README and docs/ is run by a test, or says why none can; each command in them is one that there is. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { argumentsOf } from "../../support/arguments";
import { CHECKOUT } from "../../support/checkout";
import { npmCommand, shown, TRIED } from "../../support/docsCommands";

const { scripts } = JSON.parse(fs.readFileSync(path.join(CHECKOUT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
};

const triedOf = (page: string, begins: string) =>
    Object.entries(TRIED[page] ?? {}).find(([beginning]) => begins.startsWith(beginning))?.[1];

const isCommands = (text: string) =>
    text
        .trimEnd()
        .split("\n")
        .every(line => npmCommand(line) !== undefined);

it("there are many", () => {
    expect(shown.length).toBeGreaterThan(60);
});

it.each(shown.filter(({ text }) => !isCommands(text)))("$page: $begins … is tried, or says why not", one => {
    const tried = triedOf(one.page, one.begins);
    expect(tried).toBeDefined();
    if (tried !== undefined && "in" in tried) {
        expect(fs.readFileSync(path.join(CHECKOUT, tried.in), "utf8")).toContain(tried.by);
    }
});

it("nothing is said of a block that is gone", () => {
    const gone = Object.entries(TRIED).flatMap(([page, blocks]) =>
        Object.keys(blocks).filter(begins => !shown.some(one => one.page === page && one.begins.startsWith(begins))),
    );
    expect(gone).toEqual([]);
});

const lines = shown.flatMap(({ page, text }) => text.split("\n").map(line => ({ page, line })));
const commands = lines.flatMap(({ page, line }) => {
    const command = npmCommand(line);
    return command === undefined ? [] : [{ page, line, command }];
});

it.each(commands)("$page: $line", async ({ command: { name, args } }) => {
    expect(scripts).toHaveProperty([name]);
    const [, file, ...before] = scripts[name].replace(/^node scripts\/run\.mjs/, "run").split(" ");
    const { default: command } = (await import(`../../../scripts/commands/${file}`)) as {
        default: CommandUnknownOpts;
    };
    // Their own parser: whatever the command does not know is refused by it.
    await argumentsOf(command, [...before, ...args]);
});
