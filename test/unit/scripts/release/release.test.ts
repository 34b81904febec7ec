/** `npm run release`, in repositories of its own. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makeRelease, planRelease } from "../../../../scripts/release/release";
import { datedChangelog, nextVersion, unreleased, versionedPackage } from "../../../../scripts/release/version";
import { CHECKOUT } from "../../../support/checkout";

const TODAY = new Date("2026-03-01T23:00:00Z");
const CHANGES = "- One thing.\n- Another, with\n  a second line.\n\n### And\n\n# no comment of git's";
const BEFORE = "## 0.1.0 (2026-01-01)\n\n- The beginning.\n";
const CHANGELOG = `# Changelog\n\n## Unreleased\n\n${CHANGES}\n\n${BEFORE}`;

let root: string;
const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const write = (file: string, text: string) => fs.writeFileSync(path.join(root, file), text);
const commit = () => {
    git("add", ".");
    git("commit", "--quiet", "--message", "all");
};

beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-release-"));
    git("init", "--quiet", "--initial-branch", "main");
    git("config", "user.name", "t");
    git("config", "user.email", "t@example.org");
    git("config", "commit.gpgSign", "false");
    const named = { name: "x", version: "0.1.0" };
    write("package.json", `${JSON.stringify({ ...named, private: true }, undefined, 2)}\n`);
    const packages = { "": named, "node_modules/a": { version: "0.1.0" } };
    write("package-lock.json", `${JSON.stringify({ ...named, packages }, undefined, 2)}\n`);
    write("CHANGELOG.md", CHANGELOG);
    commit();
    git("tag", "v0.1.0");
});
afterEach(() => fs.rmSync(root, { recursive: true }));

it("a release has its version in three files, a commit, and a tag that says what has changed", async () => {
    const plan = await planRelease(root, "minor", TODAY);
    expect(git("status", "--porcelain")).toBe("");
    await makeRelease(root, plan);
    expect(git("log", "--format=%s", "-1")).toBe("Release 0.2.0");
    expect(git("rev-parse", "v0.2.0^{commit}")).toBe(git("rev-parse", "HEAD"));
    expect(git("tag", "--list", "--format=%(contents)", "v0.2.0")).toBe(`0.2.0\n\n${CHANGES}`);
    expect(git("status", "--porcelain")).toBe("");
    const changed = git("show", "--name-only", "--format=", "HEAD").split("\n");
    expect(changed).toEqual(["CHANGELOG.md", "package-lock.json", "package.json"]);
    expect(JSON.parse(read("package.json"))).toEqual({ name: "x", version: "0.2.0", private: true });
    expect(JSON.parse(read("package-lock.json"))).toEqual({
        name: "x",
        version: "0.2.0",
        packages: { "": { name: "x", version: "0.2.0" }, "node_modules/a": { version: "0.1.0" } },
    });
    expect(read("CHANGELOG.md")).toBe(
        `# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-03-01)\n\n${CHANGES}\n\n${BEFORE}`,
    );
});

it("the next one needs new changes, and gets the next version", async () => {
    await makeRelease(root, await planRelease(root, "patch", TODAY));
    await expect(planRelease(root, "patch", TODAY)).rejects.toThrow('"## Unreleased" is empty');
    write("CHANGELOG.md", read("CHANGELOG.md").replace("## Unreleased\n", "## Unreleased\n\n- More.\n"));
    commit();
    expect(await planRelease(root, "major", TODAY)).toMatchObject({ version: "1.0.0", changes: "- More." });
});

it("everything that stands in the way is told at once, and nothing is changed", async () => {
    git("checkout", "--quiet", "-b", "side");
    write("CHANGELOG.md", BEFORE);
    write("new", "");
    await expect(planRelease(root, "0.0.9", TODAY)).rejects.toThrow(
        "No release:\n  0.0.9 is not above 0.1.0, which is released.\n" +
            "  Releases are made on the branch main; this is side.\n" +
            "  There are changes that are not committed (git status).\n" +
            '  CHANGELOG.md has no heading "## Unreleased".',
    );
    git("checkout", "--quiet", "--detach");
    await expect(planRelease(root, "patch", TODAY)).rejects.toThrow("this is no branch");
    expect(git("tag")).toBe("v0.1.0");
});

it("a tag that is there is not made twice", async () => {
    git("tag", "v0.2.0");
    await expect(planRelease(root, "minor", TODAY)).rejects.toThrow("The tag v0.2.0 is there already.");
});

it("a commit or a tag that git refuses leaves all as it was", async () => {
    const head = git("rev-parse", "HEAD");
    const plan = await planRelease(root, "minor", TODAY);
    fs.mkdirSync(path.join(root, ".git/hooks"), { recursive: true });
    fs.writeFileSync(path.join(root, ".git/hooks/commit-msg"), "#!/bin/sh\necho no ticket; exit 1\n", { mode: 0o755 });
    await expect(makeRelease(root, plan)).rejects.toThrow("git commit failed: no ticket");
    expect([git("rev-parse", "HEAD"), git("status", "--porcelain"), git("tag")]).toEqual([head, "", "v0.1.0"]);
    fs.rmSync(path.join(root, ".git/hooks/commit-msg"));
    git("tag", "v0.2.0"); // Somebody was faster.
    await expect(makeRelease(root, plan)).rejects.toThrow("git tag failed");
    expect([git("rev-parse", "HEAD"), git("status", "--porcelain")]).toEqual([head, ""]);
});

it.each([
    ["patch", true, "0.1.1"],
    ["minor", true, "0.2.0"],
    ["major", false, "1.0.0"],
    ["0.1.0", false, "0.1.0"],
    ["0.3.0-rc.1", true, "0.3.0-rc.1"],
    ["0.1.0", true, /is not above/],
    ["0.0.1", false, /is below/],
    ["v1.0.0", true, /no version such as 1\.2\.3/],
    ["1.0", true, /no version/],
    ["latest", true, /no version/],
])("version %s, where the current one is released (%s): %s", (wanted, released, expected) => {
    if (expected instanceof RegExp) {
        expect(() => nextVersion("0.1.0", wanted, released)).toThrow(expected);
    } else {
        expect(nextVersion("0.1.0", wanted, released)).toBe(expected);
    }
});

it("this project can be released: its changelog has the heading, and its package files are written as they are", () => {
    const text = (file: string) => fs.readFileSync(path.join(CHECKOUT, file), "utf8");
    const changes = unreleased(text("CHANGELOG.md"));
    expect(changes).toBeDefined();
    expect(datedChangelog(text("CHANGELOG.md"), "9.9.9", "2026-03-01")).toContain("\n## 9.9.9 (2026-03-01)\n\n");
    for (const file of ["package.json", "package-lock.json"]) {
        const { version } = JSON.parse(text(file)) as { version: string };
        expect(versionedPackage(text(file), version)).toBe(text(file));
    }
});
