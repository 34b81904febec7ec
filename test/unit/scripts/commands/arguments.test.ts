/** Every command is declared: what it takes, what it refuses and in which words, and its help. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import backup from "../../../../scripts/commands/backup";
import comment from "../../../../scripts/commands/gitops/comment";
import sync from "../../../../scripts/commands/gitops/sync";
import doctor from "../../../../scripts/commands/doctor";
import drain from "../../../../scripts/commands/drain";
import kick from "../../../../scripts/commands/kick";
import logs from "../../../../scripts/commands/logs";
import newStack from "../../../../scripts/commands/new";
import preview from "../../../../scripts/commands/preview";
import pulumi from "../../../../scripts/commands/pulumi";
import purge from "../../../../scripts/commands/purge";
import reset from "../../../../scripts/commands/reset";
import restore from "../../../../scripts/commands/restore";
import status from "../../../../scripts/commands/status";
import up from "../../../../scripts/commands/up";
import users from "../../../../scripts/commands/users";
import { dockerOptions, type LogOptions } from "../../../../scripts/stack/logs";
import { stackAndRest } from "../../../../scripts/terminal/command";
import { helpOf, run } from "../../../../scripts/terminal/declare";
import { argumentsOf } from "../../../support/arguments";

const ROOT = path.join(__dirname, "../../../..");
const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
};
const files = fs
    .readdirSync(path.join(ROOT, "scripts/commands"), { recursive: true, encoding: "utf8" })
    .filter(file => file.endsWith(".ts"))
    .map(file => file.replace(/\.ts$/, ""));

/** Of those that `npm run` knows by the file's own name. */
const named = files.filter(file => scripts[path.basename(file)]?.endsWith(` ${file}`));

it("each file is a command of package.json", () => {
    expect(named.length).toBeGreaterThan(15);
    const run = Object.values(scripts).flatMap(script => /run\.mjs ([\w/]+)/.exec(script)?.[1] ?? []);
    expect([...new Set(run)].sort()).toEqual([...files].sort());
});

it.each(named)("the help of %s says how it is called, and fits a terminal", async file => {
    const { default: command } = (await import(`../../../../scripts/commands/${file}`)) as {
        default: CommandUnknownOpts;
    };
    const name = path.basename(file);
    const help = helpOf(command);
    expect(help).toMatch(new RegExp(`^Usage: npm (run (--silent )?)?${name}\\b.*\\n\\n[A-Z]`));
    expect(help).toContain("-h, --help");
    expect(Math.max(...help.split("\n").map(line => line.length))).toBeLessThanOrEqual(105);
});

it("the help of kick says how one server is named, and that a person means all of theirs", () => {
    const help = helpOf(kick).replace(/\s+/g, " ");
    expect(help).toContain("A name alone means all of this person's servers, ada/work the one that is called work.");
    expect(help).toContain("whose servers: ada for all of hers, ada/work for one of them");
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
        ["kick", kick, ["course", "ada/work", "grace"], ["course", ["ada/work", "grace"]], {}],
        ["drain", drain, ["course", "--message=a = b", "--in=1h"], ["course"], { message: "a = b", in: 3600 }],
        ["drain", drain, ["course", "--end"], ["course"], { end: true }],
        ["reset", reset, ["-y", "course", "ada"], ["course", "ada"], { yes: true }],
        ["purge", purge, ["course", "--person", "ada", "--yes"], ["course"], { person: "ada", yes: true }],
        ["purge", purge, ["--dry-run"], ["dev"], { dryRun: true }],
        ["sync", sync, ["lab", "course", "--wait=5m"], [["lab", "course"]], { pull: true, wait: 300 }],
        ["sync", sync, ["lab", "--install", "--every", "1s"], [["lab"]], { pull: true, install: true, every: 60 }],
        ["sync", sync, ["--uninstall"], [[]], { pull: true, uninstall: true }],
        ["comment", comment, ["lab", "--pull", "7", "--commit", "a1"], [["lab"]], { pull: 7, commit: "a1" }],
        ["doctor", doctor, [], [undefined], {}],
        ["doctor", doctor, ["course", "--json"], ["course"], { json: true }],
        ["new", newStack, ["course", "-y"], ["course"], { yes: true }],
        [
            "new",
            newStack,
            ["lab", "--login", "github", "--homes=host", "--domain", "Hub.example.org", "--people", "ada,bob:1:2"],
            ["lab"],
            {
                login: "github",
                homes: "host",
                domain: "hub.example.org",
                people: [{ name: "ada" }, { name: "bob", uid: 1, gid: 2 }],
            },
        ],
        ["users", users, ["course", "add", "a", "b"], ["course", "add", ["a", "b"]], { notes: true }],
        [
            "users",
            users,
            ["course", "import", "f", "--name", "2", "--group=x", "--sync", "--no-notes", "-y"],
            ["course", "import", ["f"]],
            { name: "2", group: "x", sync: true, notes: false, yes: true },
        ],
        ["status", status, ["--json", "course"], ["course"], { json: true }],
        ["status", status, ["course", "--watch"], ["course"], { watch: true }],
        ["status", status, ["--watch", "course", "--every", "2m"], ["course"], { watch: true, every: 120 }],
        ["status", status, ["--every=0s", "course"], ["course"], { every: 1 }],
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
        ["sync", sync, ["lab", "--wait", "soon"], "--wait soon is not a duration; write it like 30s, 5m or 1h."],
        ["comment", comment, ["lab", "--pull", "0"], "--pull 0 is not the number of a pull request."],
        [
            "comment",
            comment,
            ["lab"],
            "required option '--pull <NUMBER>' not specified; see: npm run comment -- --help",
        ],
        ["preview", preview, ["lab", "--at"], "--at needs a commit or a branch."],
        ["drain", drain, [], "drain needs a stack: npm run drain -- STACK"],
        ["drain", drain, ["course", "--in"], "--in needs a duration, such as 5m."],
        ["drain", drain, ["course", "--in", "soon"], "--in soon is not a duration; write it like 30s, 5m or 1h."],
        ["drain", drain, ["course", "--message", " "], "--message needs what people are to read."],
        [
            "logs",
            logs,
            ["hub"],
            "logs needs a stack, and whose: npm run logs -- STACK NAME, or hub, proxy, gate, guard or https in " +
                "place of the name",
        ],
        ["logs", logs, ["dev", "hub", "ada"], "logs does not know ada; see: npm run logs -- --help"],
        [
            "logs",
            logs,
            ["dev", "hub", "--details"],
            "logs does not know --details (did you mean --tail?); see: npm run logs -- --help",
        ],
        ["logs", logs, ["dev", "hub", "--tail"], "--tail needs a value; see: npm run logs -- --help"],
        ["new", newStack, [], "new needs a name: npm run new -- NAME"],
        ["new", newStack, ["x", "--login", "gitlab"], "Allowed choices are password, github, oidc, lti, ldap, native"],
        ["new", newStack, ["x", "--domain", "localhost"], "--domain needs a name such as hub.example.org"],
        ["doctor", doctor, ["dev", "more"], "doctor does not know more; see: npm run doctor -- --help"],
        ["reset", reset, ["course"], "reset needs a stack and a person's name: npm run reset -- STACK NAME"],
        ["purge", purge, ["course", "--person"], "--person needs a name: npm run purge -- STACK --person NAME"],
        ["purge", purge, ["course", "--force"], "purge does not know --force; see: npm run purge -- --help"],
        ["status", status, ["dev", "more"], "status does not know more; see: npm run status -- --help"],
        ["status", status, ["--every", "soon"], "--every soon is not a duration; write it like 30s, 5m or 1h."],
        ["status", status, ["--watch", "--explain", "ada"], "'--watch' cannot be used with option '--explain <NAME>'"],
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

it("a reader that has seen enough is no error: npm run status | head", async () => {
    const child = spawn(process.execPath, [path.join(ROOT, "scripts/run.mjs"), "status", "--help"]);
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
    const [code] = (await once(child, "close")) as [number];
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
