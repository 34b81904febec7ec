/**
 * A course, as stacks/Pulumi.course.yaml has it: 40 students come from a registrar's export; a link opens the week's
 * notebook; an assignment goes once round between servers; a student wants to read another's. Pictures: test/artifacts.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Browser } from "playwright-core";
import { checkout } from "../support/checkout";
import { launch, Visitor } from "../support/browser/person";
import { docker } from "../support/deploy/docker";
import { steps } from "../support/deploy/steps";
import { stackConfig, Workspace, type Outputs } from "../support/deploy/workspace";
import { looksAtIt } from "./course/formgrader";
import { GitMachine } from "./course/gitMachine";
import { attacksAtTheServer, expectHarmless, handInHostile } from "./course/hostile";
import { runAll } from "./course/lab";
import { Member } from "./course/people";
import { feedback, giveBack, grade, grades, handIn, release, SOLUTION } from "./course/round";
import { together } from "./course/together";

const step = steps();
/** What two stack files with the same settings differ in. */
const OTHER_LINES = /^[^]*?^config:\n|^ {2}jupyterhub:listen: .*\n/gm;
const CLASS = path.join(__dirname, "../support/course/class.csv");

let workspace: Workspace;
let outputs: Outputs;
let browser: Browser;
let git: GitMachine;
let prof: Member;
let anna: Member;
let ben: Member;

beforeAll(async () => {
    const config = stackConfig("course");
    workspace = await Workspace.create(config.replace(/^ {2}- name: .+ # .+@uni\.example\n {4}groups: .*\n/gm, ""));
    [browser, git] = await Promise.all([launch(), GitMachine.start(workspace.stack)]);
});
afterAll(async () => {
    try {
        await browser?.close();
    } finally {
        git?.remove();
        workspace?.remove();
    }
});

step("40 students come from a registrar's export, as the example has them", async () => {
    const { stack } = workspace;
    expect(JSON.parse(await workspace.succeed("users", stack, "list", "--json"))).toHaveLength(7);
    const { stderr, code } = await workspace.run("users", stack, "import", CLASS, "--group", "algebra", "--yes");
    expect([code, stderr]).toEqual([0, expect.stringContaining("40 added, 0 changed, 0 gone")]);
    const body = (text: string) => text.replace(OTHER_LINES, "").trim();
    expect(body(fs.readFileSync(workspace.stackFile, "utf8"))).toBe(body(checkout.stackFile("course")));
    await workspace.up();
    outputs = await workspace.outputs();
    expect(Object.keys(outputs.users)).toHaveLength(47);
    await workspace.expectNoChanges();
});

step("a student opens the week's notebook by a link, logs in on the way, and runs it", async () => {
    const student = await Visitor.arrive(browser, outputs.url);
    const what = { repo: git.repository, branch: "main", urlpath: "lab/tree/algebra/week1/one.ipynb" };
    await student.saying("course-link", async () => {
        await student.open(`hub/user-redirect/git-pull?${new URLSearchParams(what).toString()}`);
        await student.logIn("anna.schaefer", outputs.passwords["anna.schaefer"]);
        await student.waitForPlace(/^\/user\/anna\.schaefer\/lab\/tree\/algebra\/week1\/one\.ipynb$/);
        expect(await runAll(student)).toEqual(["45"]);
        await student.picture("course-notebook");
    });
    expect(student.troubles()).toEqual([]);
    await student.context.close();
});

step("an assignment is released, fetched and handed in", async () => {
    prof = await Member.arrive(outputs, "prof.weiss");
    await release(prof);
    anna = await Member.join(outputs, "anna.schaefer");
    expect(await anna.succeed("nbgrader list")).toContain("algebra ps1");
    await handIn(anna, SOLUTION);
    expect(await prof.succeed("nbgrader list --inbound")).toMatch(/algebra anna\.schaefer ps1 /);
});

step("a student reads and changes nothing of another's", async () => {
    ben = await Member.arrive(outputs, "ben.roth");
    await attacksAtTheServer(ben);
});

step("what a hostile student hands in reads nothing, and is graded for what it is", async () => {
    await handInHostile(ben);
    await expectHarmless(prof, await grade(prof));
    expect(await grades(prof)).toMatchObject({ "anna.schaefer": 2, "ben.roth": 2 });
});

step("the lecturer looks at it, and no script of a student runs", async () => {
    expect(await looksAtIt(browser, outputs, prof, "ben.roth")).toContain("failed: PermissionError");
});

step("feedback goes back to whom it belongs", async () => {
    await giveBack(prof);
    expect(await feedback(anna)).toContain("own idea");
    const got = await feedback(ben);
    expect(got).toContain(" failed: PermissionError");
    expect(got).not.toMatch(/own idea| did it: /);
});

step("material is what staff put there; a team shares a folder", async () => {
    await prof.write("material/data.csv", "1,2,3");
    expect(await anna.succeed("cat material/data.csv")).toBe("1,2,3");
    await anna.write("team/plan.md", "# Plan of team 1");
    expect((await ben.run("ls team")).said).toBe("");
});

step("two of a team work in one notebook, and nobody else opens their server", async () => {
    await together(browser, outputs, [anna, "david.klein"], ben);
});

step("who leaves keeps what they handed in, until it is purged", async () => {
    await Promise.all([prof, anna, ben].map(member => member.leave()));
    const listed = fs.readFileSync(workspace.stackFile, "utf8");
    fs.writeFileSync(workspace.stackFile, listed.replace(/^ {4}- name: ben\.roth .*\n.*\n/m, ""));
    await workspace.up();
    const own = () =>
        docker("volume", "ls", "--quiet", "--filter", "name=-own-algebra-")
            .split("\n")
            .filter(name => name.startsWith(outputs.containers.hub.replace(/hub$/, "")) && name.includes(".ben-roth-"));
    expect(own()).toHaveLength(2);
    await workspace.succeed("purge", workspace.stack, "--person", "ben.roth", "--yes");
    expect(own()).toEqual([]);
});
