/** The checkout as a clone of a repository: whether it may be moved, and moving it to what the repository says. */
import { UserError } from "../../components/errors";
import { ROOT } from "../files/paths";
import { capture, type Result } from "../terminal/process";

/** Git without questions: nobody is there to answer them. */
const QUIET = {
    GIT_TERMINAL_PROMPT: "0",
    GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? "ssh -o BatchMode=yes",
    LC_ALL: "C",
};

/** Milliseconds for a repository that does not answer. */
const PATIENCE = 120_000;

function git(args: readonly string[], root: string): Promise<Result> {
    return capture("git", ["-C", root, ...args], { env: { ...process.env, ...QUIET }, timeout: PATIENCE });
}

async function output(args: readonly string[], root: string, failure: string): Promise<string> {
    const { code, stdout, stderr } = await git(args, root);
    if (code !== 0) {
        throw new UserError(`${failure}\n${stderr.trim() || `git ${args[0]} ended with ${code}`}`);
    }
    return stdout.trim();
}

/** Where a checkout stands. */
export interface Standing {
    branch: string;
    /** What the branch follows, such as `origin/main`. */
    upstream: string;
    commit: string;
}

/**
 * @throws UserError where the checkout is no plain clone on a branch: what is in it then is not what a commit says
 */
export async function standing(root = ROOT): Promise<Standing> {
    const commit = await output(["rev-parse", "HEAD"], root, `${root} is no clone of a repository.`);
    const branch = await output(["rev-parse", "--abbrev-ref", "HEAD"], root, "");
    if (branch === "HEAD") {
        throw new UserError(`${root} is on no branch. Put it on the one that it has to follow: git switch main`);
    }
    const upstream = await output(
        ["rev-parse", "--abbrev-ref", "@{upstream}"],
        root,
        `The branch ${branch} follows no branch of a repository: git branch --set-upstream-to origin/${branch}`,
    );
    const { stdout } = await git(["status", "--porcelain", "--untracked-files=no"], root);
    if (stdout !== "") {
        throw new UserError(
            `${root} has changes that are in no commit:\n${stdout.trimEnd()}\nCommit and push them, or put them ` +
                "back: git restore FILE",
        );
    }
    return { branch, upstream, commit };
}

/**
 * Moves a checkout to what its repository says, forwards only.
 * @returns how many commits that were
 * @throws UserError where the repository does not answer, the two have parted, or a signature is missing that
 *   `merge.verifySignatures` of git's own config asks for; the checkout stays as it was then
 */
export async function pull({ branch, upstream }: Standing, root = ROOT): Promise<number> {
    const remote = await output(["config", `branch.${branch}.remote`], root, `The branch ${branch} has no remote.`);
    await output(["fetch", "--quiet", remote], root, `The repository did not answer; nothing was pulled.`);
    const counts = await output(["rev-list", "--left-right", "--count", "HEAD...@{upstream}"], root, "");
    const [ahead, behind] = counts.split(/\s+/).map(Number);
    if (ahead > 0) {
        throw new UserError(
            `${root} has ${ahead} ${ahead === 1 ? "commit" : "commits"} that ${upstream} does not have, so it cannot ` +
                `go forwards to it. Push what is right. To drop what only this machine has: git reset --keep ${upstream}`,
        );
    }
    if (behind > 0) {
        await output(["merge", "--quiet", "--ff-only", "@{upstream}"], root, `${upstream} was not taken over.`);
    }
    return behind;
}

/** A commit in few words: `1a2b3c4 Add two people`. */
export function commitWords(commit: string, root = ROOT): Promise<string> {
    return output(["log", "-1", "--format=%h %s", commit], root, `There is no commit ${commit}.`);
}

/**
 * A file as another commit has it. A full id of a commit that is not here yet is fetched.
 * @returns undefined where the commit does not have the file
 */
export async function fileAt(name: string, file: string, root = ROOT): Promise<string | undefined> {
    const commit = await commitOf(name, root);
    const { stdout } = await git(["ls-tree", "--name-only", commit, "--", file], root);
    return stdout === "" ? undefined : (await git(["show", `${commit}:${file}`], root)).stdout;
}

async function commitOf(name: string, root: string): Promise<string> {
    const find = async () => (await git(["rev-parse", "--verify", "--quiet", `${name}^{commit}`], root)).stdout.trim();
    const there = await find();
    if (there === "" && /^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(name)) {
        const branch = await output(["rev-parse", "--abbrev-ref", "HEAD"], root, `${root} is no clone.`);
        const remote = await output(["config", `branch.${branch}.remote`], root, `The branch ${branch} has no remote.`);
        await output(["fetch", "--quiet", remote, name], root, `The commit ${name} could not be fetched.`);
        return find();
    }
    if (there === "") {
        throw new UserError(`There is no commit or branch "${name}" here. Newer ones come with: git fetch`);
    }
    return there;
}

/** What a commit changes of the checkout's files, since the two have parted. */
export async function changedFiles(commit: string, root = ROOT): Promise<string[]> {
    const names = await output(["diff", "--name-only", "-z", `HEAD...${commit}`], root, "");
    return names.split("\0").filter(name => name !== "");
}
