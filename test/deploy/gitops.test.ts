/** A repository that deploys itself: the workflow's steps and the timer's command, as GitHub and systemd run them. */
import * as fs from "node:fs";
import * as path from "node:path";
import { unitFiles } from "../../scripts/gitops/units";
import { hasRootSecret, parseStackFile } from "../../scripts/files/stackFile";
import { capture, type Result } from "../../scripts/terminal/process";
import { docker } from "../support/deploy/docker";
import { expectNoTrace, said } from "../support/deploy/shell";
import { ENDLESS, Workspace } from "../support/deploy/workspace";
import { FakeGitHub } from "../support/workflow/github";
import { commandOf, jobsOf, readWorkflow } from "../support/workflow/workflow";

const HUB = readWorkflow("hub.yml");

let workspace: Workspace;
let github: FakeGitHub;
/** Where people write their pull requests. */
let author: string;

async function git(folder: string, ...args: string[]): Promise<string> {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    const { code, stdout, stderr } = await capture("git", ["-C", folder, ...who, ...args]);
    expect({ args, code, stderr: code === 0 ? "" : stderr }).toEqual({ args, code: 0, stderr: "" });
    return stdout.trim();
}

/** Commits a stack file with these people to a branch of the author's clone, and pushes it. @returns the commit */
async function push(branch: string, users: string): Promise<string> {
    const file = path.join(author, "stacks", `Pulumi.${workspace.stack}.yaml`);
    await git(author, "switch", "--quiet", "--force-create", branch, "origin/main");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace(/^ {2}jupyterhub:users:.*$/m, `  jupyterhub:users: ${users}`));
    await git(author, "commit", "--quiet", "--all", "--message", `People are ${users}`);
    await git(author, "push", "--quiet", "--force", "origin", branch);
    await git(author, "fetch", "--quiet");
    return git(author, "rev-parse", "HEAD");
}

/** Runs the steps of a job as GitHub's runner on the hub's machine does. */
async function runJob(name: string, context: { github: { event_name: string } & Record<string, unknown> }) {
    const whole = {
        github: { repository: "lab/hub", token: github.token, ...context.github },
        vars: { HUB_STACKS: workspace.stack, HUB_CHECKOUT: workspace.root },
    };
    expect(jobsOf(HUB, whole)).toContain(name);
    let result: Result = { code: 0, stdout: "", stderr: "" };
    for (const step of HUB.jobs[name].steps ?? []) {
        const { args, cwd, env } = commandOf(HUB, step, whole);
        result = await capture("bash", args, {
            cwd,
            env: { ...workspace.env, CI: "true", GITHUB_API_URL: github.api, GITHUB_REPOSITORY: "lab/hub", ...env },
            timeout: ENDLESS,
        });
        expectNoTrace(said(result));
        if (result.code !== 0) {
            break;
        }
    }
    return result;
}

const pullRequest = (sha: string, repository = "lab/hub") => ({
    github: {
        event_name: "pull_request_target",
        event: { pull_request: { number: 7, head: { sha, repo: { full_name: repository } } } },
    },
});

/** Runs what the timer runs, with nothing of this shell but what systemd has too. */
async function timer(...rest: string[]): Promise<Result> {
    const settings = { stacks: [workspace.stack], every: 300, user: "root", node: process.execPath };
    const { "jupyterhub-sync.service": unit } = unitFiles({ ...settings, root: workspace.root });
    const [, command] = /^ExecStart=(.*)$/m.exec(unit) as RegExpExecArray;
    const [, search] = /^Environment="PATH=(.*)"$/m.exec(unit) as RegExpExecArray;
    const words = [...command.matchAll(/"([^"]*)"/g)].map(([, word]) => word);
    const { HOME, XDG_DATA_HOME } = workspace.env;
    const env = { HOME, XDG_DATA_HOME, PATH: search };
    return capture(words[0], [...words.slice(1), ...rest], { cwd: workspace.root, env, timeout: ENDLESS });
}

const containerOf = (person: string) =>
    docker("ps", "--all", "--format", "{{.Names}}", "--filter", `label=jupyterhub.person=${person}`)
        .split("\n")
        .filter(name => name.startsWith(`${workspace.stack}-`));
const nothingToDo = () =>
    expect.stringMatching(new RegExp(`^${workspace.stack}: nothing to do, all is as [0-9a-f]{7,} `));

beforeAll(async () => {
    github = await new FakeGitHub().start();
    workspace = await Workspace.create("jupyterhub:users: [ada]");
    const remote = path.join(workspace.folder, "remote.git");
    author = path.join(workspace.folder, "author");
    await git(workspace.folder, "init", "--quiet", "--bare", "--initial-branch=main", remote);
    await git(workspace.root, "init", "--quiet", "--initial-branch=main");
    await git(workspace.root, "remote", "add", "origin", remote);
    await workspace.up();
    // The root secret is in the file now, and so in the repository.
    fs.appendFileSync(path.join(workspace.root, ".git", "info", "exclude"), "node_modules\n");
    await git(workspace.root, "add", ".");
    await git(workspace.root, "commit", "--quiet", "--message", "A hub for Ada");
    await git(workspace.root, "push", "--quiet", "--set-upstream", "origin", "main");
    await git(workspace.folder, "clone", "--quiet", remote, author);
});
afterAll(() => {
    github?.stop();
    workspace?.remove();
});

it("has nothing but the root secret of a first deployment in the repository", async () => {
    const text = await git(author, "show", `HEAD:stacks/Pulumi.${workspace.stack}.yaml`);
    expect(hasRootSecret(parseStackFile(workspace.stack, text))).toBe(true);
});

it("says in a comment what a pull request changes that adds two people, and changes nothing", async () => {
    github.add("<!-- jupyterhub-preview -->\nnot a program's", "User");
    const commit = await push("people", "[ada, grace, linus]");
    const { code, stdout } = await runJob("preview", pullRequest(commit));
    expect({ code, stdout }).toEqual({ code: 0, stdout: "https://github.test/comments/2\n" });
    expect(github.comments[1].body.split("\n")).toEqual([
        "<!-- jupyterhub-preview -->",
        `### What changes in \`${workspace.stack}\``,
        "",
        "- **2 added**: `grace`, `linus`",
        "",
        `<sub>Of \`${commit.slice(0, 7)} People are [ada, grace, linus]\`, against what is deployed now.</sub>`,
    ]);
    expect([containerOf("grace"), await git(workspace.root, "status", "--porcelain")]).toEqual([[], ""]);
});

it("writes the same comment anew, with what is wrong with a newer commit", async () => {
    const commit = await push("people", "[ada, grace, {name: linus, memory: much}]");
    const { code } = await runJob("preview", pullRequest(commit));
    expect(code).toBe(1);
    expect(github.comments.map(({ user }) => user.type)).toEqual(["User", "Bot"]);
    expect(github.comments[1].body).toContain(`### \`${workspace.stack}\` cannot be deployed so\n\n\`\`\`\n`);
    expect(github.comments[1].body).toContain('users[2].memory: "much" is no size');
});

it("says so where a pull request loses the root secret", async () => {
    const text = fs.readFileSync(workspace.stackFile, "utf8");
    await git(author, "switch", "--quiet", "--force-create", "lost", "origin/main");
    const bare = text.replace(/^ {2}jupyterhub:rootSecret:\n(?: {4}.*\n)+/m, "");
    expect(bare).not.toBe(text);
    fs.writeFileSync(path.join(author, "stacks", `Pulumi.${workspace.stack}.yaml`), bare);
    await git(author, "commit", "--quiet", "--all", "--message", "Lost");
    await git(author, "push", "--quiet", "origin", "lost");
    const { code } = await runJob("preview", pullRequest(await git(author, "rev-parse", "HEAD")));
    expect(code).toBe(1);
    expect(github.comments[1].body).toContain(`Pulumi.${workspace.stack}.yaml has no jupyterhub:rootSecret. Deploy it`);
});

it("deploys a merge", async () => {
    const commit = await push("main", "[ada, grace, linus]");
    const { code, stdout } = await runJob("deploy", { github: { event_name: "push" } });
    expect({ code, last: stdout.trimEnd().split("\n").pop() }).toEqual({
        code: 0,
        last: `${workspace.stack}: deployed ${commit.slice(0, 7)} People are [ada, grace, linus]`,
    });
    expect(["ada", "grace", "linus"].map(person => containerOf(person).length)).toEqual([1, 1, 1]);
    expect(await git(workspace.root, "rev-parse", "HEAD")).toBe(commit);
    await workspace.expectNoChanges();
});

it("has nothing to do then, as the timer says", async () => {
    const { code, stdout } = await timer();
    expect({ code, stdout }).toEqual({ code: 0, stdout: nothingToDo() });
});

it("mends a container that somebody has removed, once another run is over", async () => {
    const [container] = containerOf("grace");
    docker("rm", "--force", container);
    const locks = path.join(workspace.env.XDG_DATA_HOME ?? "", "jupyterhub-pulumi");
    const [data] = fs.readdirSync(locks);
    const folder = path.join(locks, data, "state/.pulumi/locks/organization/jupyterhub", workspace.stack);
    const lock = path.join(folder, "other.json");
    const holder = { pid: 1, username: "grace", hostname: "elsewhere", timestamp: "2026-01-01T00:00:00Z" };
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(lock, JSON.stringify(holder));
    const refused = await timer("--wait", "0s");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
        `${workspace.stack} is not as the repository says: Another run is working on the stack "${workspace.stack}": ` +
            "pid 1 of grace on elsewhere",
    );
    const run = timer();
    await new Promise(resolve => setTimeout(resolve, 10_000));
    expect(containerOf("grace")).toEqual([]);
    fs.rmSync(lock);
    const { code, stdout, stderr } = await run;
    expect({ code, deployed: stdout.includes(`${workspace.stack}: deployed `) }).toEqual({ code: 0, deployed: true });
    expect(stderr).toContain(`${workspace.stack}: deploying, because missing or stopped: ${container}\n`);
    expect(stderr).toContain("Waiting for its end …");
    expect(containerOf("grace")).toEqual([container]);
    expect((await timer()).stdout).toEqual(nothingToDo());
});

it("refuses a checkout that somebody has edited, and one that has parted from the repository", async () => {
    const containers = () => docker("ps", "--all", "--quiet", "--filter", `name=^${workspace.stack}-`);
    const before = containers();
    fs.appendFileSync(workspace.stackFile, "# by hand\n");
    const edited = await timer();
    expect({ code: edited.code, text: edited.stderr }).toEqual({
        code: 1,
        text: expect.stringContaining(`${workspace.root} has changes that are in no commit:\n M stacks/`),
    });
    await git(workspace.root, "commit", "--quiet", "--all", "--message", "By hand");
    const parted = await timer();
    expect({ code: parted.code, text: parted.stderr }).toEqual({
        code: 1,
        text: expect.stringContaining("has 1 commit that origin/main does not have"),
    });
    expectNoTrace(edited.stderr + parted.stderr);
    expect(containers()).toBe(before);
});
