/** TypeScript that is loaded without its types, by processes of Node's own as commands and pulumi start them. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { CHECKOUT } from "../../../support/checkout";

let folder: string;
let cache: string;
const PACKAGES = ["@swc", "source-map-support", "source-map", "buffer-from", "ts-node", "typescript"];

beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "typescript-test-")));
    cache = path.join(folder, "node_modules/.cache/typescript");
    fs.cpSync(path.join(CHECKOUT, "scripts/node"), path.join(folder, "scripts/node"), { recursive: true });
    fs.copyFileSync(path.join(CHECKOUT, "tsconfig.json"), path.join(folder, "tsconfig.json"));
    fs.mkdirSync(path.join(folder, "node_modules"));
    PACKAGES.forEach(name =>
        fs.symlinkSync(path.join(CHECKOUT, "node_modules", name), path.join(folder, "node_modules", name)),
    );
    write("main.ts", 'import { say } from "./rooms";\nsay("first" as string);\n');
    fs.mkdirSync(path.join(folder, "rooms"));
    write("rooms/index.ts", "export const say = (what: string): void => console.log(what);\n");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
const entries = () => fs.readdirSync(cache).map(name => path.join(cache, name));

interface Run {
    said: string;
    failed: string;
}

async function node(...args: string[]): Promise<Run> {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(
        (error: Error & { stdout: string; stderr: string }) => error,
    );
    return { said: stdout.trim(), failed: stderr };
}

/** Runs main.ts, and says whether the compiler was loaded. */
const run = () =>
    node(
        "--eval",
        `require("./scripts/node/typeScript.cjs").register();
        process.on("exit", () => console.log(Object.keys(require.cache).some(file => /swc.core.index/.test(file))));
        require("./main.ts");`,
    );
const [COMPILED, KEPT] = ["first\ntrue", "first\nfalse"].map(said => ({ said, failed: "" }));

it("compiles a file once", async () => {
    expect(await run()).toEqual(COMPILED);
    expect(entries()).toHaveLength(2);
    expect(await run()).toEqual(KEPT);
    expect(entries()).toHaveLength(2);
});

it("compiles a changed file anew, and knows the earlier text again", async () => {
    await run();
    write("main.ts", 'import { say } from "./rooms";\nsay("second");\n');
    expect((await run()).said).toBe("second\ntrue");
    write("main.ts", 'import { say } from "./rooms";\nsay("first" as string);\n');
    expect(await run()).toEqual(KEPT);
});

it("does not use what is kept where it is cut off, empty, of one line or another text, and mends it", async () => {
    const spoils = [
        (text: string) => text.slice(0, -40),
        () => "",
        () => "x".repeat(64),
        (text: string) => text.replace(/first/, "wrong"),
    ];
    await run();
    for (const spoil of spoils) {
        entries().forEach(entry => fs.writeFileSync(entry, spoil(fs.readFileSync(entry, "utf8"))));
        expect(await run()).toEqual(COMPILED);
        expect(await run()).toEqual(KEPT);
    }
});

it("does not use what another version of the compiler made", async () => {
    await run();
    const loader = path.join(folder, "scripts/node/typeScript.cjs");
    const text = fs.readFileSync(loader, "utf8");
    fs.writeFileSync(loader, text.replace('require("@swc/core/package.json").version', '"0.0.1"'));
    expect(await run()).toEqual(COMPILED);
    fs.writeFileSync(loader, text.replace('target: "es2022"', 'target: "es2021"'));
    expect(await run()).toEqual(COMPILED);
});

it("works for many processes at once, and leaves whole files only", async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, run));
    expect(runs.map(({ said }) => said.split("\n")[0])).toEqual(Array(6).fill("first"));
    expect(entries().map(name => path.extname(name))).toEqual([".js", ".js"]);
    expect(await run()).toEqual(KEPT);
});

it("works where nothing can be kept", async () => {
    write("node_modules/.cache", "a file where the folder would be");
    expect(await run()).toEqual(COMPILED);
    expect(await run()).toEqual(COMPILED);
});

it.each(["compiled", "kept"])("says places by the lines that people wrote, %s", async how => {
    write(
        "main.ts",
        "interface Wide {\n    a: 1;\n}\n\nfunction fail(): void {\n    throw new Error('here');\n}\nfail();\n",
    );
    if (how === "kept") {
        await run();
    }
    expect((await run()).failed).toContain(`at fail (${path.join(folder, "main.ts")}:6:11)`);
});

it("names the file and the line of a mistake in the syntax", async () => {
    write("main.ts", "const a = 1;\nconst = 2;\n");
    const { failed } = await run();
    expect(failed).toContain(path.join(folder, "main.ts"));
    expect(failed).toContain("const = 2;");
});

it("is what ts-node uses, for plain pulumi", async () => {
    write("main.ts", "interface Wide {\n    a: 1;\n}\nthrow new Error('here' as string);\n");
    for (const _again of [1, 2]) {
        const { failed } = await node("--require", "ts-node/register", "main.ts");
        expect(failed).toContain(`(${path.join(folder, "main.ts")}:4:7)`);
        expect(entries()).toHaveLength(1);
    }
});
