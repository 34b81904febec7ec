/** What the workflows of GitHub Actions may do, and for whom. */
import * as fs from "node:fs";
import { evaluate, jobsOf, readWorkflow, WORKFLOWS, type Context } from "../../support/workflow/workflow";

const files = fs.readdirSync(WORKFLOWS).filter(file => file.endsWith(".yml"));
const all = files.map(file => [file, readWorkflow(file)] as const);
const hub = readWorkflow("hub.yml");
const check = readWorkflow("check.yml");

type Event = { github: { event_name: string; repository: string; event?: object } } & Context;

/** A pull request of a repository to lab/hub. */
const pull = (event_name: string, from: string | null, stacks = "lab"): Event => ({
    github: {
        event_name,
        repository: "lab/hub",
        event: { pull_request: { head: { repo: from === null ? null : { full_name: from } } } },
    },
    vars: { HUB_STACKS: stacks },
});
const push = (stacks = "lab"): Event => ({
    github: { event_name: "push", repository: "lab/hub" },
    vars: { HUB_STACKS: stacks },
});

it("there are two", () => expect(files.sort()).toEqual(["check.yml", "hub.yml"]));

it.each(all)("%s: actions of others are pinned to a commit, with the version beside it", file => {
    const uses = fs.readFileSync(`${WORKFLOWS}/${file}`, "utf8").match(/uses: .*/g) ?? [];
    const good = /^uses: (?:\.\/\.github\/workflows\/check\.yml|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter(line => !good.test(line))).toEqual([]);
});

it.each(all)("%s: no secret of the repository, and no expression inside a script", (file, { jobs }) => {
    expect(fs.readFileSync(`${WORKFLOWS}/${file}`, "utf8")).not.toMatch(/\bsecrets[.:[]/);
    const scripts = Object.values(jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run }) => run ?? []));
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter(script => script.includes("${{"))).toEqual([]);
});

it("nothing may write but the preview, and that only comments", () => {
    expect(check.permissions).toEqual({ contents: "read" });
    expect(hub.permissions).toEqual({});
    expect(Object.entries(hub.jobs).map(([name, { permissions }]) => [name, permissions])).toEqual([
        ["check", { contents: "read" }],
        ["preview", { "pull-requests": "write" }],
        ["deploy", undefined],
    ]);
});

it("a pull request's own code runs on GitHub's machines alone", () => {
    expect(Object.keys(check.on)).toEqual(["pull_request", "workflow_call"]);
    expect(Object.values(check.jobs).map(job => job["runs-on"])).toEqual(["ubuntu-24.04"]);
    expect(Object.keys(hub.on)).toEqual(["pull_request_target", "push"]);
    const steps = Object.values(hub.jobs).flatMap(({ steps = [] }) => steps);
    expect(steps.filter(({ uses }) => uses !== undefined)).toEqual([]); // Above all no checkout of it.
});

it.each<[string, Event, string[]]>([
    ["a pull request of the repository", pull("pull_request_target", "lab/hub"), ["preview"]],
    ["a pull request from a fork", pull("pull_request_target", "mallory/hub"), []],
    ["one whose fork is gone", pull("pull_request_target", null), []],
    ["a fork's own run", pull("pull_request", "mallory/hub"), []],
    ["a merge", push(), ["check", "deploy"]],
    ["a repository that has not asked for it", push(""), []],
    ["a pull request there", pull("pull_request_target", "lab/hub", ""), []],
])("the hub's machine: %s", (_, event, jobs) => {
    expect(jobsOf(hub, event)).toEqual(jobs);
});

it("a merge is deployed after the checks, one at a time, and is not cut off", () => {
    const { needs, concurrency, environment } = hub.jobs.deploy;
    expect({ needs, concurrency, environment }).toEqual({
        needs: "check",
        concurrency: { group: "deploy", "cancel-in-progress": false },
        environment: "production",
    });
    expect(hub.jobs.preview.environment).toBe("preview");
});

it("the reading of expressions can tell", () => {
    const context = { a: { b: "x" }, n: 1 };
    expect(evaluate("a.b == 'x' && n != 2", context)).toBe(true);
    expect(evaluate("a.c == '' || a.b.c == 'y'", context)).toBe(true);
    expect(evaluate("!(a.b == 'it''s')", context)).toBe(true);
    expect(() => evaluate("contains(a.b, 'x')", context)).toThrow("not an expression");
});
