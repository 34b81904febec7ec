/**
 * The engine as it is on this machine, downloaded or built: do the plugins offer what the npm
 * packages ask for, and does the command plugin do what its official namesake does?
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { KEPT_VARIABLES, variablesOfDocker } from "../../components/docker/dockerVariables";
import { Engine, ensureEngine } from "../../scripts/pulumi/engine/engine";
import { requireGo } from "../../scripts/pulumi/engine/go";
import { otherPlugins, standIn } from "../support/otherPlugins";
import { Declarations, differences, fromSchema, Schema } from "../support/deploy/engineTypes";

const CHECKOUT = path.resolve(__dirname, "../..");
const CACHE = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "jupyterhub-pulumi");

let engine: Engine;
let dir: string;

beforeAll(async () => {
    engine = await ensureEngine({ cache: CACHE, progress: line => process.stderr.write(`${line}\n`) });
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "engine-test-"));
    fs.mkdirSync(path.join(dir, "home"));
    fs.mkdirSync(path.join(dir, "state"));
    const others = otherPlugins();
    if (others !== undefined) {
        // npm run test:plugins
        fs.cpSync(engine.plugins, path.join(dir, "plugins"), { recursive: true, verbatimSymlinks: true });
        engine = { ...engine, plugins: path.join(dir, "plugins") };
        for (const name of ["docker", "command"] as const)
            standIn(engine.plugins, name, others[name], path.join(dir, "starts"));
    }
    fs.symlinkSync(engine.plugins, path.join(dir, "home/plugins"));
}, 60 * 60_000); // It may have to be built.
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

function pulumi(args: string[], cwd = dir): { status: number | null; stdout: string; output: string } {
    const { status, stdout, stderr } = spawnSync(path.join(engine.bin, "pulumi"), [...args, "--non-interactive"], {
        cwd,
        encoding: "utf8",
        maxBuffer: 1 << 26,
        env: {
            ...process.env,
            PATH: `${engine.bin}:${process.env.PATH}`,
            PULUMI_HOME: path.join(dir, "home"),
            PULUMI_BACKEND_URL: `file://${path.join(dir, "state")}`,
            PULUMI_CONFIG_PASSPHRASE: "for a test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DEBUG_COMMANDS: "true", // shows --event-log
        },
    });
    return { status, stdout, output: stdout + stderr };
}

function succeed(args: string[], cwd?: string): string {
    const { status, stdout, output } = pulumi(args, cwd);
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${status}:\n${output}`);
    return stdout;
}

describe("the plugins' schemas and the installed npm packages", () => {
    const schemas = new Map<string, Schema>();
    const schemaOf = (name: "docker" | "command"): Schema => {
        if (!schemas.has(name)) {
            const folder = fs.readdirSync(engine.plugins).find(entry => entry.startsWith(`resource-${name}-v`))!;
            const binary = path.join(engine.plugins, folder, `pulumi-resource-${name}`);
            schemas.set(name, JSON.parse(succeed(["package", "get-schema", binary])) as Schema);
        }
        return schemas.get(name)!;
    };
    const declarationsOf = (name: string): Declarations =>
        new Declarations(path.join(CHECKOUT, "node_modules/@pulumi", name));

    const resources: ["docker" | "command", string, string][] = [
        ["docker", "container", "Container"],
        ["docker", "network", "Network"],
        ["docker", "plugin", "Plugin"],
        ["docker", "registryImage", "RegistryImage"],
        ["docker", "remoteImage", "RemoteImage"],
        ["docker", "secret", "Secret"],
        ["docker", "service", "Service"],
        ["docker", "serviceConfig", "ServiceConfig"],
        ["docker", "tag", "Tag"],
        ["docker", "volume", "Volume"],
        ["command", "local/command", "Command"],
    ];
    const functions: ["docker" | "command", string, string][] = [
        ["docker", "getLogs", "GetLogs"],
        ["docker", "getNetwork", "GetNetwork"],
        ["docker", "getPlugin", "GetPlugin"],
        ["docker", "getRegistryImage", "GetRegistryImage"],
        ["docker", "getRegistryImageManifests", "GetRegistryImageManifests"],
        ["docker", "getRemoteImage", "GetRemoteImage"],
        ["command", "local/run", "Run"],
    ];

    it("do not differ", () => {
        const found: string[] = [];

        const provider = schemaOf("docker").provider;
        found.push(
            ...differences(
                "docker.ProviderArgs",
                declarationsOf("docker").properties("provider", "ProviderArgs"),
                fromSchema(schemaOf("docker"), provider.inputProperties, provider.requiredInputs),
            ),
        );

        for (const [name, file, title] of resources) {
            const [schema, declarations] = [schemaOf(name), declarationsOf(name)];
            const token = declarations.token(file);
            const resource = schema.resources[token ?? ""];
            if (!resource) {
                found.push(`${name}.${title}: the plugin has no ${token}`);
                continue;
            }
            found.push(
                ...differences(
                    `${name}.${title}Args`,
                    declarations.properties(file, `${title}Args`),
                    fromSchema(schema, resource.inputProperties, resource.requiredInputs),
                ),
                ...differences(
                    `${name}.${title}`,
                    declarations.properties(file, title),
                    fromSchema(schema, resource.properties, resource.required, "outputs"),
                ),
            );
        }
        for (const [name, file, title] of functions) {
            const [schema, declarations] = [schemaOf(name), declarationsOf(name)];
            const token = declarations.token(file);
            const fn = schema.functions[token ?? ""];
            if (!fn) {
                found.push(`${name}.${title}: the plugin has no ${token}`);
                continue;
            }
            found.push(
                ...differences(
                    `${name}.${title}Args`,
                    declarations.properties(file, `${title}Args`),
                    fromSchema(schema, fn.inputs?.properties, fn.inputs?.required),
                ),
                ...differences(
                    `${name}.${title}Result`,
                    declarations.properties(file, `${title}Result`),
                    fromSchema(schema, fn.outputs.properties, fn.outputs.required, "outputs"),
                ),
            );
        }
        expect(found).toEqual([]);
    });

    it("are held together here for all that the program uses", () => {
        const files = (folder: string): string[] =>
            fs
                .readdirSync(path.join(CHECKOUT, folder), { withFileTypes: true })
                .flatMap(entry =>
                    entry.isDirectory()
                        ? files(`${folder}/${entry.name}`)
                        : entry.name.endsWith(".ts")
                          ? [`${folder}/${entry.name}`]
                          : [],
                );
        const program = ["index.ts", ...files("components")]
            .map(file => fs.readFileSync(path.join(CHECKOUT, file), "utf8"))
            .join("\n");
        const used = [
            ...[...program.matchAll(/\bnew (?:docker|local|command\.local)\.(\w+)/g)].map(match => match[1]),
            ...[...program.matchAll(/\bdocker\.get(\w+?)(?:Output)?\(/g)].map(match => `Get${match[1]}`),
        ];
        expect(used).toContain("Container");
        const compared = ["Provider", ...[...resources, ...functions].map(([, , title]) => title)];
        expect([...new Set(used)].filter(name => !compared.includes(name))).toEqual([]);
    });

    it("take nothing else of Docker from the environment than what is kept from them, or what is theirs", () => {
        const read =
            JSON.stringify(schemaOf("docker").provider)
                .match(/"environment":\[[^\]]*\]/g)
                ?.join(" ")
                .match(/[A-Z_]{3,}/g) ?? [];
        expect(read).toContain("DOCKER_HOST");
        const known = [...variablesOfDocker(Object.fromEntries(read.map(name => [name, "x"]))), ...KEPT_VARIABLES];
        expect(read.filter(name => !known.includes(name))).toEqual([]);
    });

    it("would show a difference", () => {
        const declared = declarationsOf("docker").properties("remoteImage", "RemoteImageArgs");
        const schema = schemaOf("docker");
        const { inputProperties, requiredInputs } = schema.resources["docker:index/remoteImage:RemoteImage"];
        const { name, triggers, ...rest } = inputProperties;
        const changed = {
            ...rest,
            name: { type: "integer" },
            images: triggers,
            platform: { type: "array", items: name },
        };
        expect(differences("it", declared, fromSchema(schema, changed, ["platform", ...requiredInputs!]))).toEqual([
            "it.images: only the plugin has it",
            "it.name: string, in the plugin number",
            "it.platform: optional, in the plugin required",
            "it.platform: string, in the plugin array",
            "it.triggers: the plugin does not have it",
        ]);
    });
});

describe("the command plugin", () => {
    let project: string;
    let log: string;

    beforeEach(() => {
        project = fs.mkdtempSync(path.join(dir, "project-"));
        log = path.join(project, "log");
        fs.writeFileSync(path.join(project, "Pulumi.yaml"), "name: engine-test\nruntime: nodejs\nmain: index.js\n");
        fs.writeFileSync(path.join(project, "package.json"), "{}");
        fs.symlinkSync(path.join(CHECKOUT, "node_modules"), path.join(project, "node_modules"));
        succeed(["stack", "init", path.basename(project)], project);
    });
    afterEach(() => {
        pulumi(["destroy", "--yes", "--skip-preview"], project);
        pulumi(["stack", "rm", "--yes", "--force"], project);
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
        succeed(["up", "--yes", "--skip-preview"], project);
        return JSON.parse(succeed(["stack", "output", "--json", "--show-secrets"], project)) as Record<string, unknown>;
    };
    /** What a preview would do with the resource that is called "it", if anything. */
    const planned = (): string | undefined => {
        const plan = JSON.parse(succeed(["preview", "--json"], project)) as { steps: { op: string; urn: string }[] };
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

        succeed(["destroy", "--yes", "--skip-preview"], project);
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
        expect(succeed(["stack", "export"], project)).not.toContain("hidden");
        expect(succeed(["stack", "output", "--json"], project)).not.toContain("hidden");
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
        succeed(["up", "--yes", "--skip-preview", "--event-log", events], project);
        // Pulumi's own debugging messages show the command's text as well.
        const messages = fs
            .readFileSync(events, "utf8")
            .split("\n")
            .filter(line => line)
            .map(
                line =>
                    (JSON.parse(line) as { diagnosticEvent?: { message: string; severity: string } }).diagnosticEvent,
            )
            .filter(event => event && event.severity !== "debug" && event.message.includes("to std"))
            .map(event => event!.message);
        expect(messages.map(message => /to std\w+/.exec(message)?.[0]).sort()).toEqual([...shown].sort());
    });

    it("shows why a command failed, and makes nothing of it", () => {
        program(
            `new local.Command("it", { create: "echo before; echo the disk is full >&2; exit 3", logging: "none" })`,
        );
        const { status, output } = pulumi(["up", "--yes", "--skip-preview"], project);
        expect(status).not.toBe(0);
        expect(output).toContain("the disk is full");
        expect(output).toContain("exit status 3");
        expect(succeed(["stack", "export"], project)).not.toContain("local:Command::it");
    });

    it("keeps what it had when an update fails", () => {
        up(`exports.out = new local.Command("it", { create: "echo first" }).stdout`);
        program(
            `exports.out = new local.Command("it", { create: "echo first", update: "exit 1", environment: { ` +
                `A: "1" } }).stdout`,
        );
        expect(pulumi(["up", "--yes", "--skip-preview"], project).status).not.toBe(0);
        expect(up(`exports.out = new local.Command("it", { create: "echo first" }).stdout`)).toEqual({ out: "first" });
        expect(planned()).toBe("");
    });

    it("runs nothing in a preview but local.run", () => {
        program(`
            new local.Command("it", { create: "echo command >> $LOG", environment: { LOG } });
            exports.ran = local.runOutput({ command: "cat; echo ran >> $LOG; echo no >&2", stdin: "yes", environment: { LOG } })
                .apply(({ stdout, stderr, command }) => [stdout, stderr, command.split(";")[0]]);`);
        succeed(["preview"], project);
        expect(logged()).toEqual(["ran"]);
        succeed(["up", "--yes", "--skip-preview"], project);
        expect(JSON.parse(succeed(["stack", "output", "--json"], project))).toEqual({ ran: ["yes", "no", "cat"] });
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
