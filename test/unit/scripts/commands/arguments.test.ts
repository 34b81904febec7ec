/** Every command is declared: what it takes, what it refuses and in which words, and its help. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import backup from "../../../../scripts/commands/backup";
import drain from "../../../../scripts/commands/drain";
import kick from "../../../../scripts/commands/kick";
import logs from "../../../../scripts/commands/logs";
import pulumi from "../../../../scripts/commands/pulumi";
import purge from "../../../../scripts/commands/purge";
import reset from "../../../../scripts/commands/reset";
import restore from "../../../../scripts/commands/restore";
import status from "../../../../scripts/commands/status";
import up from "../../../../scripts/commands/up";
import { dockerOptions, type LogOptions } from "../../../../scripts/stack/logs";
import { stackAndRest } from "../../../../scripts/terminal/command";
import { helpOf, run } from "../../../../scripts/terminal/declare";
import { argumentsOf } from "../../../support/arguments";

const ROOT = path.join(__dirname, "../../../..");
const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
};
const files = fs.readdirSync(path.join(ROOT, "scripts/commands"));

/** Of those that `npm run` knows by the file's own name. */
const named = files.map(file => path.basename(file, ".ts")).filter(name => scripts[name]?.endsWith(` ${name}`));

it("each file is a command of package.json", () => {
    expect(named.length).toBeGreaterThan(15);
    const run = Object.values(scripts).flatMap(script => /run\.mjs (\w+)/.exec(script)?.[1] ?? []);
    expect([...new Set(run)].sort()).toEqual(files.map(file => path.basename(file, ".ts")).sort());
});

it.each(named)("the help of %s says how it is called, and fits a terminal", async name => {
    const { default: command } = (await import(`../../../../scripts/commands/${name}`)) as {
        default: CommandUnknownOpts;
    };
    const help = helpOf(command);
    expect(help).toMatch(new RegExp(`^Usage: npm (run (--silent )?)?${name}\\b.*\\n\\n[A-Z]`));
    expect(help).toContain("-h, --help");
    expect(Math.max(...help.split("\n").map(line => line.length))).toBeLessThanOrEqual(105);
});

describe("what is read", () => {
    it.each<[string, CommandUnknownOpts, string[], unknown[], unknown]>([
        ["backup", backup, [], ["dev"], {}],
        ["backup", backup, ["lab", "--system-homes", "--out", "/x"], ["lab"], { systemHomes: true, out: "/x" }],
        ["backup", backup, ["--out=/x"], ["dev"], { out: "/x" }],
        ["restore", restore, ["f"], ["f"], {}],
        ["restore", restore, ["--as", "trial", "f", "--system-homes"], ["f"], { as: "trial", systemHomes: true }],
        [
            "kick",
            kick,
            ["--in", "90s", "course", "ada", "--message", "a = b", "bob"],
            ["course", ["ada", "bob"]],
            { in: 90, message: "a = b" },
        ],
        ["drain", drain, ["course", "--message=a = b", "--in=1h"], ["course"], { message: "a = b", in: 3600 }],
        ["drain", drain, ["course", "--end"], ["course"], { end: true }],
        ["reset", reset, ["-y", "course", "ada"], ["course", "ada"], { yes: true }],
        ["purge", purge, ["course", "--person", "ada", "--yes"], ["course"], { person: "ada", yes: true }],
        ["purge", purge, ["--dry-run"], ["dev"], { dryRun: true }],
        ["status", status, ["--json", "course"], ["course"], { json: true }],
    ])("%s %#", async (_name, command, args, given, options) => {
        expect(await argumentsOf(command, args)).toEqual({ given, options, words: expect.any(Array) });
    });

    it.each([
        [["dev", "hub"], []],
        [
            ["dev", "--tail", "5", "hub", "-f"],
            ["--tail=5", "--follow"],
        ],
        [
            ["--since=10m", "dev", "hub", "-n", "-1"],
            ["--since=10m", "--tail=-1"],
        ],
    ])("logs: %j is what Docker is told", async (args, told) => {
        const { given, options } = await argumentsOf(logs, args);
        expect([given, dockerOptions(options as LogOptions)]).toEqual([["dev", "hub"], told]);
    });

    it.each([
        [[], "dev", []],
        [["course"], "course", []],
        [["--refresh"], "dev", ["--refresh"]],
        [["--target", "urn"], "dev", ["--target", "urn"]],
        [["course", "--target", "urn", "-d"], "course", ["--target", "urn", "-d"]],
    ])("up: Pulumi's options of %j", async (args, stack, rest) => {
        expect(stackAndRest((await argumentsOf(up, args)).words)).toEqual({ stack, rest });
    });

    it.each([
        [["up", "--help"]],
        [["--stack", "dev", "up", "-h"]],
        [["config", "set", "--", "-1"]],
        [["stack", "output", "--json"]],
    ])("pulumi: %j is passed on as it is", async args => {
        expect((await argumentsOf(pulumi, args)).given).toEqual([args]);
    });
});

describe("what is refused", () => {
    it.each<[string, CommandUnknownOpts, string[], string]>([
        ["backup", backup, ["lab", "--out"], "--out needs a file: npm run backup -- STACK --out FILE"],
        ["backup", backup, ["lab", "--out="], "--out needs a file: npm run backup -- STACK --out FILE"],
        ["backup", backup, ["lab", "more"], "backup does not know more; see: npm run backup -- --help"],
        [
            "restore",
            restore,
            ["f", "--as", "../x"],
            "--as needs a stack's name, of letters, digits, . _ and -: npm run restore",
        ],
        [
            "restore",
            restore,
            ["f", "--as"],
            "--as needs a stack's name, of letters, digits, . _ and -: npm run restore",
        ],
        ["restore", restore, [], "restore needs the file of a backup: npm run restore -- FILE"],
        ["restore", restore, ["f", "--force"], "restore does not know --force; see: npm run restore -- --help"],
        ["kick", kick, ["course"], "kick needs a stack and people's names: npm run kick -- STACK NAME…"],
        ["kick", kick, ["course", "ada", "--hard"], "kick does not know --hard; see: npm run kick -- --help"],
        ["drain", drain, [], "drain needs a stack: npm run drain -- STACK"],
        ["drain", drain, ["course", "--in"], "--in needs a duration, such as 5m."],
        ["drain", drain, ["course", "--in", "soon"], "--in soon is no duration; write it like 30s, 5m or 1h."],
        ["drain", drain, ["course", "--message", " "], "--message needs what people are to read."],
        [
            "logs",
            logs,
            ["hub"],
            "logs needs a stack, and whose: npm run logs -- STACK NAME, or hub, proxy, gate in place of the name",
        ],
        ["logs", logs, ["dev", "hub", "ada"], "logs does not know ada; see: npm run logs -- --help"],
        [
            "logs",
            logs,
            ["dev", "hub", "--details"],
            "logs does not know --details (did you mean --tail?); see: npm run logs -- --help",
        ],
        ["logs", logs, ["dev", "hub", "--tail"], "--tail needs a value; see: npm run logs -- --help"],
        ["reset", reset, ["course"], "reset needs a stack and a person's name: npm run reset -- STACK NAME"],
        ["purge", purge, ["course", "--person"], "--person needs a name: npm run purge -- STACK --person NAME"],
        ["purge", purge, ["course", "--force"], "purge does not know --force; see: npm run purge -- --help"],
        ["status", status, ["dev", "more"], "status does not know more; see: npm run status -- --help"],
        [
            "status",
            status,
            ["--jsn"],
            "status does not know --jsn (did you mean --json?); see: npm run status -- --help",
        ],
    ])("%s %#", async (_name, command, args, message) => {
        await expect(run(command, args)).rejects.toThrow(message);
    });
});
