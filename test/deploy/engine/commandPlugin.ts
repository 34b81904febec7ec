/** What the command plugin does. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { requireGo } from "../../../scripts/pulumi/engine/go";
import { CHECKOUT } from "../../support/checkout";
import type { EngineHere } from "./lab";

export function commandPlugin(lab: EngineHere): void {
    describe("the command plugin", () => {
        let project: string;
        let log: string;

        beforeEach(() => {
            project = fs.mkdtempSync(path.join(lab.dir, "project-"));
            log = path.join(project, "log");
            fs.writeFileSync(path.join(project, "Pulumi.yaml"), "name: engine-test\nruntime: nodejs\nmain: index.js\n");
            fs.writeFileSync(path.join(project, "package.json"), "{}");
            fs.symlinkSync(path.join(CHECKOUT, "node_modules"), path.join(project, "node_modules"));
            lab.succeed(["stack", "init", path.basename(project)], project);
        });
        afterEach(() => {
            lab.pulumi(["destroy", "--yes", "--skip-preview"], project);
            lab.pulumi(["stack", "rm", "--yes", "--force"], project);
        });

        const program = (text: string): void =>
            fs.writeFileSync(
                path.join(project, "index.js"),
                `
        const pulumi = require("@pulumi/pulumi");
        const { local } = require("@pulumi/command");
        const LOG = ${JSON.stringify(log)};
        ${text}`,
            );
        const up = (text: string): Record<string, unknown> => {
            program(text);
            lab.succeed(["up", "--yes", "--skip-preview"], project);
            return JSON.parse(lab.succeed(["stack", "output", "--json", "--show-secrets"], project)) as Record<
                string,
                unknown
            >;
        };
        /** What a preview would do with the resource that is called "it", if anything. */
        const planned = (): string | undefined => {
            const plan = JSON.parse(lab.succeed(["preview", "--json"], project)) as {
                steps: { op: string; urn: string }[];
            };
            return plan.steps
                .filter(step => step.urn.endsWith("local:Command::it"))
                .map(step => step.op)
                .join(" ");
        };
        const logged = (): string[] =>
            fs.existsSync(log)
                ? fs
                      .readFileSync(log, "utf8")
                      .split("\n")
                      .filter(line => line)
                : [];

        it("creates, updates, replaces and deletes", () => {
            const it = (more: string): string => `
            const it = new local.Command("it", {
                create: 'echo "made $NAME"; echo careful >&2; echo create $NAME >> $LOG',
                update: 'echo "updated $NAME"; echo "update $NAME after $PULUMI_COMMAND_STDOUT, $PULUMI_COMMAND_STDERR" >> $LOG',
                delete: 'echo "delete $NAME, last was $PULUMI_COMMAND_STDOUT" >> $LOG',
                ${more}
            });
            exports.stdout = it.stdout; exports.stderr = it.stderr;`;

            expect(up(it("environment: { LOG, NAME: 'a' }, triggers: [1, { x: ['y'] }]"))).toEqual({
                stdout: "made a",
                stderr: "careful",
            });
            expect(planned()).toBe("");

            const b = it("environment: { LOG, NAME: 'b' }, triggers: [1, { x: ['y'] }]");
            program(b);
            expect(planned()).toBe("update");
            expect(up(b)).toEqual({ stdout: "updated b", stderr: "" });

            const c = it("environment: { LOG, NAME: 'b' }, triggers: [1, { x: ['z'] }]");
            program(c);
            expect(planned()).toMatch(/replace/);
            expect(up(c)).toEqual({ stdout: "made b", stderr: "careful" });

            lab.succeed(["destroy", "--yes", "--skip-preview"], project);
            expect(logged()).toEqual([
                "create a",
                "update b after made a, careful",
                "create b",
                "delete b, last was updated b",
                "delete b, last was made b",
            ]);
        });

        it("runs create again where there is no update, and can keep the last output away", () => {
            const it = (addPreviousOutputInEnv: boolean | undefined, n: number): string => `
            const it = new local.Command("it", {
                create: 'echo "${n}[$PULUMI_COMMAND_STDOUT]"', addPreviousOutputInEnv: ${addPreviousOutputInEnv} });
            exports.stdout = it.stdout;`;
            expect(up(it(undefined, 1))).toEqual({ stdout: "1[]" });
            expect(up(it(undefined, 2))).toEqual({ stdout: "2[1[]]" });
            expect(up(it(false, 3))).toEqual({ stdout: "3[]" });
        });

        it("hands over standard input, directory and interpreter, and returns files", () => {
            fs.mkdirSync(path.join(project, "sub"));
            const outputs = up(`
            const it = new local.Command("it", {
                create: "import sys, os; t = sys.stdin.read(); open('a.txt', 'w').write(t); print(t.upper(), os.path.basename(os.getcwd()))",
                stdin: "quiet\\n", dir: ${JSON.stringify(path.join(project, "sub"))}, interpreter: ["python3", "-c"],
                assetPaths: ["*.txt"], archivePaths: ["**", "!*.md"],
            });
            exports.stdout = it.stdout;
            exports.assets = it.assets.apply(assets => Object.keys(assets));
            exports.archive = it.archive.apply(async archive => Object.keys(await archive.assets));`);
            expect(outputs).toEqual({ stdout: "QUIET\n sub", assets: ["a.txt"], archive: ["a.txt"] });
            expect(planned()).toBe("");
        });

        it("keeps secret inputs secret, and outputs that are said to be", () => {
            const outputs = up(`
            const it = new local.Command("it", {
                create: 'cat; echo "$TOKEN"; echo "$TOKEN" >&2', environment: { TOKEN: pulumi.secret("hidden-1") },
                stdin: pulumi.secret("hidden-2"), logging: "none" },
                { additionalSecretOutputs: ["stdout", "stderr"] });
            exports.stdout = it.stdout; exports.stderr = it.stderr;`);
            expect(outputs).toEqual({ stdout: "hidden-2hidden-1", stderr: "hidden-1" });
            expect(lab.succeed(["stack", "export"], project)).not.toContain("hidden");
            expect(lab.succeed(["stack", "output", "--json"], project)).not.toContain("hidden");
            expect(planned()).toBe("");
        });

        it.each([
            [undefined, ["to stdout", "to stderr"]],
            ["stdoutAndStderr", ["to stdout", "to stderr"]],
            ["stdout", ["to stdout"]],
            ["stderr", ["to stderr"]],
            ["none", []],
        ])("with logging %s shows %j while it runs", (logging, shown) => {
            program(
                `new local.Command("it", { create: "echo to stdout; echo to stderr >&2", logging: ` +
                    `${JSON.stringify(logging)} })`,
            );
            const events = path.join(project, "events");
            lab.succeed(["up", "--yes", "--skip-preview", "--event-log", events], project);
            // Pulumi's own debugging messages show the command's text as well.
            const messages = fs
                .readFileSync(events, "utf8")
                .split("\n")
                .filter(line => line)
                .map(
                    line =>
                        (JSON.parse(line) as { diagnosticEvent?: { message: string; severity: string } })
                            .diagnosticEvent,
                )
                .filter(event => event && event.severity !== "debug" && event.message.includes("to std"))
                .map(event => event!.message);
            expect(messages.map(message => /to std\w+/.exec(message)?.[0]).sort()).toEqual([...shown].sort());
        });

        it("shows why a command failed, and makes nothing of it", () => {
            program(
                `new local.Command("it", { create: "echo before; echo the disk is full >&2; exit 3", logging: "none" })`,
            );
            const { status, output } = lab.pulumi(["up", "--yes", "--skip-preview"], project);
            expect(status).not.toBe(0);
            expect(output).toContain("the disk is full");
            expect(output).toContain("exit status 3");
            expect(lab.succeed(["stack", "export"], project)).not.toContain("local:Command::it");
        });

        it("keeps what it had when an update fails", () => {
            up(`exports.out = new local.Command("it", { create: "echo first" }).stdout`);
            program(
                `exports.out = new local.Command("it", { create: "echo first", update: "exit 1", environment: { ` +
                    `A: "1" } }).stdout`,
            );
            expect(lab.pulumi(["up", "--yes", "--skip-preview"], project).status).not.toBe(0);
            expect(up(`exports.out = new local.Command("it", { create: "echo first" }).stdout`)).toEqual({
                out: "first",
            });
            expect(planned()).toBe("");
        });

        it("runs nothing in a preview but local.run", () => {
            program(`
            new local.Command("it", { create: "echo command >> $LOG", environment: { LOG } });
            exports.ran = local.runOutput({ command: "cat; echo ran >> $LOG; echo no >&2", stdin: "yes", environment: { LOG } })
                .apply(({ stdout, stderr, command }) => [stdout, stderr, command.split(";")[0]]);`);
            lab.succeed(["preview"], project);
            expect(logged()).toEqual(["ran"]);
            lab.succeed(["up", "--yes", "--skip-preview"], project);
            expect(JSON.parse(lab.succeed(["stack", "output", "--json"], project))).toEqual({
                ran: ["yes", "no", "cat"],
            });
            expect(logged().sort()).toEqual(["command", "ran", "ran"]);
        });

        it("passes its own tests", () => {
            requireGo("The command plugin's own test");
            const { status, stdout, stderr } = spawnSync("go", ["test", "./..."], {
                cwd: path.join(CHECKOUT, "engine/command"),
                encoding: "utf8",
            });
            expect(status === 0 ? "" : stdout + stderr).toBe("");
        });
    });
}
