/**
 * Everything of a stack in one file while people work, and back again: beside the stack, and on a machine that has
 * nothing. Damaged files, files of others, interruptions.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { HubClient } from "../../support/deploy/hubClient";
import { waitFor } from "../../support/deploy/waitFor";
import type { Kernel } from "../../support/deploy/kernel";
import { steps } from "../../support/deploy/steps";
import { asRoot, freePort } from "../../support/deploy/host";
import { docker } from "../../support/deploy/docker";
import { Workspace, type Outputs } from "../../support/deploy/workspace";

const step = steps();

let workspace: Workspace;
let outputs: Outputs;
let file: string;
/** The same data under another name. */
let trial: string;
let kernel: Kernel | undefined;
let graceBefore: unknown;
let alanBefore: unknown;

const homes = () => path.join(workspace.folder, "homes");
const beside = () => ({
    containers: docker("ps", "--all", "--format", "{{.Names}}")
        .split("\n")
        .filter(name => name.startsWith(`${trial}-`)),
    networks: docker("network", "ls", "--format", "{{.Name}}")
        .split("\n")
        .filter(name => name.startsWith(`${trial}-`)),
    volumes: docker("volume", "ls", "--quiet")
        .split("\n")
        .filter(name => name.startsWith(`${trial}-`)),
});

beforeAll(async () => {
    workspace = await Workspace.create("");
    trial = `${workspace.stack}x`;
    file = path.join(workspace.folder, "backups", "lab.backup.tar");
    fs.mkdirSync(path.dirname(file));
    workspace.writeConfig(
        [
            `jupyterhub:homes: {hostFormat: "${homes()}/{username}"}`,
            "jupyterhub:users: [{name: ada, mounts: [{volume: team, path: /team}]}, grace, {name: alan, " +
                "kind: system, uid: 2101, gid: 2102}]",
        ].join("\n"),
    );
    fs.mkdirSync(homes(), { mode: 0o755 });
    fs.chmodSync(workspace.folder, 0o755);
});
afterAll(() => {
    kernel?.close();
    if (workspace === undefined) {
        return;
    }
    const { containers, networks, volumes } = beside();
    containers.forEach(name => docker("rm", "--force", name));
    networks.forEach(name => docker("network", "rm", name));
    volumes.forEach(name => docker("volume", "rm", name));
    asRoot("rm", "-rf", homes());
    workspace.remove();
});

/** Python as root over a place. */
function inside(place: string, script: string): string {
    return docker(
        "run",
        "--rm",
        "--network",
        "none",
        "--user",
        "0",
        "--volume",
        `${place}:/place`,
        "--entrypoint",
        "python3",
        outputs.users.grace.image,
        "-c",
        script,
    );
}

/** Whatever a file system knows that a backup has to bring back. */
const FILL = `
import os, struct
os.chdir(b"/place")
def put(name, content=b"x"):
    with open(name, "wb") as file: file.write(content)
for name in (b"-rf", b"new\\nline", b"not utf-8 \\xff\\xfe", "Größe 文件".encode(), b"a" * 250, b" spaces ", b"quote'\\"$(id)", b"back\\\\slash"):
    put(name, name)
deep = b"d/" * 60
os.makedirs(deep); put(deep + b"deep")
os.makedirs(b"empty"); os.makedirs(b"closed"); put(b"closed/in"); os.chmod(b"closed/in", 0); os.chmod(b"closed", 0)
put(b"one"); os.link(b"one", b"other"); os.symlink(b"/nowhere/at all", b"dangling"); os.symlink(b"one", b"link")
put(b"owned"); os.chown(b"owned", 1000, 100); os.chmod(b"owned", 0o640)
put(b"strange"); os.chown(b"strange", 4000000, 5000000); os.chmod(b"strange", 0o6755)
os.makedirs(b"shared"); os.chown(b"shared", 1000, 100); os.chmod(b"shared", 0o3775)
os.mkfifo(b"pipe"); os.chown(b"pipe", 1000, 1000)
with open(b"sparse", "wb") as sparse:
    sparse.truncate(3 << 30); sparse.seek(1 << 30); sparse.write(b"middle")
os.setxattr(b"owned", b"user.note", b"\\x00\\xff binary")
acl = [(1, 6, -1), (2, 4, 2222), (4, 4, -1), (16, 4, -1), (32, 0, -1)]
os.setxattr(b"owned", b"system.posix_acl_access", struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in acl))
os.utime(b"one", ns=(0, 1_234_567_890_123_456_789)); os.utime(b"empty", ns=(0, 987_654_321_000_000_001))
put(b"nothing", b"")
os.chown(b".", 1000, 100); os.chmod(b".", 0o2750); os.utime(b".", ns=(0, 1_111_111_111_000_000_000))
`;

const LOOK = `
import hashlib, json, os, stat
found, inodes = {}, {}
def look(path):
    s = os.lstat(path)
    kind = stat.S_IFMT(s.st_mode)
    one = {"mode": oct(s.st_mode), "uid": s.st_uid, "gid": s.st_gid, "mtime": s.st_mtime_ns}
    if kind == stat.S_IFREG:
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            if s.st_size < 1 << 28: digest.update(file.read())
            else: file.seek(1 << 30); digest.update(file.read(6))
        same = inodes.setdefault(s.st_ino, path)
        one |= {"size": s.st_size, "links": s.st_nlink, "same": repr(same), "holes": s.st_blocks * 512 < s.st_size, "sha": digest.hexdigest()}
    if kind == stat.S_IFLNK: one["to"] = repr(os.readlink(path))
    else: one["xattr"] = {repr(n): os.getxattr(path, n).hex() for n in os.listxattr(path)}
    found[repr(path)] = one
    if kind == stat.S_IFDIR:
        for name in sorted(os.listdir(path)): look(path + b"/" + name)
look(b"/place")
print(json.dumps(found))
`;

const look = (place: string) => JSON.parse(inside(place, LOOK)) as Record<string, unknown>;
const started = () =>
    Object.values({ ...outputs.containers, ada: outputs.users.ada.container }).map(name =>
        docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", name),
    );

/** A command in a process group of its own. */
function begin(...args: string[]): { child: ChildProcess; end: Promise<{ code: number | null; said: string }> } {
    const child = spawn(process.execPath, ["scripts/run.mjs", ...args], {
        cwd: workspace.root,
        env: workspace.env,
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
    return { child, end: new Promise(resolve => child.once("close", code => resolve({ code, said }))) };
}

step("a backup while a kernel writes and the hub is busy: nobody is interrupted", async () => {
    await workspace.up();
    outputs = await workspace.outputs();
    inside(outputs.users.grace.home, FILL);
    inside(outputs.users.alan.home, `${FILL}os.chown(b".", 2101, 2102); os.chmod(b".", 0o700)`);
    inside(outputs.users.ada.home, 'import os; open("/place/large", "wb").write(os.urandom(150 << 20))');
    graceBefore = look(outputs.users.grace.home);
    alanBefore = look(outputs.users.alan.home);
    expect(Object.keys(graceBefore as object).length).toBeGreaterThan(85);

    const ada = new HubClient(workspace.url, "ada");
    await ada.logIn(outputs.passwords.ada);
    const token = await ada.token();
    await ada.startServer(token);
    kernel = await ada.startKernel(token);
    await kernel.run(
        [
            "import os, threading, time",
            "os.makedirs('/team', exist_ok=True); open('/team/shared.txt', 'w').write('for all')",
            "count = 0",
            "def work():",
            "    global count",
            "    with open(os.path.expanduser('~/counted'), 'w') as out:",
            "        while True:",
            "            count += 1; out.write(f'{count}\\n'); out.flush(); time.sleep(0.01)",
            "threading.Thread(target=work, daemon=True).start()",
        ].join("\n"),
    );
    const before = started();
    let busy = true;
    let tokens = 0;
    const busyHub = (async () => {
        while (busy) {
            expect((await ada.api("users/ada/tokens", "POST", { note: `n${tokens}` })).status).toBe(201);
            tokens++;
        }
    })();
    const { code, stdout, stderr } = await workspace.run("backup", workspace.stack, "--out", file, "--system-homes");
    busy = false;
    await busyHub;
    expect({ code, stdout, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stdout: `${file}\n`, stderr: "" });
    expect(tokens).toBeGreaterThan(0);
    expect(started()).toEqual(before);
    const counted = Number(await kernel.run("print(count)"));
    await waitFor(
        async () => Number(await (kernel as Kernel).run("print(count)")) > counted,
        30,
        "the kernel going on",
    );

    for (const part of ["hub-data", "home-ada", "home-grace", "shared-team", `${homes()}/alan`]) {
        expect(stderr).toMatch(new RegExp(`^  ${part}  [\\d.]+ [kM]?B$`, "m"));
    }
    expect((fs.statSync(file).mode & 0o777).toString(8)).toBe("600");
    expect(fs.readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
    expect(execFileSync("tar", ["--list", "--file", file], { encoding: "utf8" }).trimEnd().split("\n").sort()).toEqual(
        [
            ...["stack.yaml", "state.json", "passphrase", "manifest.json", "manifest.sha256", "system-homes/0.tar.gz"],
            ...["home-ada", "home-grace", "hub-data", "shared-team"].map(part => `volumes/${part}.tar.gz`),
        ].sort(),
    );
});

step("interrupted: no file, no half of one, no container", async () => {
    const other = path.join(path.dirname(file), "other.backup.tar");
    const { child, end } = begin("backup", workspace.stack, "--out", other);
    const partial = `${other}.partial-${child.pid}`;
    await waitFor(async () => fs.statSync(partial).size > 1 << 20, 120, "the file growing", 20);
    child.kill("SIGTERM");
    const { code, said } = await end;
    expect({ code, last: said.trimEnd().split("\n").pop() }).toEqual({
        code: 1,
        last: `Interrupted; ${other} was not written.`,
    });
    expect(fs.readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
    expect(workspace.objects().containers.filter(name => name.includes("-packing-"))).toEqual([]);

    expect(await workspace.run("backup", workspace.stack, "--out", file)).toMatchObject({
        code: 1,
        stdout: "",
        stderr: `${file} is there already; nothing was written.\n`,
    });
});

step("a damaged file, a deployed stack, another stack file: refused, and nothing is changed", async () => {
    const projects = path.join(workspace.env.XDG_DATA_HOME as string, "jupyterhub-pulumi");
    const state = () => ({
        ...workspace.objects(),
        file: fs.readFileSync(workspace.stackFile, "utf8"),
        kept: fs.readdirSync(projects).map(checkout => fs.readdirSync(path.join(projects, checkout, "stacks")).sort()),
    });
    const before = state();
    const same = () => {
        expect(state()).toEqual(before);
        expect(beside()).toEqual({ containers: [], networks: [], volumes: [] });
        expect(fs.existsSync(path.join(workspace.root, "stacks", `Pulumi.${trial}.yaml`))).toBe(false);
    };
    const broken = path.join(workspace.folder, "broken.tar");
    fs.copyFileSync(file, broken);
    const handle = fs.openSync(broken, "r+");
    const middle = Math.floor(fs.statSync(broken).size / 2);
    const byte = Buffer.alloc(1);
    fs.readSync(handle, byte, 0, 1, middle);
    fs.writeSync(handle, Buffer.from([byte[0] ^ 1]), 0, 1, middle);
    fs.closeSync(handle);
    const damaged = await workspace.run("restore", broken, "--as", trial);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain(
        `${broken} is damaged or no backup of this project: volumes/home-ada.tar.gz is not what was written. ` +
            "Nothing was changed.\n",
    );
    same();
    fs.truncateSync(broken, middle);
    expect((await workspace.run("restore", broken, "--as", trial)).stderr).toContain(
        "it ends too early. Nothing was changed.\n",
    );
    same();

    expect((await workspace.run("restore", file)).stderr).toContain(
        `The stack "${workspace.stack}" is deployed; nothing was changed. `,
    );
    same();
    expect((await workspace.run("restore", file, "--as", "dev")).stderr).toContain(
        "stacks/Pulumi.dev.yaml is there already and says something else; nothing was changed.",
    );
    same();
});

step(
    "beside the stack under another name: a killed restore is refused by up and done again, the original is " +
        "not touched",
    async () => {
        const before = { objects: workspace.objects(), started: started() };
        const killed = begin("restore", file, "--as", trial);
        await waitFor(async () => beside().volumes.some(name => name.endsWith("-home-ada")), 120, "ada's volume", 20);
        process.kill(-(killed.child.pid as number), "SIGKILL");
        await killed.end;
        expect((await workspace.run("up", trial)).stderr).toContain(
            `The stack "${trial}" was being restored, and that was killed. Once more: npm run restore -- FILE.`,
        );

        const { code, stderr } = await workspace.run("restore", file, "--as", trial);
        expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
        expect(stderr).toContain(`Not restored: ${homes()}/alan, a directory of the Docker host`);
        const { containers, networks, volumes } = beside();
        expect({ containers, networks }).toEqual({ containers: [], networks: [] });
        const named = (part: string) => volumes.find(name => name.endsWith(`-${part}`)) as string;
        expect(volumes.map(name => name.replace(/^\w+-\w+-/, ""))).toEqual([
            "home-ada",
            "home-grace",
            "hub-data",
            "shared-team",
        ]);
        expect(look(named("home-grace"))).toEqual(graceBefore);
        expect(inside(named("shared-team"), "print(open('/place/shared.txt').read())")).toBe("for all");
        // Consecutive up to the moment it was read.
        inside(
            named("home-ada"),
            "lines = open('/place/counted').read().split('\\n')[:-1]\nassert len(lines) > 0 and lines == " +
                "[str(i + 1) for i in range(len(lines))], lines[-3:]",
        );
        expect(
            inside(
                named("hub-data"),
                "import sqlite3\ndb = sqlite3.connect('/place/jupyterhub.sqlite')\nprint(db.execute('pragma " +
                    "integrity_check').fetchone()[0], db.execute(\"select count(*) from users where name = " +
                    "'ada'\").fetchone()[0])",
            ),
        ).toBe("ok 1");
        expect(
            inside(
                named("hub-data"),
                "import os\nprint(sorted({(s.st_uid, s.st_gid) for s in [os.stat('/place'), " +
                    "os.stat('/place/jupyterhub.sqlite')]}), oct(os.stat('/place').st_mode & 0o777))",
            ),
        ).toBe("[(1000, 1000)] 0o700");
        expect({ objects: workspace.objects(), started: started() }).toEqual(before);

        const trialFile = path.join(workspace.root, "stacks", `Pulumi.${trial}.yaml`);
        const port = await freePort();
        fs.writeFileSync(
            trialFile,
            fs.readFileSync(trialFile, "utf8").replace(/(listen: 127\.0\.0\.1:)\d+/, `$1${port}`),
        );
        await workspace.succeed("up", trial);
        const passwords = JSON.parse(
            await workspace.succeed(
                "pulumi",
                "stack",
                "output",
                "passwords",
                "--json",
                "--show-secrets",
                "--stack",
                trial,
            ),
        ) as Record<string, string>;
        expect(passwords.ada).not.toBe(outputs.passwords.ada);
        expect((await new HubClient(`http://127.0.0.1:${port}/`, "ada").logIn(passwords.ada)).status).toBe(302);
        expect(started()).toEqual(before.started);
        await workspace.succeed("purge", trial, "--yes");
        expect(beside()).toEqual({ containers: [], networks: [], volumes: [] });
        expect(started()).toEqual(before.started);
    },
);

step("on a machine that has nothing: the same files, passwords and database", async () => {
    kernel?.close();
    await workspace.succeed("purge", workspace.stack, "--yes");
    fs.rmSync(workspace.env.XDG_DATA_HOME as string, { recursive: true });
    fs.rmSync(workspace.stackFile);
    fs.rmSync(path.join(workspace.root, "stacks", `Pulumi.${trial}.yaml`));

    const taken = await workspace.run("restore", file, "--system-homes");
    expect(taken.stderr).toContain(
        `There is data already, and it is not overwritten; nothing was changed:\n  directory ${homes()}/alan\n`,
    );
    expect(workspace.objects()).toEqual({ containers: [], networks: [], volumes: [] });
    expect(fs.existsSync(workspace.stackFile)).toBe(false);
    asRoot("rm", "-rf", path.join(homes(), "alan"));

    await workspace.succeed("restore", file, "--system-homes");
    expect(look(path.join(homes(), "alan"))).toEqual(alanBefore);
    await workspace.up();
    const again = await workspace.outputs();
    expect(again.users).toEqual(outputs.users);
    expect(again.passwords).toEqual(outputs.passwords);
    expect(look(again.users.grace.home)).toEqual(graceBefore);
    const ada = new HubClient(workspace.url, "ada");
    expect((await ada.logIn(again.passwords.ada)).status).toBe(302);
    const token = await ada.token();
    await ada.startServer(token);
    kernel = await ada.startKernel(token);
    expect(await kernel.run("import os; print(os.path.getsize(os.path.expanduser('~/large')))")).toBe(`${150 << 20}\n`);
});
