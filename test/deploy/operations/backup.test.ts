/**
 * Everything of a stack in one file while people work, and back again: beside the stack, and on a machine that has
 * nothing. Damaged files, files of others, interruptions.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { arrive } from "../../support/deploy/arrive";
import { waitFor } from "../../support/deploy/waitFor";
import type { Kernel } from "../../support/deploy/kernel";
import { asRoot } from "../../support/deploy/host";
import { docker } from "../../support/deploy/docker";
import { Workspace } from "../../support/deploy/workspace";
import { Backup } from "./backup/lab";
import { restoring } from "./backup/restoring";

const lab = new Backup();
const { step } = lab;

beforeAll(async () => {
    lab.workspace = await Workspace.create("");
    lab.trial = `${lab.workspace.stack}x`;
    lab.file = path.join(lab.workspace.folder, "backups", "lab.backup.tar");
    fs.mkdirSync(path.dirname(lab.file));
    lab.workspace.writeConfig(
        [
            `jupyterhub:homes: {hostFormat: "${lab.homes()}/{username}"}`,
            "jupyterhub:users: [{name: ada, mounts: [{volume: team, path: /team}]}, grace, {name: alan, " +
                "kind: system, uid: 2101, gid: 2102}]",
        ].join("\n"),
    );
    fs.mkdirSync(lab.homes(), { mode: 0o755 });
    fs.chmodSync(lab.workspace.folder, 0o755);
});
afterAll(() => {
    lab.kernel?.close();
    if (lab.workspace === undefined) {
        return;
    }
    const { containers, networks, volumes } = lab.beside();
    containers.forEach(name => docker("rm", "--force", name));
    networks.forEach(name => docker("network", "rm", name));
    volumes.forEach(name => docker("volume", "rm", name));
    asRoot("rm", "-rf", lab.homes());
    lab.workspace.remove();
});

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

step("a backup while a kernel writes and the hub is busy: nobody is interrupted", async () => {
    await lab.workspace.up();
    lab.outputs = await lab.workspace.outputs();
    lab.inside(lab.outputs.users.grace.home, FILL);
    lab.inside(lab.outputs.users.alan.home, `${FILL}os.chown(b".", 2101, 2102); os.chmod(b".", 0o700)`);
    lab.inside(lab.outputs.users.ada.home, 'import os; open("/place/large", "wb").write(os.urandom(150 << 20))');
    lab.graceBefore = lab.look(lab.outputs.users.grace.home);
    lab.alanBefore = lab.look(lab.outputs.users.alan.home);
    expect(Object.keys(lab.graceBefore as object).length).toBeGreaterThan(85);

    const { client: ada, kernel: opened } = await arrive(lab.outputs, "ada");
    lab.kernel = opened;
    await lab.kernel.run(
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
    const before = lab.started();
    let busy = true;
    let tokens = 0;
    const busyHub = (async () => {
        while (busy) {
            expect((await ada.api("users/ada/tokens", "POST", { note: `n${tokens}` })).status).toBe(201);
            tokens++;
        }
    })();
    const { code, stdout, stderr } = await lab.workspace.run(
        "backup",
        lab.workspace.stack,
        "--out",
        lab.file,
        "--system-homes",
    );
    busy = false;
    await busyHub;
    expect({ code, stdout, stderr: code === 0 ? "" : stderr }).toEqual({
        code: 0,
        stdout: `${lab.file}\n`,
        stderr: "",
    });
    expect(tokens).toBeGreaterThan(0);
    expect(lab.started()).toEqual(before);
    const counted = Number(await lab.kernel.run("print(count)"));
    await waitFor(
        async () => Number(await (lab.kernel as Kernel).run("print(count)")) > counted,
        30,
        "the kernel going on",
    );

    for (const part of ["hub-data", "home-ada", "home-grace", "shared-team", `${lab.homes()}/alan`]) {
        expect(stderr).toMatch(new RegExp(`^  ${part}  [\\d.]+ [kM]?B$`, "m"));
    }
    expect((fs.statSync(lab.file).mode & 0o777).toString(8)).toBe("600");
    expect(fs.readdirSync(path.dirname(lab.file))).toEqual([path.basename(lab.file)]);
    expect(
        execFileSync("tar", ["--list", "--file", lab.file], { encoding: "utf8" }).trimEnd().split("\n").sort(),
    ).toEqual(
        [
            ...["stack.yaml", "state.json", "passphrase", "manifest.json", "manifest.sha256", "system-homes/0.tar.gz"],
            ...["home-ada", "home-grace", "hub-data", "shared-team"].map(part => `volumes/${part}.tar.gz`),
        ].sort(),
    );
});

step("interrupted: no file, no half of one, no container", async () => {
    const other = path.join(path.dirname(lab.file), "other.backup.tar");
    const { child, end } = lab.begin("backup", lab.workspace.stack, "--out", other);
    const partial = `${other}.partial-${child.pid}`;
    await waitFor(async () => fs.statSync(partial).size > 1 << 20, 120, "the file growing", 20);
    child.kill("SIGTERM");
    const { code, said } = await end;
    expect({ code, last: said.trimEnd().split("\n").pop() }).toEqual({
        code: 1,
        last: `Interrupted; ${other} was not written.`,
    });
    expect(fs.readdirSync(path.dirname(lab.file))).toEqual([path.basename(lab.file)]);
    expect(lab.workspace.objects().containers.filter(name => name.includes("-packing-"))).toEqual([]);

    expect(await lab.workspace.run("backup", lab.workspace.stack, "--out", lab.file)).toMatchObject({
        code: 1,
        stdout: "",
        stderr: `${lab.file} exists already; nothing was written.\n`,
    });
});

step("a damaged file, a deployed stack, another stack file: refused, and nothing is changed", async () => {
    const projects = path.join(lab.workspace.env.XDG_DATA_HOME as string, "jupyterhub-pulumi");
    const state = () => ({
        ...lab.workspace.objects(),
        file: fs.readFileSync(lab.workspace.stackFile, "utf8"),
        kept: fs.readdirSync(projects).map(checkout => fs.readdirSync(path.join(projects, checkout, "stacks")).sort()),
    });
    const before = state();
    const same = () => {
        expect(state()).toEqual(before);
        expect(lab.beside()).toEqual({ containers: [], networks: [], volumes: [] });
        expect(fs.existsSync(path.join(lab.workspace.root, "stacks", `Pulumi.${lab.trial}.yaml`))).toBe(false);
    };
    const broken = path.join(lab.workspace.folder, "broken.tar");
    fs.copyFileSync(lab.file, broken);
    const handle = fs.openSync(broken, "r+");
    const middle = Math.floor(fs.statSync(broken).size / 2);
    const byte = Buffer.alloc(1);
    fs.readSync(handle, byte, 0, 1, middle);
    fs.writeSync(handle, Buffer.from([byte[0] ^ 1]), 0, 1, middle);
    fs.closeSync(handle);
    const damaged = await lab.workspace.run("restore", broken, "--as", lab.trial);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain(
        `${broken} is damaged, or not a backup of this project: volumes/home-ada.tar.gz is not what was written. ` +
            "Nothing was changed.\n",
    );
    same();
    fs.truncateSync(broken, middle);
    expect((await lab.workspace.run("restore", broken, "--as", lab.trial)).stderr).toContain(
        "it ends too early. Nothing was changed.\n",
    );
    same();

    expect((await lab.workspace.run("restore", lab.file)).stderr).toContain(
        `The stack "${lab.workspace.stack}" is deployed; nothing was changed. `,
    );
    same();
    expect((await lab.workspace.run("restore", lab.file, "--as", "dev")).stderr).toContain(
        "stacks/Pulumi.dev.yaml exists already and differs; nothing was changed.",
    );
    same();
});

restoring(lab);
