/** What the README shows exists, and its configs are accepted. */
import * as fs from "node:fs";
import * as path from "node:path";
import { readSettings } from "../../../components/config/settings";
import tests from "../../../scripts/commands/development/test";
import { parseAsPulumi } from "../../../scripts/files/pulumiYaml";
import { helpOf } from "../../../scripts/terminal/declare";
import { checkout } from "../../support/checkout";

const ROOT = path.join(__dirname, "../../..");
const README = fs.readFileSync(path.join(ROOT, "README.md"), "utf8");
const scripts = (
    JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> }
).scripts;

function read(yaml: string): ReturnType<typeof readSettings> {
    const config = parseAsPulumi(yaml).toJS() as Record<string, unknown>;
    return readSettings(
        "dev",
        { "jupyterhub:rootSecret": "x".repeat(64), ...config },
        new Set(["jupyterhub:rootSecret"]),
    );
}

it("commands are scripts of package.json, each with a file", () => {
    const commands = [...README.matchAll(/npm (?:run (?:--silent )?)?([a-z]+)/g)].map(([, name]) => name);
    expect(commands.length).toBeGreaterThan(10);
    for (const name of commands) {
        expect(scripts).toHaveProperty(name);
        const [, file] = /run\.mjs ([\w/]+)/.exec(scripts[name]) as RegExpExecArray;
        expect(fs.existsSync(path.join(ROOT, "scripts", "commands", `${file}.ts`))).toBe(true);
    }
});

it("parts of the tests are those that there are", () => {
    const help = helpOf(tests);
    const [, named] = /or some: (.*?) \|/.exec(README) as RegExpExecArray;
    for (const [, part] of named.matchAll(/`(\w+)`/g)) {
        expect(help).toMatch(new RegExp(`^  ${part} `, "m"));
    }
});

it("it has less than 200 lines", () => {
    expect(README.trimEnd().split("\n").length).toBeLessThan(200);
});

it("stack files are accepted", () => {
    const blocks = [...README.matchAll(/```yaml\n([^]*?)```/g)].map(([, block]) => block);
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) {
        expect(read(block.replace(/^config:\n/, "").replace(/^ {2}/gm, "")).people.length).toBeGreaterThan(0);
    }
});

it("the error message is the one that people see", () => {
    const [, shown] = /```\n(The configuration of[^]*?)\n```/.exec(README) as RegExpExecArray;
    expect(() => read("jupyterhub:users: [ada, {name: grace, memroy: 2G}, ada]")).toThrow(shown);
});

it("links and pictures lead somewhere", () => {
    const links = [...README.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) {
        expect(fs.existsSync(path.join(ROOT, link))).toBe(true);
    }
});

it("the people of the dev stack are named", () => {
    const { config } = parseAsPulumi(checkout.stackFile("dev")).toJS() as { config: Record<string, unknown> };
    const people = readSettings(
        "dev",
        { "jupyterhub:rootSecret": "x".repeat(64), ...config },
        new Set(["jupyterhub:rootSecret"]),
    ).people;
    expect(people.map(({ name }) => name)).toEqual(["ada", "grace", "alan"]);
    expect(people.filter(({ admin }) => admin).map(({ name }) => name)).toEqual(["grace"]);
});
