/**
 * Stack files that are wrong, through `npm run up` and through plain `pulumi preview`: everything that is wrong is
 * said, the exit code is not 0, and nothing is made, neither in Docker nor in the state.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { SECRET_KEYS } from "../../../components/config/schema";
import { parseAsPulumi } from "../../../scripts/files/pulumiYaml";
import { capture, type Result } from "../../../scripts/terminal/process";
import { brokenStacks, unseen } from "../../support/brokenStacks";
import { expectNoTrace, pool, said, shell, shellEnv } from "../../support/deploy/shell";
import { docker } from "../../support/deploy/docker";
import { Workspace } from "../../support/deploy/workspace";
import { isLong } from "../../support/longForm";

const differsInPlainPulumi = ({ problems }: (typeof brokenStacks)[number]) =>
    problems.some(problem => unseen(problem) !== problem);

/** The unit tests have each one's words (messages.test.ts). Here every third, and all in the long form. */
const tried = brokenStacks.filter((stack, i) => isLong || i % 3 === 0 || differsInPlainPulumi(stack));

/** Plain Pulumi takes some seconds for each, and runs the same program. */
const previewed = (i: number) => isLong || i % 8 === 0 || differsInPlainPulumi(tried[i]);

let workspace: Workspace;
let env: NodeJS.ProcessEnv;
/** Salt and root secret, as Pulumi wrote them. */
let salt: string;
let secret: string;
/** For each broken stack what `up` and what a preview says; all of them are under way from the beginning. */
let answers: { up: Promise<Result>; preview?: Promise<Result> }[];

beforeAll(async () => {
    workspace = await Workspace.create("jupyterhub:users: [ada]");
    env = await shellEnv(workspace);
    const made = await shell(
        workspace,
        `pulumi stack init ${workspace.stack} && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n' | ` +
            "pulumi config set --secret jupyterhub:rootSecret",
    );
    expect({ code: made.code, text: made.code === 0 ? "" : said(made) }).toEqual({ code: 0, text: "" });
    const file = fs.readFileSync(workspace.stackFile, "utf8");
    salt = /^encryptionsalt: .*$/m.exec(file)?.[0] as string;
    secret = /^ +jupyterhub:rootSecret:\n +secure: .*$/m.exec(file)?.[0] as string;
    const files = tried.map(({ config }, i) => write(`${workspace.stack}-${i}`, config));
    const ups = files.map((_, i) => () => workspace.run("up", `${workspace.stack}-${i}`));
    const previews = files.flatMap((file, i) =>
        previewed(i) ? [() => preview("--stack", workspace.stack, "--config-file", file)] : [],
    );
    const results = pool(2, [...ups, ...previews]);
    const plain = results.slice(ups.length);
    answers = files.map((_, i) => ({ up: results[i], preview: previewed(i) ? plain.shift() : undefined }));
});
afterAll(async () => {
    await Promise.allSettled((answers ?? []).flatMap(({ up, preview: plain = up }) => [up, plain]));
    workspace?.remove();
});

/** A stack file beside the one that there is a stack of. */
function write(stack: string, config: string, rootSecret = secret): string {
    const file = path.join(workspace.root, "stacks", `Pulumi.${stack}.yaml`);
    const lines = config.split("\n").map(line => `  ${line}`);
    fs.writeFileSync(file, [salt, "config:", ...lines, ...(rootSecret === "" ? [] : [rootSecret]), ""].join("\n"));
    return file;
}

const preview = (...args: string[]) =>
    capture("pulumi", ["preview", "--non-interactive", ...args], { cwd: workspace.root, env });

/** Each line of the message, in any place; and a count where there is one. */
function expectRefusal(result: Result, problems: readonly string[]): void {
    const lines = said(result)
        .split("\n")
        .map(line => line.trim());
    expect(lines).toEqual(expect.arrayContaining([...problems]));
    expect(result.code).not.toBe(0);
    expectNoTrace(said(result));
}

const all = (problems: readonly string[]) => [
    expect.stringMatching(
        `has ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}; nothing was changed\\.$`,
    ) as string,
    ...problems,
];

describe.each(tried.map((broken, i) => [broken.title, broken, i] as const))("%s", (_, { problems }, i) => {
    /** Commands in messages name the stack. */
    const of = (stack: string) =>
        all(problems.map(problem => problem.replace("npm run secret -- test ", `npm run secret -- ${stack} `)));

    it("is refused by npm run up", async () => {
        expectRefusal(await answers[i].up, of(`${workspace.stack}-${i}`));
    });

    if (previewed(i)) {
        it("is refused by plain pulumi preview", async () => {
            expectRefusal(
                (await answers[i].preview) as Result,
                of(workspace.stack).map(said => (typeof said === "string" ? unseen(said) : said)),
            );
        });
    }
});

/** A line that Pulumi may have put `error: ` before. */
const ending = (text: string) =>
    expect.stringMatching(new RegExp(`^(error: )?${text.replace(/[.[\]/]/g, "\\$&")}$`)) as string;

/** The same file by both ways. */
async function bothRefuse(config: string, problems: readonly string[], rootSecret = secret): Promise<void> {
    const name = `${workspace.stack}-one`;
    const file = write(name, config, rootSecret);
    expectRefusal(await workspace.run("up", name), problems);
    expectRefusal(await preview("--stack", workspace.stack, "--config-file", file), problems);
}

it("an encrypted value inside the list of people is refused", async () => {
    const name = `${workspace.stack}-inside`;
    const file = write(name, "jupyterhub:users: [ada, {name: grace}]");
    const set = await capture(
        "pulumi",
        [
            "config",
            "set",
            "--secret",
            "--path",
            "jupyterhub:users[1].env.TOKEN",
            "x",
            "--stack",
            workspace.stack,
            "--config-file",
            file,
        ],
        { cwd: workspace.root, env },
    );
    expect(set.code).toBe(0);
    const problems = all([
        `users: has an encrypted value inside; secrets have keys of their own (${SECRET_KEYS.join(", ")})`,
    ]);
    expectRefusal(await workspace.run("up", name), problems);
    expectRefusal(await preview("--stack", workspace.stack, "--config-file", file), problems);
});

it("a root secret in plain text is refused, and not repeated", async () => {
    const readable = "0123456789abcdef".repeat(4);
    await bothRefuse(
        "jupyterhub:users: [ada]",
        all([
            "rootSecret: is readable in the stack file; encrypt it: pulumi config set --secret jupyterhub:rootSecret",
        ]),
        `  jupyterhub:rootSecret: "${readable}"`,
    );
    expect(said(await workspace.run("up", `${workspace.stack}-one`))).not.toContain(readable);
});

it("a folder of an image that is not there is refused, by its place in the file", async () => {
    await bothRefuse("jupyterhub:users: [ada]\njupyterhub:images: {hub: {build: nothing}}", [
        ending("images.hub.build: there is no images/nothing/Dockerfile"),
    ]);
    await bothRefuse(
        "jupyterhub:users: [{name: ada, image: mine}]\njupyterhub:images: {notebooks: {mine: {build: none}}}",
        [ending("images.notebooks.mine.build: there is no images/none/Dockerfile")],
    );
});

it("a stack without root secret is told how to get one by plain pulumi", async () => {
    const file = write(`${workspace.stack}-fresh`, "jupyterhub:users: [ada]", "");
    expectRefusal(await preview("--stack", workspace.stack, "--config-file", file), [
        "rootSecret: is missing; `npm run up` makes it, or: pulumi config set --secret jupyterhub:rootSecret " +
            '"$(openssl rand -hex 32)"',
    ]);
});

it("a stack that has no file is answered with those that have one", async () => {
    const up = await workspace.run("up", "dve");
    expect(up.stderr).toMatch(
        /^There is no stacks\/Pulumi\.dve\.yaml; did you mean "dev"\?\nStacks here: course, dev, /,
    );
    expectRefusal(up, []);
    for (const name of ["../dev", "dev/x", "a b", ".."]) {
        expectRefusal(await workspace.run("down", name), []);
    }
    expectRefusal(await preview("--stack", "dve"), []);
});

it("a file that is no YAML is refused with the place", async () => {
    const name = `${workspace.stack}-yaml`;
    const file = path.join(workspace.root, "stacks", `Pulumi.${name}.yaml`);
    for (const [text, place] of [
        ["config:\n  jupyterhub:users: [ada\n", "line 3"],
        ["config:\n\tjupyterhub:users: [ada]\n", "line 2"],
        ["config: [1, 2]\n", ""],
        ["just text\n", ""],
    ]) {
        fs.writeFileSync(file, text);
        const up = await workspace.run("up", name);
        expectRefusal(up, []);
        expect(up.stderr).toContain(`stacks/Pulumi.${name}.yaml cannot be read`);
        expect(up.stderr).toContain(place);
    }
    fs.writeFileSync(file, "config:\n  jupyterhub:users: [ada\n");
    expectRefusal(await preview("--stack", workspace.stack, "--config-file", file), []);
    fs.rmSync(file);
});

it("what the commands say that YAML reads is what Pulumi reads", async () => {
    const sources = [
        "2024-10-01",
        "2024-1-2 3:04:05",
        "2001-02-30",
        "0123",
        "0089123",
        "0o17",
        "0xFF",
        "0b11",
        "1_000",
    ];
    const more = ["3.10", "1e3", ".5", "+49301", "-017", "12345678901234567890123", "True", "~", "yes", "12:30", "_1"];
    const values = [...sources, ...more].map((source, i) => `v${i}: ${source}`).join(", ");
    const file = write(`${workspace.stack}-read`, `jupyterhub:x: {${values}, 0123: key, 1.50: key}`);
    const args = ["config", "--json", "--stack", workspace.stack, "--config-file", file];
    const { stdout } = await capture("pulumi", args, { cwd: workspace.root, env });
    const read = JSON.parse(stdout) as Record<string, { objectValue: unknown }>;
    const { config } = parseAsPulumi(fs.readFileSync(file, "utf8")).toJS() as { config: Record<string, unknown> };
    expect(config["jupyterhub:x"]).toEqual(read["jupyterhub:x"].objectValue);
    fs.rmSync(file);
});

it("nothing of all that is in Docker or in the state", async () => {
    const { stdout } = await capture("pulumi", ["stack", "ls", "--json"], { cwd: workspace.root, env });
    const stacks = JSON.parse(stdout) as { name: string; resourceCount?: number }[];
    expect(stacks.map(({ name, resourceCount }) => [name, resourceCount ?? 0])).toEqual([[workspace.stack, 0]]);
    const names =
        docker("ps", "--all", "--format", "{{.Names}}") +
        docker("network", "ls", "--format", "{{.Name}}") +
        docker("volume", "ls", "--quiet");
    expect(names).not.toContain(workspace.stack);
});
