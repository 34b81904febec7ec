/** Tests run in checkouts in which somebody has deployed, edited and left files: what they take is the project's. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CHECKOUT, Checkout, checkout } from "../../support/checkout";

const COMMITTED = `# Comments stay.
config:
  jupyterhub:users:
    - ada # and these
  jupyterhub:listen: 127.0.0.1:8000
`;
const EDITED = COMMITTED.replace("  jupyterhub:listen", "    - mary\n  jupyterhub:listen");
const DEPLOYED = `encryptionsalt: v1:a:v1:b
${EDITED}
  jupyterhub:rootSecret:
    secure: v1:c
`;

let root: string;
const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: root, stdio: "pipe" });
const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
};

beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-checkout-"));
    git("init", "--quiet");
    [
        "index.ts",
        "components/hub/hub.ts",
        "components/gone.ts",
        "stacks/skel/welcome.md",
        "test/unit/a.test.ts",
    ].forEach(file => write(file, ""));
    write(".gitignore", ".ca/\n");
    write("stacks/Pulumi.dev.yaml", COMMITTED);
    git("add", ".");
    git("commit", "--quiet", "--message", "all");
});

afterEach(() => fs.rmSync(root, { recursive: true }));

it("stack files are those that git has, as it has them", () => {
    write("stacks/Pulumi.dev.yaml", DEPLOYED);
    write("stacks/Pulumi.mine.yaml", DEPLOYED);
    expect(new Checkout(root).stacks()).toEqual(["dev"]);
    expect(new Checkout(root).stackFile("dev")).toBe(COMMITTED);
});

it("an edit and a new file count from `git add` on, without salt and secrets", () => {
    const nested = "  jupyterhub:registryPasswords:\n    registry.example:\n      secure: v1:d\n";
    write("stacks/Pulumi.dev.yaml", `${DEPLOYED}${nested}`);
    write(
        "stacks/Pulumi.course.yaml",
        "secretsprovider: awskms://k\nencryptedkey: e\nconfig:\n  jupyterhub:rootSecret: plain\n  " +
            "jupyterhub:users: [ada]\n",
    );
    git("add", ".");
    expect(new Checkout(root).stacks()).toEqual(["course", "dev"]);
    expect(new Checkout(root).stackFile("dev")).toBe(EDITED);
    expect(new Checkout(root).stackFile("course")).toBe("config:\n  jupyterhub:users: [ ada ]\n");
});

it("the program is what git has and what a developer adds to it; what else lies there is somebody's own", () => {
    write("components/new.ts", "");
    write("components/hub/hub.ts", "// edited\n");
    fs.rmSync(path.join(root, "components/gone.ts"));
    fs.symlinkSync("/", path.join(root, "components/machine"));
    ["dev.backup.tar", "mine/Dockerfile", "stacks/Pulumi.mine.yaml", "stacks/dev.old", ".ca/bundle.pem"].forEach(file =>
        write(file, ""),
    );
    expect(new Checkout(root).program().sort()).toEqual([
        ".gitignore",
        "components/hub/hub.ts",
        "components/new.ts",
        "index.ts",
        "stacks/skel/welcome.md",
    ]);
});

it("no test reads stack files by another way", () => {
    const files = checkout
        .tracked()
        .filter(file => /^(test|bench)\/.*\.(ts|mjs|js)$/.test(file) && !/checkout(\.test)?\.ts$/.test(file));
    const other = /\b(readStackFile|stackNames)\b.*from ".*scripts\/|(CHECKOUT|ROOT|__dirname)\b.*"[^"]*stacks["/]/;
    expect(files.filter(file => other.test(fs.readFileSync(path.join(CHECKOUT, file), "utf8")))).toEqual([]);
});

// `npm run up` writes both into the file. Committed by mistake, they keep everybody else's first `up` from deploying.
it("no example is committed with somebody's salt or secrets", () => {
    const shown = (file: string) => execFileSync("git", ["show", `HEAD:${file}`], { cwd: CHECKOUT, encoding: "utf8" });
    const examples = new Checkout(CHECKOUT).stacks().map(stack => `stacks/Pulumi.${stack}.yaml`);
    expect(examples).toContain("stacks/Pulumi.dev.yaml");
    expect(examples.filter(file => /^encryptionsalt:|^ +secure:/m.test(shown(file)))).toEqual([]);
});
