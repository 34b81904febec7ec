/**
 * The npm package in a folder with nothing else: a program in TypeScript deploys two people, and one that makes the hub
 * through the plugin, as other languages do, goes on from there. YAML and Python: `npm run test:languages`.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { readSettings } from "../../components/config";
import { allPlans, planImages } from "../../components/image";
import { CHECKOUT } from "../support/checkout";
import { expectNoTrace, said } from "../support/deploy/shell";
import { blockWith, Program } from "../support/languages/program";

/** What every SDK of another language does, without its types. */
const REMOTE = `
const pulumi = require("@pulumi/pulumi");
const outputs = { url: undefined, passwords: undefined };
const hub = new pulumi.ComponentResource("jupyterhub:docker:JupyterHub", "hub", {
    ...outputs,
    users: ["ada", { name: "grace", admin: true }],
    listen: "127.0.0.1:8010",
    rootSecret: new pulumi.Config().requireSecret("rootSecret"),
}, {}, true);
module.exports = { url: hub.url, passwords: hub.passwords };
`;
const PLUGINS = /^plugins:\n(?: .*\n)*/m.exec(blockWith("runtime: yaml"))?.[0] ?? "";

let program: Program;

beforeAll(async () => {
    program = await Program.create();
    const [, line] = /^(import .*)$/m.exec(blockWith('"jupyterhub-docker-pulumi"')) as RegExpExecArray;
    const text = blockWith('from "../jupyterhub/components"').replace(/^import \{ JupyterHub \}.*$/m, line);
    program.write("index.ts", text);
    program.write("Pulumi.yaml", blockWith("runtime: nodejs"));
    await program.initStack();
});
afterAll(() => program?.remove());

/** Files below a folder. */
const below = (folder: string) =>
    fs
        .readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter(file => fs.statSync(path.join(folder, file)).isFile())
        .sort();

it("has the images' build contexts whole, and no source or test", () => {
    const folder = path.join(program.folder, "node_modules/jupyterhub-docker-pulumi");
    const packed = below(path.join(folder, "images"));
    const own = below(path.join(CHECKOUT, "images")).filter(file => !/(^|\/)(__pycache__|\.pytest_cache)\//.test(file));
    expect(packed).toEqual(own);
    expect(fs.readdirSync(folder).sort()).toEqual([
        "LICENSE",
        "PulumiPlugin.yaml",
        "README.md",
        "components",
        "images",
        "package.json",
        "plugin",
        "pulumi-resource-jupyterhub",
    ]);
    expect(below(path.join(folder, "components")).filter(file => !/\.(js|d\.ts)$/.test(file))).toEqual([]);
});

it("has types that know a wrong key", async () => {
    const wrong =
        'import { JupyterHub } from "jupyterhub-docker-pulumi";\nnew JupyterHub("x", { users: [{ nam: "a" }] });\n';
    program.write("wrong.ts", wrong);
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"];
    const tsc = (file: string) => program.run("node_modules/.bin/tsc", [...options, file]);
    const [right, refused] = [await tsc("index.ts"), await tsc("wrong.ts")];
    fs.rmSync(path.join(program.folder, "wrong.ts"));
    expect({ code: right.code, text: said(right).trim() }).toEqual({ code: 0, text: "" });
    expect(refused.stdout).toContain("'nam' does not exist in type");
});

it("deploys two people, on the images of the checkout", async () => {
    await program.pulumi("up", "--yes", "--skip-preview");
    const { url, passwords } = await program.outputs();
    expect(url).toBe(program.workspace.url);
    expect(Object.keys(passwords)).toEqual(["ada", "grace"]);
    await program.pulumi("preview", "--expect-no-changes");
    const key = "jupyterhub:rootSecret";
    const config = { "jupyterhub:users": ["ada", "grace"], [key]: "x".repeat(64) };
    const own = allPlans(planImages(readSettings("x", config, new Set([key])))).map(({ reference }) => reference);
    expect(program.images()).toEqual(expect.arrayContaining([expect.stringMatching(/^jupyterhub-hub:/)]));
    expect(program.images().filter(image => !own.includes(image))).toEqual([]);
});

it("through the plugin a program of another language finds the same hub, and changes no container", async () => {
    const containers = program.containers();
    const passwords = (await program.outputs()).passwords;
    fs.rmSync(path.join(program.folder, "index.ts"));
    program.write("index.js", REMOTE);
    program.write("Pulumi.yaml", `${blockWith("runtime: nodejs")}${PLUGINS}`);
    await program.pulumi("up", "--yes", "--skip-preview");
    expect(containers.length).toBeGreaterThan(4);
    expect(program.containers()).toEqual(containers);
    expect((await program.outputs()).passwords).toEqual(passwords);
    await program.pulumi("preview", "--expect-no-changes");
});

it("the plugin says by one message what is wrong, and changes nothing", async () => {
    const containers = program.containers();
    program.write("index.js", REMOTE.replace('"ada"', '{ name: "ada", memory: "much" }, "grace"'));
    const stack = program.workspace.stack;
    const result = await program.run("pulumi", [
        "up",
        "--yes",
        "--skip-preview",
        "--non-interactive",
        "--stack",
        stack,
    ]);
    expect(result.code).not.toBe(0);
    expect(said(result)).toContain(`The configuration of stack "${stack}" has 2 problems; nothing was changed.`);
    expect(said(result)).toContain('users[0].memory: "much" is no size');
    expectNoTrace(said(result));
    expect(program.containers()).toEqual(containers);
});

it("takes them down again, but for homes and the hub's database", async () => {
    await program.pulumi("destroy", "--yes", "--skip-preview");
    const { containers, networks, volumes } = program.workspace.objects();
    expect([containers, networks]).toEqual([[], []]);
    expect(volumes.map(name => name.replace(/^.*?-[a-z2-7]{8}-/, ""))).toEqual(["home-ada", "home-grace", "hub-data"]);
});

it("is started as a release of Pulumi starts it, by PulumiPlugin.yaml", async () => {
    const args = ["node_modules/@pulumi/pulumi/cmd/run-plugin", "node_modules/jupyterhub-docker-pulumi", "127.0.0.1:1"];
    const plugin = spawn(process.execPath, args, { cwd: program.folder, env: program.env });
    try {
        const port = await new Promise<string>((resolve, reject) => {
            plugin.stdout.once("data", (text: Buffer) => resolve(text.toString()));
            plugin.once("exit", code => reject(new Error(`it ended with ${code}`)));
        });
        expect(port).toMatch(/^\d+\n$/);
    } finally {
        plugin.kill();
    }
});
