/** What Node loads first in the processes that pulumi starts, and what it leaves out of Pulumi's SDK. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { CHECKOUT } from "../../../support/checkout";

let folder: string;
beforeEach(() => (folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "program test-")))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

const FIRST = path.join(CHECKOUT, "scripts/node/program.cjs");
const SAY = "console.log(process.env.PULUMI_NODEJS_TYPESCRIPT, '.ts' in require.extensions)";

/** Runs a script at a path as pulumi's language host does. */
async function start(script: string, ...args: string[]): Promise<string> {
    const file = path.join(folder, script);
    const main = script.endsWith(".js") ? file : path.join(file, "index.js");
    fs.mkdirSync(path.dirname(main), { recursive: true });
    fs.writeFileSync(main, SAY);
    const { stdout } = await promisify(execFile)(process.execPath, ["--require", FIRST, file, ...args], {
        cwd: folder,
        env: { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "true" },
    });
    return stdout.trim();
}

const RUNNER = "node_modules/@pulumi/pulumi/cmd/run";
const [OURS, UNTOUCHED] = ["false true", "true false"];

it("loads this checkout's program in place of Pulumi's ts-node", async () => {
    expect(await start(RUNNER, "--monitor", "a", "--pwd", CHECKOUT, ".")).toBe(OURS);
    expect(await start(`${RUNNER}/index.js`, "--pwd", CHECKOUT, ".")).toBe(OURS);
    fs.symlinkSync(CHECKOUT, path.join(folder, "link"));
    expect(await start(RUNNER, "--pwd", path.join(folder, "link"), ".")).toBe(OURS);
});

it("leaves every other program and every other script alone", async () => {
    expect(await start(RUNNER, "--pwd", folder, ".")).toBe(UNTOUCHED);
    expect(await start(RUNNER, ".")).toBe(UNTOUCHED);
    expect(await start("node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js", "--pwd", CHECKOUT)).toBe(UNTOUCHED);
    expect(await start("index.js", "--pwd", CHECKOUT)).toBe(UNTOUCHED);
});

/** Prints what an expression over the SDK gives, and which of its parts were loaded by then. */
async function sdk(expression: string): Promise<unknown> {
    const script = `
        require("./scripts/node/packages.cjs").loadWhenUsed(process.cwd());
        const pulumi = require("@pulumi/pulumi");
        const has = name => Object.values(require.cache).some(module => module.filename.includes(name) && module.parent);
        Promise.resolve(${expression}).then(value =>
            console.log(JSON.stringify([value, ...["/typescript/lib/", "/arborist/lib/", "/sdk-trace-node/"].map(has)])));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--eval", script], { cwd: CHECKOUT });
    return JSON.parse(stdout);
}

it("loads neither compiler nor npm's resolver nor tracing with Pulumi's SDK", async () => {
    expect(await sdk("typeof pulumi.runtime.serializeFunction")).toEqual(["function", false, false, false]);
    const runner = `typeof require("@pulumi/pulumi/cmd/run/tracing").start`;
    expect(await sdk(runner)).toEqual(["function", false, false, false]);
});

it("loads them when a function is to be written out", async () => {
    const written = "pulumi.runtime.serializeFunction(() => 4711).then(({ text }) => text.includes('4711'))";
    expect(await sdk(written)).toEqual([true, true, false, false]);
    const paths = "pulumi.runtime.computeCodePaths().then(paths => [...paths.keys()].some(name => /zod/.test(name)))";
    expect(await sdk(paths)).toEqual([true, false, true, false]);
});

it("loads tracing when it is asked for", async () => {
    const traced = `(tracing => {
        tracing.start("http://127.0.0.1:9/api/v1/spans");
        const span = tracing.newSpan("a span");
        span.end();
        return span.spanContext().traceId.length;
    })(require("@pulumi/pulumi/cmd/run/tracing"))`;
    expect(await sdk(traced)).toEqual([32, false, false, true]);
});

it("loads zod without its other languages, until one is asked for", async () => {
    const zod = `(zod => [zod.string().safeParse(1).error.issues[0].message, typeof zod.locales.de])(require("zod"))`;
    const messages = `Object.keys(require.cache).filter(file => /locales.(de|fr)[.]cjs/.test(file)).length`;
    expect(await sdk(messages.replace("Object", "(require('zod'), Object)"))).toEqual([0, false, false, false]);
    expect(await sdk(zod)).toEqual([
        ["Invalid input: expected string, received number", "function"],
        false,
        false,
        false,
    ]);
});
