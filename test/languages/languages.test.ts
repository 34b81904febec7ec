/** Programs in YAML and Python on the component package, as docs/program.md shows them: `npm run test:languages`. */
import * as fs from "node:fs";
import * as path from "node:path";
import { expectNoTrace, said } from "../support/deploy/shell";
import { ensureHubPython } from "../../scripts/testing/python";
import { ensureProgram } from "../support/languages/hosts";
import { blockWith, Program } from "../support/languages/program";

const YAML = blockWith("runtime: yaml");
const PLUGINS = /^plugins:\n(?: .*\n)*/m.exec(YAML)?.[0] ?? "";
const PLUGIN = "node_modules/jupyterhub-docker-pulumi/pulumi-resource-jupyterhub";

const REQUIREMENTS = path.join(__dirname, "..", "support", "languages", "python", "requirements.txt");

let program: Program;

beforeAll(async () => {
    program = await Program.create();
});
afterAll(() => program?.remove());

/** Puts folders before all others in which programs are found. */
function find(...folders: string[]): void {
    program.env.PATH = [...folders, program.env.PATH].join(path.delimiter);
}

/** Two people, nothing to do then, one message for a mistake, and away again. */
async function walk(file: string, mistake: (text: string) => string): Promise<void> {
    await program.pulumi("up", "--yes", "--skip-preview");
    const { url, passwords } = await program.outputs();
    expect(url).toBe(program.workspace.url);
    expect(Object.keys(passwords).sort()).toEqual(["ada", "grace"]);
    expect(program.containers().length).toBeGreaterThan(4);
    await program.pulumi("preview", "--expect-no-changes");

    const text = fs.readFileSync(path.join(program.folder, file), "utf8");
    expect(mistake(text)).not.toBe(text);
    program.write(file, mistake(text));
    const stack = ["--stack", program.workspace.stack];
    const wrong = await program.run("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", ...stack]);
    program.write(file, text);
    expect(wrong.code).not.toBe(0);
    expect(said(wrong)).toContain('users[0].memory: "much" is no size; write it like 512M or 2G');
    expectNoTrace(said(wrong));

    await program.pulumi("destroy", "--yes", "--skip-preview");
    const { containers, networks, volumes } = program.workspace.objects();
    expect([containers, networks, volumes.length]).toEqual([[], [], 3]);
}

it("YAML", async () => {
    find(await ensureProgram("pulumi-language-yaml"));
    program.write("Pulumi.yaml", YAML);
    await program.initStack();
    await walk("Pulumi.yaml", text => text.replace("- ada", "- {name: ada, memory: much}"));
});

it("YAML finds a wrong key before the hub is asked", async () => {
    program.write("Pulumi.yaml", YAML.replace("- ada", "- {nam: ada}"));
    const result = await program.run("pulumi", ["preview", "--non-interactive", "--stack", program.workspace.stack]);
    expect(result.code).not.toBe(0);
    expect(said(result)).toContain("Cannot assign '{nam: string}'");
});

it("Python", async () => {
    const venv = path.join(program.folder, "venv");
    const schema = await program.succeed("pulumi", "package", "get-schema", `./${PLUGIN}`);
    fs.writeFileSync(path.join(program.folder, "schema.json"), schema);
    await program.succeed(await ensureHubPython(), "-m", "venv", venv);
    const generator = path.join(await ensureProgram("make-python-sdk"), "make-python-sdk");
    await program.succeed(generator, "schema.json", "sdk");
    const pip = (...args: string[]) => program.succeed(path.join(venv, "bin", "pip"), "install", "--quiet", ...args);
    await pip("--require-hashes", "-r", REQUIREMENTS);
    await pip("--no-deps", "--no-build-isolation", "./sdk");
    find(path.join(venv, "bin"), await ensureProgram("pulumi-language-python"));
    program.write("Pulumi.yaml", `name: lab\nruntime: python\n${PLUGINS}`);
    program.write("__main__.py", blockWith("from pulumi_jupyterhub.docker import"));
    await walk("__main__.py", text => text.replace('"ada"', 'UserArgs(name="ada", memory="much")'));
});
