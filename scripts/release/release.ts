/** A release: version, date, commit and tag. */
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../components/errors";
import { capture } from "../terminal/process";
import { datedChangelog, nextVersion, unreleased, versionedPackage } from "./version";

/** Releases are made on it. */
const BRANCH = "main";

export interface Release {
    version: string;
    tag: string;
    /** What has changed since the last one. */
    changes: string;
    /** File → its text afterwards. */
    files: Record<string, string>;
}

const PACKAGES = ["package.json", "package-lock.json"];
const CHANGELOG = "CHANGELOG.md";

/**
 * What a release would change. Changes nothing.
 * @param wanted patch, minor, major or a version
 * @throws UserError with everything that stands in its way
 */
export async function planRelease(root: string, wanted: string, today: Date): Promise<Release> {
    const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
    const git = gitIn(root);
    const { version: current } = JSON.parse(read("package.json")) as { version: string };
    const tags = new Set((await git("tag", "--list", "v*")).split("\n"));
    const problems: string[] = [];
    let version = current;
    try {
        version = nextVersion(current, wanted, tags.has(`v${current}`));
        if (version !== current && tags.has(`v${version}`)) {
            problems.push(`The tag v${version} is there already.`);
        }
    } catch (error) {
        if (!(error instanceof UserError)) {
            throw error;
        }
        problems.push(error.message);
    }
    const branch = (await git("branch", "--show-current")).trim();
    if (branch !== BRANCH) {
        problems.push(`Releases are made on the branch ${BRANCH}; this is ${branch === "" ? "no branch" : branch}.`);
    }
    if ((await git("status", "--porcelain")).trim() !== "") {
        problems.push("There are changes that are not committed (git status).");
    }
    const changes = unreleased(read(CHANGELOG));
    if (!changes) {
        problems.push(
            changes === undefined
                ? `${CHANGELOG} has no heading "## Unreleased".`
                : `${CHANGELOG} says of nothing that it has changed: "## Unreleased" is empty.`,
        );
    }
    if (changes === undefined || problems.length > 0) {
        throw new UserError(["No release:", ...problems].join("\n  "));
    }
    const files = Object.fromEntries(PACKAGES.map(file => [file, versionedPackage(read(file), version)]));
    files[CHANGELOG] = datedChangelog(read(CHANGELOG), version, today.toISOString().slice(0, 10));
    return { version, tag: `v${version}`, changes, files };
}

/** Writes the files, commits and tags them. What cannot be committed is as it was before. @throws UserError */
export async function makeRelease(root: string, { version, tag, changes, files }: Release): Promise<void> {
    const git = gitIn(root);
    const before = (await git("rev-parse", "HEAD")).trim();
    try {
        for (const [file, text] of Object.entries(files)) {
            fs.writeFileSync(path.join(root, file), text);
        }
        await git("add", ...Object.keys(files));
        await git("commit", "--quiet", "--message", `Release ${version}`);
        await git("tag", "--annotate", tag, "--cleanup=whitespace", "--message", `${version}\n\n${changes}`);
    } catch (error) {
        await git("reset", "--quiet", "--hard", before); // Nothing but these files has changed: the tree was clean.
        throw error;
    }
}

function gitIn(root: string) {
    return async (...args: string[]): Promise<string> => {
        const { code, stdout, stderr } = await capture("git", args, { cwd: root });
        if (code !== 0) {
            throw new UserError(`git ${args[0]} failed: ${(stderr || stdout).trim()}`);
        }
        return stdout;
    };
}
