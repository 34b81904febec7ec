import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { LOCAL_DOCKER } from "../../components/docker";
import { readSettings } from "../../components/config";
import { ensureBaseImage } from "../docker/baseImage";
import { ensureChromium } from "./chromium";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { ensureDocker } from "../docker/docker";
import { ensureEngine } from "../pulumi/engine/engine";
import { countOf, engineTable, engineWords, selectEngines, type Catalogue, type Count, type Row } from "./engineTests";
import { ensureGo } from "../pulumi/engine/go";
import { cacheDir } from "../files/paths";
import { inherit } from "../terminal/process";
import { lint } from "./lint";
import { ensureHubPython } from "./python";
import { ROOT_SECRET_KEY } from "../files/stackFile";
import { table } from "../terminal/table";
import { selectTests } from "./testSelection";

/** A part of the tests. */
interface Part {
    /** Its files, each of which can be run alone. */
    files(): string[];
    /** @param files some of them; none: all */
    run(files: readonly string[]): Promise<Count>;
}

const parts: Record<string, Part> = {
    types: whole(async () => {
        const code = await inherit(
            process.execPath,
            ["node_modules/typescript/bin/tsc", "--noEmit", "--noCheck", "false"],
            process.env,
        );
        return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
    }),
    lint: whole(lint),
    unit: { files: () => jestFiles("unit"), run: files => jest("unit", process.env, { workers: 2, files }) },
    hub: { files: () => PYTHON_TESTS.flatMap(folder => filesBelow(folder, /^test_.*\.py$/)), run: pytest },
    deploy: {
        files: () => jestFiles("deploy"),
        async run(files) {
            await ensureGo();
            return jest("deploy", await realEnv(), { workers: 2, files });
        },
    },
    browser: {
        files: () => jestFiles("browser"),
        async run(files) {
            const env = await realEnv();
            fs.rmSync("test/artifacts", { recursive: true, force: true }); // Pictures of an earlier run.
            return jest("browser", { ...env, CHROMIUM: await ensureChromium() }, { files });
        },
    },
};

/** Parts that run only when they are named. */
const long: Record<string, Part> = {
    storm: whole(async () =>
        jest("deploy", { STORM: "20", ...(await realEnv()) }, { files: ["test/deploy/operations/recovery.test.ts"] }),
    ),
    security: whole(() =>
        withFolder(async folder => {
            const rows = path.join(folder, "rows.json");
            const count = await jest(
                "deploy",
                { ...(await realEnv()), SECURITY_ROWS: rows },
                { files: ["test/deploy/security.test.ts"] },
            );
            if (fs.existsSync(rows)) {
                console.log(
                    table(
                        ["BY", "TRIED", "EXPECTED", "SEEN", "USUAL SET-UP"],
                        JSON.parse(fs.readFileSync(rows, "utf8")) as string[][],
                    ),
                );
            }
            return count;
        }),
    ),
    plugins: whole(async () => {
        const env = await realEnv();
        const counts = [
            await jest("plugins", env),
            await jest("deploy", env, { files: ["test/deploy/engine.test.ts"] }),
        ];
        return { passed: counts[0].passed + counts[1].passed, failed: counts[0].failed + counts[1].failed };
    }),
    engines: { files: () => engineWords(catalogue(), jestFiles("deploy")), run: engines },
    fuzz: whole(() => {
        const env = { FUZZ_RUNS: "10000", FUZZ_SEED: String(Date.now() % 2 ** 31), ...process.env };
        return jest("unit", env, { files: ["test/unit/components/config/fuzz.test.ts"] });
    }),
};

const all = { ...parts, ...long };

/** @param args names of parts, each with names of files behind it @returns the exit code */
export async function runTests(args: readonly string[]): Promise<number> {
    const named = selectTests(args, Object.keys(all), part => all[part].files());
    const total: Count = { passed: 0, failed: 0 };
    let interrupted = false; // Ctrl-C ends the part at work; without this the next one would begin.
    process.once("SIGINT", () => (interrupted = true));
    for (const { part, files } of named.length > 0 ? named : Object.keys(parts).map(part => ({ part, files: [] }))) {
        if (interrupted) {
            return 130;
        }
        const start = Date.now();
        progress(`${[part, ...files].join(" ")} …`);
        const { passed, failed } = await all[part].run(files).catch((error: Error) => {
            console.error(error instanceof UserError ? error.message : error);
            return { passed: 0, failed: 1 };
        });
        // A part in which nothing ran has not passed.
        total.passed += passed;
        total.failed += passed + failed === 0 ? 1 : failed;
        progress(`${part}: ${passed} passed, ${failed} failed in ${Math.round((Date.now() - start) / 1000)} s\n`);
    }
    console.log(`${total.passed} passed, ${total.failed} failed`);
    return total.failed === 0 ? 0 : 1;
}

/** A checkout without tests has no catalogue of Docker versions. */
function catalogue(): Catalogue {
    const file = "test/engines/engines.json";
    return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as Catalogue) : { engines: [], tests: [] };
}

function engines(words: readonly string[]): Promise<Count> {
    return withFolder(async folder => {
        await ensureGo();
        const selected = selectEngines(words, catalogue(), jestFiles("deploy"));
        const file = path.join(folder, "rows");
        const env = {
            ...(await realEnv()),
            ENGINES: selected.engines.join(" "),
            ENGINE_TESTS: selected.tests.join(" "),
            ENGINE_ROWS: file,
        };
        const count = await jest("deploy", env, { files: ["test/deploy/surroundings/engines.test.ts"] });
        const lines = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : [];
        const rows = lines.map(line => JSON.parse(line) as Row);
        console.log(engineTable(rows));
        // Counts the tests that ran on the Docker versions; jest counts only whole files here.
        return rows.length === selected.engines.length
            ? countOf(rows)
            : { passed: 0, failed: Math.max(count.failed, 1) };
    });
}

/** A part without files of its own. */
function whole(run: () => Promise<Count>): Part {
    return { files: () => [], run };
}

const PYTHON_TESTS = ["test/hub", "test/guard"];

async function pytest(files: readonly string[]): Promise<Count> {
    const python = await ensureHubPython();
    return counted(async report => {
        const what = files.length > 0 ? files : PYTHON_TESTS;
        const options = ["-q", "--numprocesses=2", "--dist=worksteal", `--junitxml=${report}`];
        const code = await inherit(python, ["-m", "pytest", ...options, ...what], process.env);
        const suite = fs.existsSync(report) ? fs.readFileSync(report, "utf8") : "";
        const number = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
        const failed = number("failures") + number("errors") + number("skipped"); // Nothing passes by being skipped.
        return { passed: number("tests") - failed, failed: code !== 0 && failed === 0 ? 1 : failed };
    });
}

/** Docker, base image and the Pulumi engine, as a first `up` would get them. Tests keep their own state. */
async function realEnv(): Promise<NodeJS.ProcessEnv> {
    const docker = await ensureDocker(LOCAL_DOCKER);
    const all = { "jupyterhub:users": [], [ROOT_SECRET_KEY]: "x".repeat(64) };
    await ensureBaseImage(docker, readSettings("test", all, new Set([ROOT_SECRET_KEY])));
    const { bin } = await ensureEngine({ cache: cacheDir(), progress });
    return { ...process.env, PATH: [bin, process.env.PATH].join(path.delimiter) };
}

interface Run {
    workers?: number;
    files?: readonly string[];
}

function jest(project: string, env: NodeJS.ProcessEnv, { workers = 1, files = [] }: Run = {}): Promise<Count> {
    return counted(async report => {
        const options = [
            `--maxWorkers=${workers}`,
            "--reporters=./test/support/reporter.js",
            "--json",
            `--outputFile=${report}`,
        ];
        const only = files.length > 0 ? ["--runTestsByPath", ...files] : [];
        const args = ["node_modules/jest/bin/jest.js", "--selectProjects", project, ...options, ...only];
        await inherit(process.execPath, args, env);
        if (!fs.existsSync(report)) {
            return { passed: 0, failed: 1 };
        }
        const result = JSON.parse(fs.readFileSync(report, "utf8")) as Record<string, number>;
        // A file that could not be loaded has no tests, and a skipped or forgotten test has not passed.
        const failed =
            result.numFailedTests + result.numRuntimeErrorTestSuites + result.numPendingTests + result.numTodoTests;
        return { passed: result.numPassedTests, failed };
    });
}

const jestFiles = (project: string) => filesBelow(`test/${project}`, /\.test\.ts$/);

function filesBelow(folder: string, pattern: RegExp): string[] {
    const files = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
    return files
        .filter(file => pattern.test(path.basename(file)))
        .map(file => path.join(folder, file))
        .sort();
}

function counted(run: (report: string) => Promise<Count>): Promise<Count> {
    return withFolder(folder => run(path.join(folder, "report")));
}

async function withFolder(run: (folder: string) => Promise<Count>): Promise<Count> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-report-"));
    try {
        return await run(folder);
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
