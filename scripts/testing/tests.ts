import * as fs from "node:fs";
import * as path from "node:path";
import { LOCAL_DOCKER } from "../../components/docker";
import { readSettings } from "../../components/config";
import { ensureBaseImage } from "../docker/baseImage";
import { ensureChromium } from "./chromium";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { ensureDocker } from "../docker/docker";
import { ensureEngine } from "../pulumi/engine/engine";
import {
    countOf,
    ENGINE_STORM,
    engineTable,
    engineWords,
    selectEngines,
    type Catalogue,
    type Count,
    type Row,
} from "./engineTests";
import { ensureGo } from "../pulumi/engine/go";
import { cacheDir } from "../files/paths";
import { inherit } from "../terminal/process";
import { lint } from "./lint";
import { pytest, PYTHON_TESTS } from "./pythonTests";
import { ROOT_SECRET_KEY } from "../files/stackFile";
import { withFolder } from "../files/withFolder";
import { table } from "../terminal/table";
import { countOfFiles, jestResults } from "./jestResults";
import { selectTests, type Selected } from "./testSelection";

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
    unit: { files: () => jestFiles("unit"), run: files => jest("unit", process.env, { workers: WORKERS, files }) },
    hub: { files: () => PYTHON_TESTS.flatMap(folder => filesBelow(folder, /^test_.*\.py$/)), run: pytest },
    deploy: {
        files: () => jestFiles("deploy"),
        run: async files => jest("deploy", await deployEnv(), { workers: WORKERS, files }),
    },
    browser: {
        files: () => jestFiles("browser"),
        run: async files => jest("browser", await withChromium(await realEnv()), { files }),
    },
};

/** They wait for Docker, the network and programs: two cores are idle for a fifth of the time with two workers. */
const WORKERS = 3;

/** MiB of what was just made; with Node's 16 a tenth of the time is spent looking for what is no longer used. */
const YOUNG = 32;

/** Its long form kills more often. */
const UP_STORM = "test/deploy/operations/recovery.test.ts";

/** Whose random cases `fuzz` makes many of. */
const RANDOM = ["config/fuzz", "config/settings", "docker/names", "jupyterHub/untouched"].map(
    file => `test/unit/components/${file}.test.ts`,
);

/** Parts that run only when they are named. */
const long: Record<string, Part> = {
    storm: whole(async () => {
        const ups = await jest("deploy", { STORM: "20", ...(await realEnv()) }, { files: [UP_STORM] });
        return sum([ups, await engines([catalogue().newest, ENGINE_STORM])]);
    }),
    security: whole(() =>
        withFolder(REPORT, async folder => {
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
            const env = { FUZZ_SECONDS: "60", ...(await realEnv()) };
            return sum([count, await jest("deploy", env, { files: ["test/deploy/gate.test.ts"] })]);
        }),
    ),
    long: whole(async () => sum(Object.values(await together({ LONG: "1" })))),
    plugins: whole(async () => {
        const env = await realEnv();
        return sum([await jest("plugins", env), await jest("deploy", env, { files: ["test/deploy/engine.test.ts"] })]);
    }),
    languages: whole(async () => jest("languages", await deployEnv())),
    engines: { files: () => engineWords(catalogue(), jestFiles("deploy")), run: engines },
    swarm: { files: () => jestFiles("swarm"), run: swarm },
    fuzz: whole(async () => {
        const env = { FUZZ_RUNS: "10000", FUZZ_SEED: String(Date.now() % 2 ** 31), ...process.env };
        const random = await jest("unit", env, { files: RANDOM });
        const broken = await jest(
            "deploy",
            { LONG: "1", ...(await realEnv()) },
            { files: ["test/deploy/surroundings/broken.test.ts"] },
        );
        return sum([random, broken]);
    }),
};

const all = { ...parts, ...long };

const REPORT = "jupyterhub-report-";

/** @param args names of parts, each with names of files behind it @returns the exit code */
export async function runTests(args: readonly string[]): Promise<number> {
    const named = selectTests(args, Object.keys(all), part => all[part].files());
    const total: Count = { passed: 0, failed: 0 };
    let interrupted = false; // Ctrl-C ends the part at work; without this the next one would begin.
    process.once("SIGINT", () => (interrupted = true));
    for (const { name, run } of named.length > 0 ? named.map(runOf) : everything()) {
        if (interrupted) {
            return 130;
        }
        const start = Date.now();
        progress(`${name} …`);
        const counts = await run().catch((error: Error): Record<string, Count> => {
            console.error(error instanceof UserError ? error.message : error);
            return { [name]: { passed: 0, failed: 1 } };
        });
        for (const [part, { passed, failed }] of Object.entries(counts)) {
            // A part in which nothing ran has not passed.
            total.passed += passed;
            total.failed += passed + failed === 0 ? 1 : failed;
            progress(`${part}: ${passed} passed, ${failed} failed in ${Math.round((Date.now() - start) / 1000)} s\n`);
        }
    }
    console.log(`${total.passed} passed, ${total.failed} failed`);
    return total.failed === 0 ? 0 : 1;
}

const sum = (counts: readonly Count[]): Count => ({
    passed: counts.reduce((all, { passed }) => all + passed, 0),
    failed: counts.reduce((all, { failed }) => all + failed, 0),
});

/** What runs at one time, and what is counted by itself in it. */
interface Run {
    name: string;
    run(): Promise<Record<string, Count>>;
}

function runOf({ part, files }: Selected): Run {
    return { name: [part, ...files].join(" "), run: async () => ({ [part]: await all[part].run(files) }) };
}

/** The compiler takes one core, and so does the longest of the lint tools. */
function everything(): Run[] {
    const alone = Object.keys(parts).filter(part => !["types", "lint", "deploy", "browser"].includes(part));
    const looks = async () => {
        const [types, lint] = await Promise.all([parts.types.run([]), parts.lint.run([])]);
        return { types, lint };
    };
    return [
        { name: "types and lint", run: looks },
        ...alone.map(part => runOf({ part, files: [] })),
        { name: "deploy and browser", run: () => together() },
    ];
}

/** Deploy and browser tests share their workers: none waits for the last file of the other part. */
async function together(env: NodeJS.ProcessEnv = {}): Promise<Record<string, Count>> {
    return jestOf(["deploy", "browser"], { ...(await withChromium(await deployEnv())), ...env }, { workers: WORKERS });
}

/** A checkout without tests has no catalogue of Docker versions. */
function catalogue(): Catalogue {
    const file = "test/engines/engines.json";
    return fs.existsSync(file)
        ? (JSON.parse(fs.readFileSync(file, "utf8")) as Catalogue)
        : { engines: [], newest: "", tests: [] };
}

async function engines(words: readonly string[]): Promise<Count> {
    await ensureGo();
    const selected = selectEngines(words, catalogue(), jestFiles("deploy"));
    const env = { ENGINES: selected.engines.join(" "), ENGINE_TESTS: selected.tests.join(" ") };
    const file = "test/deploy/surroundings/engines.test.ts";
    const { rows, failed } = await onMachines("deploy", file, { ...(await realEnv()), ...env });
    console.log(engineTable(rows));
    return rows.length === selected.engines.length ? countOf(rows) : { passed: 0, failed };
}

async function swarm(files: readonly string[]): Promise<Count> {
    const nodes = process.env.SWARM_NODES ?? "3";
    if (nodes !== "2" && nodes !== "3") {
        throw new UserError(`SWARM_NODES is the number of the Swarm's nodes, 2 or 3, and not ${nodes}`);
    }
    await ensureGo();
    const tests = files.length > 0 ? files : jestFiles("swarm");
    const env = { ...(await withChromium(await realEnv())), SWARM_NODES: nodes, SWARM_TESTS: tests.join(" ") };
    const { rows, failed } = await onMachines("machines", "test/machines/swarm.test.ts", env);
    return rows.length === 1 && Object.keys(rows[0].tests).length === tests.length
        ? countOf(rows)
        : { passed: 0, failed };
}

/**
 * A test file that runs others on machines that it makes. What those count is in the rows; jest counts only whole files
 * here.
 */
function onMachines(project: string, file: string, env: NodeJS.ProcessEnv): Promise<{ rows: Row[]; failed: number }> {
    return withFolder(REPORT, async folder => {
        const counted = path.join(folder, "rows");
        const { failed } = await jest(project, { ...env, ENGINE_ROWS: counted }, { files: [file] });
        const lines = fs.existsSync(counted) ? fs.readFileSync(counted, "utf8").trim().split("\n") : [];
        return { rows: lines.map(line => JSON.parse(line) as Row), failed: Math.max(failed, 1) };
    });
}

/** A part without files of its own. */
function whole(run: () => Promise<Count>): Part {
    return { files: () => [], run };
}

/** Docker, base image and the Pulumi engine, as a first `up` would get them. Tests keep their own state. */
async function realEnv(): Promise<NodeJS.ProcessEnv> {
    const docker = await ensureDocker(LOCAL_DOCKER);
    const all = { "jupyterhub:users": [], [ROOT_SECRET_KEY]: "x".repeat(64) };
    await ensureBaseImage(docker, readSettings("test", all, new Set([ROOT_SECRET_KEY])));
    const { bin } = await ensureEngine({ cache: cacheDir(), progress });
    return { ...process.env, PATH: [bin, process.env.PATH].join(path.delimiter) };
}

async function deployEnv(): Promise<NodeJS.ProcessEnv> {
    await ensureGo();
    return realEnv();
}

async function withChromium(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
    fs.rmSync("test/artifacts", { recursive: true, force: true }); // Pictures of an earlier run.
    return { ...env, CHROMIUM: await ensureChromium() };
}

interface JestOptions {
    workers?: number;
    files?: readonly string[];
}

async function jest(project: string, env: NodeJS.ProcessEnv, options: JestOptions = {}): Promise<Count> {
    return (await jestOf([project], env, options))[project];
}

/** @returns a count for each project */
function jestOf(
    projects: readonly string[],
    env: NodeJS.ProcessEnv,
    { workers = 1, files = [] }: JestOptions = {},
): Promise<Record<string, Count>> {
    return withFolder(REPORT, async folder => {
        const report = path.join(folder, "report");
        const options = [
            `--maxWorkers=${workers}`,
            "--reporters=./test/support/reporter.js",
            "--json",
            `--outputFile=${report}`,
        ];
        const only = files.length > 0 ? ["--runTestsByPath", ...files] : [];
        const jestArgs = ["node_modules/jest/bin/jest.js", "--selectProjects", ...projects, ...options, ...only];
        await inherit(process.execPath, [`--max-semi-space-size=${YOUNG}`, ...jestArgs], env);
        const results = fs.existsSync(report) ? jestResults(fs.readFileSync(report, "utf8")) : [];
        return Object.fromEntries(
            projects.map(project => {
                const below = path.resolve("test", project) + path.sep;
                return [project, countOfFiles(results.filter(({ name }) => name.startsWith(below)))];
            }),
        );
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
