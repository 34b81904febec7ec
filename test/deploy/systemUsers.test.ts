/**
 * Homes on the host, on real files: who owns what, what is seen from inside and what is not, and that nothing the
 * program does removes a home or follows a link. One deployment, step by step.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { checkHostDirectories } from "../../components/host/directories";
import { lookingImages } from "../../components/image/plan";
import { readSettings, type ConfigError } from "../../components/config/settings";
import { HubClient } from "../support/deploy/hubClient";
import { waitFor } from "../support/deploy/waitFor";
import type { Kernel } from "../support/deploy/kernel";
import { expectNoTrace, said } from "../support/deploy/shell";
import { steps } from "../support/deploy/steps";
import { asRoot } from "../support/deploy/host";
import { docker } from "../support/deploy/docker";
import { Workspace, type Outputs } from "../support/deploy/workspace";

const step = steps();

const ADA = 52001;
const GRACE = 52002;
const PROJECT = 52100;
/** An account of the host, made for this test. */
const account = `jht${randomBytes(4).toString("hex")}`;

let workspace: Workspace;
/** Stands for the host's root: formats lie below it. */
let host: string;
let outputs: Outputs;
const kernels: Record<string, Kernel> = {};
const tokens: Record<string, { client: HubClient; token: string }> = {};

const homes = () => path.join(host, "volumes", "user");
const home = (name: string) => path.join(homes(), name);
const owner = (file: string) => asRoot("stat", "-c", "%u:%g %a", file);
const accountIds = () => `${asRoot("id", "-u", account)}:${asRoot("id", "-g", account)}`;

interface Changes {
    people?: string[];
    format?: string;
    homes?: string;
    mounts?: string;
}

const PEOPLE = [
    `{name: ada, uid: ${ADA}, gid: ${ADA}}`,
    `{name: grace, uid: ${GRACE}, gid: ${GRACE}, supplementaryGroups: [${PROJECT}], umask: "0027", mounts: ` +
        "[{volume: team, path: /team}]}",
    `{name: ${account}}`,
];

function config({
    people = PEOPLE,
    format = "volumes/user/{username}",
    homes: more = "skeleton: stacks/skel",
    mounts = "",
}: Changes = {}): string {
    return [
        "jupyterhub:users:",
        ...people.map(person => `  - ${person}`),
        `jupyterhub:defaults: {kind: system, memory: 512M, mounts: [{host: ${host}/data, path: /data, ` +
            `readOnly: true}${mounts}]}`,
        `jupyterhub:homes: {hostFormat: "${host}/${format}", imageFormat: "/home/{username}", ${more}}`,
    ].join("\n");
}

beforeAll(async () => {
    host = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-host-"));
    fs.chmodSync(host, 0o755);
    fs.mkdirSync(path.join(host, "data"));
    fs.writeFileSync(path.join(host, "data", "rows.csv"), "1,2\n");
    asRoot("useradd", "--no-create-home", "--user-group", "--shell", "/usr/sbin/nologin", account);
    workspace = await Workspace.create(config());
    fs.writeFileSync(path.join(workspace.root, "stacks", "skel", ".profile"), "export SKELETON=yes\n");
});
afterAll(() => {
    Object.values(kernels).forEach(kernel => kernel.close());
    workspace?.remove();
    asRoot("userdel", account);
    asRoot("rm", "-rf", host);
});

async function up(changes: Changes = {}): Promise<void> {
    workspace.writeConfig(config(changes));
    await workspace.up();
    outputs = await workspace.outputs();
    await workspace.expectNoChanges();
}

/** All of the host's files, without what servers write for themselves. */
const everything = () =>
    asRoot("find", host, "-printf", "%p (%l) %u:%g %m %s\\n")
        .split("\n")
        .filter(line => !/\/\.(ipython|local|cache|jupyter|config)/.test(line))
        .sort();

/** An `up` that has to be refused before anything is touched. */
async function refused(changes: Changes, ...problems: string[]): Promise<void> {
    workspace.writeConfig(config(changes));
    const before = [workspace.objects(), everything()];
    const result = await workspace.run("up", workspace.stack);
    expect(result.code).toBe(1);
    expect(
        said(result)
            .split("\n")
            .map(line => line.trim()),
    ).toEqual(expect.arrayContaining(problems));
    expectNoTrace(said(result));
    expect([workspace.objects(), everything()]).toEqual(before);
}

async function serve(name: string): Promise<Kernel> {
    const client = new HubClient(outputs.url, name);
    expect((await client.logIn(outputs.passwords[name])).status).toBe(302);
    const token = await client.token();
    await client.startServer(token);
    tokens[name] = { client, token };
    kernels[name] = await client.startKernel(token);
    return kernels[name];
}

async function stop(name: string): Promise<void> {
    kernels[name].close();
    await tokens[name].client.stopServer(tokens[name].token);
}

/** Runs a shell's script in somebody's server. */
const shellOf = (name: string, script: string) =>
    kernels[name].run(
        `import subprocess; print(subprocess.run(["bash", "-c", ${JSON.stringify(script)}], ` +
            `stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout, end="")`,
        120,
    );

step("what is wrong on the host is said at once, and nothing is changed", async () => {
    fs.mkdirSync(home("grace"), { recursive: true });
    asRoot("chown", "52999:52999", home("grace"));
    fs.symlinkSync("/etc", home("ada"));
    await refused(
        { mounts: `, {host: ${host}/nothing, path: /nothing}` },
        expect.stringMatching(/has 3 problems; nothing was changed\.$/) as string & string,
        `users[0]: ${home("ada")} is a symbolic link on the Docker host; below ${homes()} none is followed`,
        `users[0]: mounts ${host}/nothing, which is not there on the Docker host; make it, or leave the mount out`,
        `users[1]: the home ${home("grace")} belongs to uid 52999, not ${GRACE}; if it is to be theirs: ` +
            `chown -R ${GRACE}:${GRACE} ${home("grace")}`,
    );
    fs.unlinkSync(home("ada"));
    asRoot("rmdir", home("grace"));
    await refused(
        { homes: "create: false" },
        `users[0]: the home ${home("ada")} is not there on the Docker host; make it, or set homes.create: true`,
        `users[2]: the home ${home(account)} is not there on the Docker host; make it, or set homes.create: true`,
    );
    fs.chmodSync(homes(), 0o777);
    await refused(
        {},
        `users[0]: ${homes()} can be written by everybody, who could put a link in place of a home: chown ` +
            `root ${homes()}; chmod go-w ${homes()}`,
    );
    fs.chmodSync(homes(), 0o755);
    await refused(
        { people: ["{name: ada, uid: 52001, gid: 52001}", `{name: no${account}}`] },
        expect.stringMatching(new RegExp(`^users\\[1\\]: .*the Docker host has no account "no${account}"$`)) as string &
            string,
    );
});

step("where this machine's files are not the Docker host's, a container looks at them and finds the same", async () => {
    fs.symlinkSync("/etc", home("ada"));
    fs.mkdirSync(home("grace"));
    const people = PEOPLE.slice(0, 2).map(person => parse(person) as object);
    const lookAt = (docker: string, preview = false) => {
        const all = {
            "jupyterhub:users": people,
            "jupyterhub:defaults": {
                kind: "system",
                mounts: [
                    { host: `${host}/nothing`, path: "/n" },
                    { host: `${host}/data`, path: "/d" },
                ],
            },
            "jupyterhub:homes": { hostFormat: `${homes()}/{username}` },
            "jupyterhub:rootSecret": "x".repeat(64),
        };
        try {
            const settings = {
                ...readSettings("test", all, new Set(["jupyterhub:rootSecret"])),
                docker: { host: docker },
            };
            return checkHostDirectories(settings, { images: () => lookingImages(settings), preview });
        } catch (error) {
            return (error as ConfigError).problems;
        }
    };
    const elsewhere = "unix:///var/run/../run/docker.sock";
    const [here, there] = [lookAt("unix:///var/run/docker.sock"), lookAt(elsewhere)];
    // A preview sees who has a home, and has no container that could see more.
    expect(lookAt(elsewhere, true)).toEqual([]);
    fs.unlinkSync(home("ada"));
    expect(lookAt(elsewhere, true)).toEqual(["ada"]);
    fs.rmdirSync(home("grace"));
    expect(here).toHaveLength(3);
    expect(there).toEqual(here);
});

/** Containers that make homes. */
const atWork = () =>
    docker("ps", "--quiet", "--filter", "label=jupyterhub.homes", "--filter", `volume=${homes()}`)
        .split("\n")
        .filter(id => id !== "");

/** Keeps homes from being made, as another run at work does; until its input is closed. */
async function hold(): Promise<ChildProcess> {
    const holder = spawn("flock", [homes(), "-c", "echo held; cat"], { stdio: ["pipe", "pipe", "inherit"] });
    await new Promise(resolve => holder.stdout?.once("data", resolve));
    return holder;
}

step("killed while homes are made, it leaves none or whole ones, and the next up makes the rest", async () => {
    workspace.writeConfig(config());
    const holder = await hold();
    const run = spawn(process.execPath, ["scripts/run.mjs", "up", workspace.stack], {
        cwd: workspace.root,
        env: workspace.env,
        detached: true,
        stdio: "ignore",
    });
    const end = new Promise(resolve => run.once("exit", resolve));
    await waitFor(async () => atWork().length > 0, 300, "the container that makes homes");
    process.kill(-(run.pid as number), "SIGKILL");
    await end;
    docker("kill", ...atWork());
    holder.stdin?.end();
    await waitFor(async () => atWork().length === 0, 60, "the end of that container");
    expect(fs.readdirSync(homes())).toEqual([]);
    await up();
});

step("missing homes are made, each its person's own, with the skeleton", async () => {
    expect(owner(home("ada"))).toBe(`${ADA}:${ADA} 700`);
    expect(owner(home("grace"))).toBe(`${GRACE}:${GRACE} 700`);
    expect(owner(home(account))).toBe(`${accountIds()} 700`);
    expect(owner(homes())).toMatch(/ 755$/);
    expect(fs.readdirSync(homes()).sort()).toEqual(["ada", "grace", account].sort());
    expect(owner(path.join(home("ada"), ".profile"))).toBe(`${ADA}:${ADA} 644`);
    expect(owner(path.join(home(account), "welcome.md"))).toBe(`${accountIds()} 644`);
    expect(outputs.users.ada).toMatchObject({ kind: "system", home: home("ada") });
});

step("from inside, everybody is who they are on the host", async () => {
    await serve("ada");
    await serve("grace");
    const who = (name: string) =>
        shellOf(name, 'id -u; id -g; id -G; echo "$HOME $USER $NB_USER $NB_UID $NB_GID"; pwd; cat .profile');
    expect((await who("ada")).split("\n")).toEqual([
        `${ADA}`,
        `${ADA}`,
        `${ADA} 100`,
        `/home/ada ada ada ${ADA} ${ADA}`,
        "/home/ada",
        "export SKELETON=yes",
        "",
    ]);
    expect((await who("grace")).split("\n")).toEqual([
        `${GRACE}`,
        `${GRACE}`,
        `${GRACE} 100 ${PROJECT}`,
        `/home/grace grace grace ${GRACE} ${GRACE}`,
        "/home/grace",
        "export SKELETON=yes",
        "",
    ]);
    expect(await shellOf("ada", "grep -hE '^(CapBnd|CapEff|NoNewPrivs)' /proc/self/status | sort")).toBe(
        "CapBnd:\t0000000000000000\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n",
    );
});

step("a commit by git works as for any account", async () => {
    expect(
        await shellOf(
            "ada",
            "git init -q repo && cd repo && git config user.name Ada && git config user.email " +
                "ada@example.org && echo 1 > a && git add a && git commit -qm first && git log --format='%an, %s'",
        ),
    ).toBe("Ada, first\n");
    expect(owner(path.join(home("ada"), "repo", ".git", "HEAD"))).toMatch(`${ADA}:${ADA} `);
});

step(
    "what is made in the notebook is the person's on the host, and what lies on the host is in the notebook",
    async () => {
        const { client, token } = tokens.grace;
        const made = await fetch(client.server("api/contents/notes.txt"), {
            method: "PUT",
            headers: { Authorization: `token ${token}` },
            body: JSON.stringify({ type: "file", format: "text", content: "from the notebook" }),
        });
        expect(made.status).toBe(201);
        expect(owner(path.join(home("grace"), "notes.txt"))).toBe(`${GRACE}:${GRACE} 640`);
        expect(asRoot("cat", path.join(home("grace"), "notes.txt"))).toBe("from the notebook");
        await shellOf("ada", "touch made-in-kernel");
        expect(owner(path.join(home("ada"), "made-in-kernel"))).toBe(`${ADA}:${ADA} 644`);
        asRoot(
            "sh",
            "-c",
            `echo "from the host" > ${home("grace")}/host.txt; chown ${GRACE}:${GRACE} ` +
                `${home("grace")}/host.txt; chmod 600 ${home("grace")}/host.txt`,
        );
        expect(await shellOf("grace", "cat host.txt")).toBe("from the host\n");
        expect(await shellOf("ada", "cat /data/rows.csv; touch /data/x")).toBe(
            "1,2\ntouch: cannot touch '/data/x': Read-only file system\n",
        );
    },
);

step("a shared volume can be written by everybody's group", async () => {
    expect(
        await shellOf(
            "grace",
            "stat -c '%u:%g %a' /team; umask 0002; echo hello > /team/note; stat -c '%u:%g %a' /team/note",
        ),
    ).toBe(`0:100 2775\n${GRACE}:100 664\n`);
    expect(await shellOf("ada", "ls /team 2>&1")).toMatch(/No such file/); // It is mounted only where it is asked for.
});

step("another person's home is neither mounted nor to be reached by any path", async () => {
    asRoot(
        "sh",
        "-c",
        `chmod 755 ${home("grace")}; echo SECRET > ${home("grace")}/secret-of-grace.txt; chmod 644 ` +
            `${home("grace")}/secret-of-grace.txt`,
    ); // Rights must not be all that keeps ada out.
    expect(await shellOf("grace", "cat secret-of-grace.txt")).toBe("SECRET\n");
    expect(await shellOf("ada", "grep -c grace /proc/self/mountinfo")).toBe("0\n");
    const paths = [
        `${home("grace")}/secret-of-grace.txt`,
        "/home/grace/secret-of-grace.txt",
        "../grace/secret-of-grace.txt",
        `/../../${home("grace")}/secret-of-grace.txt`,
        `/proc/1/root${home("grace")}/secret-of-grace.txt`,
        `/proc/1/cwd/../grace/secret-of-grace.txt`,
        `/proc/*/root${home("grace")}/secret-of-grace.txt`,
        `/proc/*/cwd/../grace/secret-of-grace.txt`,
        "/proc/*/fd/*/../grace/secret-of-grace.txt",
        "/home/ada/../grace/secret-of-grace.txt",
        "by-link/secret-of-grace.txt",
        "by-parent/grace/secret-of-grace.txt",
    ];
    const links = `ln -sfn ${home("grace")} by-link; ln -sfn .. by-parent; ln -sfn /proc/1/root by-proc`;
    expect(
        await shellOf(
            "ada",
            `${links}; cat ${paths.join(" ")} by-proc${home("grace")}/secret-of-grace.txt 2>/dev/null`,
        ),
    ).toBe("");
    const search =
        "echo OWN > secret-of-ada.txt; find / -name 'secret-of-*.txt' 2>/dev/null; grep -rhs '' / " +
        "--include='secret-of-*.txt'";
    expect(await shellOf("ada", search)).toBe("/home/ada/secret-of-ada.txt\nOWN\n");
    // By ways that need a right the server does not have: another uid, a device, another mount, a parent by handle.
    const attempts = [
        `python3 -c 'import os; os.setuid(${GRACE})'`,
        `python3 -c 'import os; os.setgroups([${GRACE}])'`,
        "mount --bind / /mnt",
        "mknod disk b 8 0",
        "unshare --user --map-root-user --mount true",
        "chroot / true",
        "nsenter --target 1 --mount true",
        `su ${"grace"} -c true </dev/null`,
    ];
    for (const attempt of attempts) {
        expect([attempt, await shellOf("ada", `${attempt} >/dev/null 2>&1 && echo GOT IN`)]).toEqual([attempt, ""]);
    }
    // The server's own file API follows ada's links no further than her container.
    const { client, token } = tokens.ada;
    for (const file of [
        "by-link/secret-of-grace.txt",
        "by-parent/grace/secret-of-grace.txt",
        "..%2fgrace%2fsecret-of-grace.txt",
        `by-proc${home("grace")}/secret-of-grace.txt`,
    ]) {
        const answer = await fetch(client.server(`api/contents/${file}`), {
            headers: { Authorization: `token ${token}` },
        });
        expect([file, answer.ok, (await answer.text()).includes("SECRET")]).toEqual([file, false, false]);
    }
});

step(
    "who is removed keeps the home, and links that somebody puts into theirs lead nowhere when homes are made",
    async () => {
        await shellOf(
            "ada",
            "rm -f welcome.md .profile; ln -s /etc/passwd welcome.md; ln -s /etc .jupyterhub-new; ln -s /etc etc",
        );
        const before = owner("/etc/passwd") + owner("/etc");
        await stop("grace");
        await up({
            people: [...PEOPLE.filter(person => !person.includes("grace")), '{name: "李 雷", uid: 52003, gid: 52003}'],
        });
        expect(Object.keys(outputs.users).sort()).toEqual(["ada", account, "李 雷"].sort());
        expect(owner("/etc/passwd") + owner("/etc")).toBe(before);
        expect(owner(home("李 雷"))).toBe("52003:52003 700");
        // The skeleton is for new homes.
        expect(asRoot("readlink", path.join(home("ada"), "welcome.md"))).toBe("/etc/passwd");
        expect(asRoot("ls", "-A", home("ada")).split("\n")).not.toContain(".profile");
        expect(asRoot("cat", path.join(home("grace"), "host.txt"))).toBe("from the host");
    },
);

step("who is listed again has the same home, and one that was removed by hand is made again", async () => {
    asRoot("rm", "-r", home(account));
    await up();
    expect(owner(home(account))).toBe(`${accountIds()} 700`);
    expect(owner(home("李 雷"))).toBe("52003:52003 700");
    await serve("grace");
    expect(await shellOf("grace", "cat host.txt notes.txt")).toBe("from the host\nfrom the notebook");
    expect(owner(home("grace"))).toBe(`${GRACE}:${GRACE} 755`);
    await stop("grace");
});

step("who is renamed keeps the directory of the host, which has the new name in the server", async () => {
    const [ada, grace, other] = PEOPLE;
    await up({ people: [ada, grace.replace("name: grace", "name: hopper, renamedFrom: grace"), other] });
    expect(outputs.users.hopper.home).toBe(home("grace"));
    await serve("hopper");
    expect(await shellOf("hopper", "pwd; whoami; id -u; cat host.txt notes.txt; touch by-hopper")).toBe(
        `/home/hopper\nhopper\n${GRACE}\nfrom the host\nfrom the notebook`,
    );
    expect(owner(path.join(home("grace"), "by-hopper"))).toBe(`${GRACE}:${GRACE} 640`);
    expect(asRoot("ls", homes()).split("\n")).not.toContain("hopper");
    expect((await new HubClient(outputs.url, "grace").logIn("whatever")).status).toBe(403);
    await stop("hopper");
});

step("a link that was planted in place of a home is refused", async () => {
    await stop("ada");
    asRoot("mv", home("ada"), `${home("ada")}.away`);
    asRoot("ln", "-s", "/etc", home("ada"));
    await refused(
        {},
        `users[0]: ${home("ada")} is a symbolic link on the Docker host; below ${homes()} none is followed`,
    );
    asRoot("rm", home("ada"));
    asRoot("mv", `${home("ada")}.away`, home("ada"));
});

step("down keeps every home; another format is another home", async () => {
    const before = everything();
    await workspace.succeed("down", workspace.stack);
    expect(everything()).toEqual(before);
    await up({ format: "home/{username}", homes: 'mode: "0750"' });
    expect(outputs.users.grace.home).toBe(path.join(host, "home", "grace"));
    expect(owner(outputs.users.grace.home)).toBe(`${GRACE}:${GRACE} 750`);
    await serve("grace");
    expect(await shellOf("grace", "ls; touch new")).toBe("");
    await stop("grace");
    expect(owner(path.join(outputs.users.grace.home, "new"))).toBe(`${GRACE}:${GRACE} 640`);
    expect(everything()).toEqual(expect.arrayContaining(before));
});

step("purge keeps every home too, and says so", async () => {
    const before = everything();
    const { code, stderr } = await workspace.run("purge", workspace.stack, "--yes");
    expect(code).toBe(0);
    expect(stderr).toContain(
        `Kept, because they are directories of the Docker host:\n  ${path.join(host, "home", "ada")}\n`,
    );
    expect(stderr).toContain("-shared-team");
    expect(everything()).toEqual(before);
    expect(workspace.objects()).toEqual({ containers: [], networks: [], volumes: [] });
});
