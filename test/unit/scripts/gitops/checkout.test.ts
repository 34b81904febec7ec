/** A checkout that follows its repository, with real git. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { changedFiles, commitWords, fileAt, pull, standing } from "../../../../scripts/gitops/checkout";

let folder: string;
let root: string;
let author: string;

const GIT = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org", GIT_COMMITTER_NAME: "Ada" };
const git = (at: string, ...args: string[]) =>
    execFileSync("git", ["-C", at, ...args], {
        encoding: "utf8",
        env: { ...process.env, ...GIT, GIT_COMMITTER_EMAIL: "ada@example.org", GIT_CONFIG_GLOBAL: "/dev/null" },
        stdio: ["ignore", "pipe", "pipe"],
    }).trim();

/** The author commits a file and pushes it. @returns the commit */
function push(file: string, text: string, ...options: string[]): string {
    fs.mkdirSync(path.dirname(path.join(author, file)), { recursive: true });
    fs.writeFileSync(path.join(author, file), text);
    git(author, "add", ".");
    git(author, "commit", "--quiet", "--message", `${file} is ${text}`, ...options);
    git(author, "push", "--quiet", "origin", "HEAD");
    return git(author, "rev-parse", "HEAD");
}

const pulled = async () => pull(await standing(root), root);
const head = () => git(root, "rev-parse", "HEAD");

/** What each test has a copy of: a copy takes no git. */
let original: string;
const temporary = () => fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-git-")));
const enter = (where: string) => {
    folder = where;
    [root, author] = [path.join(folder, "hub"), path.join(folder, "author")];
};

beforeAll(() => {
    original = temporary();
    enter(original);
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git");
    git(folder, "clone", "--quiet", "remote.git", author);
    git(author, "switch", "--quiet", "--create", "main");
    push("stacks/Pulumi.lab.yaml", "ada");
    git(folder, "clone", "--quiet", "remote.git", root);
    [root, author].forEach(clone => git(clone, "remote", "set-url", "origin", "../remote.git"));
});
afterAll(() => fs.rmSync(original, { recursive: true, force: true }));
beforeEach(() => {
    enter(temporary());
    fs.cpSync(original, folder, { recursive: true });
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

it("says where it is", async () => {
    expect(await standing(root)).toEqual({ branch: "main", upstream: "origin/main", commit: head() });
    expect(await commitWords("HEAD", root)).toMatch(/^[0-9a-f]{7,} stacks\/Pulumi\.lab\.yaml is ada$/);
});

it("goes forwards to what the repository has, and says by how many commits", async () => {
    expect(await pulled()).toBe(0);
    push("a", "1");
    const newest = push("a", "2");
    expect([await pulled(), head()]).toEqual([2, newest]);
    expect(await pulled()).toBe(0);
});

it("leaves files that git does not know where they are", async () => {
    fs.writeFileSync(path.join(root, "notes"), "mine");
    push("a", "1");
    expect(await pulled()).toBe(1);
    expect(fs.readFileSync(path.join(root, "notes"), "utf8")).toBe("mine");
});

describe("it refuses, and stays as it was,", () => {
    let before: string;
    beforeEach(() => (before = head()));
    afterEach(() => expect(head()).toBe(before));

    it("changes that are in no commit", async () => {
        fs.writeFileSync(path.join(root, "stacks/Pulumi.lab.yaml"), "grace");
        await expect(standing(root)).rejects.toThrow(
            `${root} has changes that are in no commit:\n M stacks/Pulumi.lab.yaml\nCommit and push them, or put ` +
                "them back: git restore FILE",
        );
    });

    it("no branch", async () => {
        git(root, "switch", "--quiet", "--detach");
        await expect(standing(root)).rejects.toThrow(
            `${root} is on no branch. Put it on the one that it has to follow`,
        );
    });

    it("a branch that follows none", async () => {
        git(root, "branch", "--unset-upstream");
        await expect(standing(root)).rejects.toThrow("The branch main follows no branch of a repository: git branch");
    });

    it("what is no clone", async () => {
        await expect(standing(folder)).rejects.toThrow(`${folder} is no clone of a repository.\nfatal: not a git`);
    });

    it("commits that the repository does not have, also where it has others", async () => {
        git(root, "commit", "--quiet", "--allow-empty", "--message", "mine");
        before = head();
        push("a", "1");
        await expect(pulled()).rejects.toThrow(
            `${root} has 1 commit that origin/main does not have, so it cannot go forwards to it. Push what is ` +
                "right. To drop what only this machine has: git reset --keep origin/main",
        );
    });

    it("a history that was written anew", async () => {
        push("a", "1");
        await pulled();
        before = head();
        git(author, "commit", "--quiet", "--amend", "--message", "other words");
        git(author, "push", "--quiet", "--force");
        await expect(pulled()).rejects.toThrow("has 1 commit that origin/main does not have");
    });

    it("a file of its own in the way of one that comes", async () => {
        fs.writeFileSync(path.join(root, "a"), "mine");
        push("a", "theirs");
        await expect(pulled()).rejects.toThrow(/^origin\/main was not taken over\.\nerror: The following untracked/);
    });

    it("a repository that does not answer", async () => {
        fs.renameSync(path.join(folder, "remote.git"), path.join(folder, "gone"));
        await expect(pulled()).rejects.toThrow(/^The repository did not answer; nothing was pulled\.\nfatal: /);
    });

    it("commits without a signature of somebody who is trusted, where git is told to look", async () => {
        git(root, "config", "merge.verifySignatures", "true");
        git(root, "config", "gpg.format", "ssh");
        git(root, "config", "gpg.ssh.allowedSignersFile", path.join(folder, "signers"));
        const key = (name: string) => {
            const file = path.join(folder, name);
            execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ada@example.org", "-f", file]);
            return file;
        };
        const [ada, mallory] = [key("ada"), key("mallory")];
        fs.writeFileSync(path.join(folder, "signers"), `ada@example.org ${fs.readFileSync(`${ada}.pub`, "utf8")}`);
        git(author, "config", "gpg.format", "ssh");

        push("a", "unsigned");
        await expect(pulled()).rejects.toThrow(/^origin\/main was not taken over\.\nfatal: .*signature/);
        git(author, "config", "user.signingKey", mallory);
        push("a", "mallory's", "-S");
        await expect(pulled()).rejects.toThrow(/^origin\/main was not taken over\.\nfatal: .*signature/);
        git(author, "config", "user.signingKey", ada);
        before = push("a", "ada's", "-S");
        expect(await pulled()).toBe(3);
    });
});

describe("a file as another commit has it", () => {
    const FILE = "stacks/Pulumi.lab.yaml";

    it("of a branch that is here, and of a commit that has to be fetched", async () => {
        git(author, "switch", "--quiet", "--create", "more");
        const commit = push(FILE, "ada, grace");
        await expect(fileAt("more", FILE, root)).rejects.toThrow('There is no commit or branch "more" here.');
        expect(await fileAt(commit, FILE, root)).toBe("ada, grace");
        expect(await fileAt("HEAD", FILE, root)).toBe("ada");
        expect(await changedFiles(commit, root)).toEqual([FILE]);
    });

    it("is undefined where the commit has none", async () => {
        expect(await fileAt("main", "stacks/Pulumi.other.yaml", root)).toBeUndefined();
    });

    it.each(["--help", "nothing", "HEAD:stacks", "x y"])("no commit: %s", async name => {
        await expect(fileAt(name, FILE, root)).rejects.toThrow(`There is no commit or branch "${name}" here.`);
    });

    it("a commit that the repository does not have", async () => {
        await expect(fileAt("a".repeat(40), FILE, root)).rejects.toThrow(/^The commit a{40} could not be fetched\.\n/);
    });
});
