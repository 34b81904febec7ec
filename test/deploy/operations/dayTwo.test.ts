/** Day two: people's servers are stopped kindly, and what is changed while they work. One deployment, step by step. */
import * as fs from "node:fs";
import * as path from "node:path";
import { HubClient } from "../../support/deploy/hubClient";
import { Terminal } from "../../support/deploy/terminal";
import { waitFor } from "../../support/deploy/waitFor";
import type { Kernel } from "../../support/deploy/kernel";
import { said } from "../../support/deploy/shell";
import { steps } from "../../support/deploy/steps";
import { docker, inVolume, removeImages } from "../../support/deploy/docker";
import { Workspace, type Outputs } from "../../support/deploy/workspace";

const step = steps();

let workspace: Workspace;
let outputs: Outputs;
const tokens: Record<string, string> = {};

const PEOPLE = `jupyterhub:users:
  - ada
  - grace
  - { name: bot, lifecycle: always-on }`;

beforeAll(async () => {
    workspace = await Workspace.create(PEOPLE);
    await workspace.up();
    outputs = await workspace.outputs();
    for (const name of Object.keys(outputs.users)) {
        const client = await loggedIn(name);
        tokens[name] = await client.token();
    }
});
afterAll(() => workspace?.remove());

async function loggedIn(name: string): Promise<HubClient> {
    const client = new HubClient(workspace.url, name);
    expect((await client.logIn((await workspace.outputs()).passwords[name])).status).toBe(302);
    return client;
}

const running = () =>
    docker("ps", "--format", "{{.Names}}")
        .split("\n")
        .filter(name => name.startsWith(outputs.users.ada.container.replace(/ada$/, "")))
        .sort();
const startedAt = (container: string) => docker("inspect", "--format", "{{.State.StartedAt}}", container);
const start = (name: string) => new HubClient(workspace.url, name).startServer(tokens[name]);

step("kick stops who is named and nobody else, and tells them in terminals and on pages", async () => {
    const { ada, grace } = outputs.users;
    await start("ada");
    await start("grace");
    const kernel = await new HubClient(workspace.url, "grace").startKernel(tokens.grace);
    const client = new HubClient(workspace.url, "ada");
    const made = await client.withToken(tokens.ada, client.server("api/terminals"), { method: "POST", body: "{}" });
    expect(made.status).toBe(200);
    const { name: terminal } = (await made.json()) as { name: string };
    const shell = await Terminal.open(client.server(`terminals/websocket/${terminal}`), tokens.ada);

    const before = startedAt(grace.container);
    const { code, stdout } = await workspace.run(
        "kick",
        workspace.stack,
        "ADA",
        "--message",
        "More <memory> for you",
        "--in",
        "3s",
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Stopped: ada\n" });
    expect(running()).not.toContain(ada.container);
    expect(startedAt(grace.container)).toBe(before);
    expect(await kernel.run("print(6 * 7)")).toBe("42\n");
    kernel.close();
    await waitFor(
        async () => shell.shown().includes("*** Your server was stopped"),
        30,
        "the last word in the terminal",
    );
    expect(shell.shown()).toMatch(
        /\*\*\* Your server will be stopped at \d\d:\d\d UTC\. Save your work\. More <memory> for you/,
    );
    expect(shell.shown()).toContain(
        "*** Your server was stopped by whoever looks after this hub. More <memory> for you",
    );

    const page = await (await (await loggedIn("ada")).follow("hub/spawn/ada")).text();
    expect(page).toContain("Start your server again?");
    expect(page).toContain("Your server was stopped by whoever looks after this hub.\nMore &lt;memory&gt; for you");
    expect(await (await (await loggedIn("grace")).follow("hub/home")).text()).not.toContain("memory");
});

step("who does not run is said, and who is not there", async () => {
    expect(await workspace.succeed("kick", workspace.stack, "ada")).toBe("Stopped: nobody\nNot running: ada\n");
    const { code, stderr } = await workspace.run("kick", workspace.stack, "grce", "ada");
    expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `"grce" is not in the stack "${workspace.stack}" as it is deployed; did you mean "grace"?\n`,
    });
});

step("drain stops everybody and keeps it so until up", async () => {
    const { grace, bot } = outputs.users;
    await waitFor(async () => running().includes(bot.container), 60, "the always-on server");
    expect(running()).toEqual([bot.container, grace.container]);
    expect(await workspace.succeed("drain", workspace.stack, "--message", "New disks")).toBe(
        `Stopped: bot, grace\nNobody can start a server until \`npm run up -- ${workspace.stack}\`, or \`npm ` +
            `run drain -- ${workspace.stack} --end\`.\n`,
    );
    expect(running()).toEqual([]);
    const client = new HubClient(workspace.url, "ada");
    const refused = await client.withToken(tokens.ada, "hub/api/users/ada/server", { method: "POST", body: "" });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ message: "Servers cannot be started at the moment." });
    expect(await (await new HubClient(workspace.url, "ada").follow("hub/login")).text()).toContain(
        "until it is over.\nNew disks",
    );

    // A hub that starts again keeps to it.
    docker("restart", outputs.containers.hub);
    await waitFor(
        async () => (await new HubClient(workspace.url, "ada").request("hub/health")).status === 200,
        60,
        "the hub",
    );
    expect(running()).toEqual([]);

    expect((await workspace.run("up", workspace.stack)).stderr).toContain(
        "The drain is over: people can start servers again.",
    );
    await waitFor(async () => running().includes(bot.container), 60, "the always-on server");
    await start("ada");
    expect(await (await (await loggedIn("ada")).follow("hub/home")).text()).not.toContain("New disks");
    expect(await workspace.succeed("drain", workspace.stack, "--end")).toBe("People could start servers already.\n");
});

step("a server that the hub does not know of is stopped too, and with the hub away", async () => {
    docker("stop", outputs.containers.hub);
    const { code, stdout, stderr } = await workspace.run("kick", workspace.stack, "ada");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Stopped: ada\n" });
    expect(stderr).toContain("The hub cannot tell people why");
    const drain = await workspace.run("drain", workspace.stack);
    expect(drain.code).toBe(1);
    expect(drain.stderr).toContain("Nothing was stopped.");
    expect(running()).toEqual([outputs.users.bot.container]);
    docker("start", outputs.containers.hub);
    await waitFor(
        async () => (await new HubClient(workspace.url, "ada").request("hub/health")).status === 200,
        60,
        "the hub",
    );
});

const withPeople = (first: string) => workspace.writeConfig(PEOPLE.replace("  - ada\n", first));
const preview = async () => workspace.succeed("pulumi", "preview", "--stack", workspace.stack, "--non-interactive");
let grace: { kernel: Kernel; alive: () => Promise<void> };

step("a renamed person keeps the home, and the old name's token ends; a neighbour writes on", async () => {
    await start("grace");
    const kernel = await new HubClient(workspace.url, "grace").startKernel(tokens.grace);
    await kernel.run(
        "import threading, time\ndef write():\n  while True:\n    open('beat', 'a').write('x'); " +
            "time.sleep(0.1)\nthreading.Thread(target=write, daemon=True).start()",
    );
    const since = startedAt(outputs.users.grace.container);
    const beats = () => Number(inVolume(outputs.users.grace.home, "wc -c < /home/beat"));
    grace = {
        kernel,
        alive: async () => {
            const before = beats();
            await waitFor(() => Promise.resolve(beats() > before), 30, "grace's file to grow");
            expect(await kernel.run("print('here')")).toBe("here\n");
            expect(startedAt(outputs.users.grace.container)).toBe(since);
        },
    };
    const home = outputs.users.ada.home;
    inVolume(home, "echo mine > /home/file");

    withPeople("  - { name: lovelace, renamedFrom: ada }\n");
    await start("ada");
    const refused = await workspace.run("up", workspace.stack);
    expect(refused.code).not.toBe(0);
    expect(said(refused)).toContain(
        "users[0].renamedFrom: ada's server is running, and a rename would end it. Stop it first: npm run " +
            `kick -- ${workspace.stack} ada`,
    );
    await workspace.succeed("kick", workspace.stack, "ada");

    expect(await preview()).toContain(`lovelace was ada and keeps that home (${home}).`);
    await workspace.up();
    const { users } = await workspace.outputs();
    expect(users.lovelace.home).toBe(home);
    const client = await loggedIn("lovelace");
    tokens.lovelace = await client.token();
    await start("lovelace");
    expect(await (await client.startKernel(tokens.lovelace)).run("print(open('file').read())")).toBe("mine\n\n");
    await waitFor(
        async () => (await client.withToken(tokens.ada, "hub/api/user")).status === 403,
        60,
        "the end of ada's token",
    );
    await workspace.expectNoChanges();
    await grace.alive();
});

/** Makes a newer JupyterHub of the one that it runs in: another version, and a schema with a column more. */
const NEXT = `
import compileall, pathlib, py_compile, jupyterhub
from alembic.script import ScriptDirectory
package = pathlib.Path(jupyterhub.__file__).parent
head = ScriptDirectory(str(package / "alembic")).get_current_head()
(package / "alembic/versions/0a1b2c3d4e5f_shoes.py").write_text(f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0a1b2c3d4e5f", "{head}", None, None
def upgrade(): op.add_column("users", sa.Column("shoe_size", sa.Integer()))
""")
version = package / "_version.py"
version.write_text(version.read_text() + "\\n__version__ = '9.9.9'\\n")
compileall.compile_file(str(version), quiet=1, force=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
`;

function writeNextHub(): void {
    const dockerfile = [
        "ARG BASE",
        `FROM ${hubImage()}`,
        "USER 0",
        "COPY next.py /tmp/",
        "RUN python /tmp/next.py",
        "USER 1000:1000",
        "",
    ];
    workspace.writeImage("nexthub", dockerfile.join("\n"));
    fs.writeFileSync(path.join(workspace.root, "images", "nexthub", "next.py"), NEXT);
}

const hubImage = () => docker("inspect", "--format", "{{.Config.Image}}", outputs.containers.hub);

/** The hub knows grace's server, a way leads there, and nothing of hers was interrupted. */
async function expectGraceAtWork(): Promise<void> {
    const client = new HubClient(workspace.url, "grace");
    expect(await (await client.withToken(tokens.grace, "hub/api/users/grace")).json()).toMatchObject({
        server: "/user/grace/",
        pending: null,
    });
    expect((await client.withToken(tokens.grace, client.server("api/kernels"))).status).toBe(200);
    await grace.alive();
}

/** The JupyterHub that it had, and its image. */
let version: string;
let before: string;
const NEXT_HUB = "jupyterhub:images: { hub: { build: nexthub } }";
const lovelace = `${PEOPLE.replace("  - ada\n", "  - { name: lovelace, renamedFrom: ada }\n")}\n`;

step(
    "a newer JupyterHub that does not come up: the database is put back, and the image from before works again",
    async () => {
        writeNextHub();
        before = hubImage();
        version = docker(
            "exec",
            outputs.containers.hub,
            "python",
            "-c",
            "import jupyterhub; print(jupyterhub.__version__)",
        );
        workspace.writeConfig(
            `${lovelace}${NEXT_HUB}\njupyterhub:hub: { extraConfig: 'c.JupyterHub.load_roles.append({"name": ` +
                `"broken", "scopes": ["nonsense"]})' }`,
        );
        const { code, stderr } = await workspace.run("up", workspace.stack);
        expect(code).not.toBe(0);
        expect(stderr).toContain(
            `The hub: the database is as it was before, of JupyterHub ${version}: JupyterHub 9.9.9 did not ` +
                "come up with it; the reason is above. To have the hub as it was: the image that it had before, " +
                "and `npm run up`.",
        );
        await grace.alive();
        workspace.writeConfig(lovelace);
        await workspace.up();
        await expectGraceAtWork();
    },
);

step(
    "JupyterHub is upgraded with its database, and back to a kept copy with the image from before; hub " +
        "configuration changes",
    async () => {
        workspace.writeConfig(`${lovelace}${NEXT_HUB}`);
        const { code, stderr } = await workspace.run("up", workspace.stack);
        expect(code).toBe(0);
        const [, copy] = /kept beside it: (\S+)$/m.exec(stderr) ?? [];
        expect(copy).toMatch(new RegExp(`^jupyterhub\\.sqlite-\\d{8}T\\d{6}Z-from-${version}-to-9\\.9\\.9$`));
        expect(stderr).toContain(
            "The hub: the database is now of JupyterHub 9.9.9. The one from before, of JupyterHub " +
                `${version}, is kept beside it: ${copy}\n`,
        );
        await expectGraceAtWork();

        const { hub } = outputs.containers;
        docker("stop", hub);
        docker(
            "run",
            "--rm",
            "--volume",
            `${hub}-data:/srv/jupyterhub/data`,
            before,
            "python",
            "-m",
            "declared.database",
            copy,
        );
        workspace.writeConfig(`${lovelace}jupyterhub:hub: { activeServers: 50 }`);
        await workspace.up();
        await expectGraceAtWork();
        await workspace.expectNoChanges();
        removeImages("jupyterhub-nexthub");
    },
);

step(
    "who leaves has their home kept, status lists it, and nobody's is purged who is listed or whose home it is",
    async () => {
        const { home } = (await workspace.outputs()).users.lovelace;
        const purge = (name: string) => workspace.run("purge", workspace.stack, "--person", name, "--yes");
        expect((await purge("ada")).stderr).toBe(
            'The home of "ada" is lovelace\'s now (renamedFrom). Nothing was deleted.\n',
        );
        expect((await purge("lovelace")).stderr).toContain('"lovelace" is in stacks/Pulumi.');
        withPeople("");
        await workspace.up();
        expect((await workspace.run("status", workspace.stack)).stdout).toMatch(new RegExp(`^ada +${home}$`, "m"));
        expect(inVolume(home, "cat /home/file")).toBe("mine");
        await grace.alive();
    },
);

step("a name that comes back has its old home again, or an empty one beside it", async () => {
    const home = outputs.users.ada.home;
    withPeople("  - ada\n");
    expect(await preview()).toContain(
        `ada gets the home that is there already (${home}); newHome: true begins with an empty one.`,
    );
    withPeople("  - { name: ada, newHome: true }\n");
    expect(await preview()).toContain(`ada begins with an empty home (${home}-2); the old one stays (${home}).`);
    await workspace.up();
    expect((await workspace.outputs()).users.ada.home).toBe(`${home}-2`);
    expect((await new HubClient(workspace.url, "ada").withToken(tokens.ada, "hub/api/user")).status).toBe(403);
    inVolume(`${home}-2`, "test ! -e /home/file");
    await workspace.expectNoChanges();
});

step("purge --person deletes that person's homes alone", async () => {
    const home = outputs.users.ada.home;
    const rest = workspace.objects().volumes.filter(volume => ![home, `${home}-2`].includes(volume));
    withPeople("");
    expect(await preview()).toContain(
        `ada leaves; the home stays (${home}, ${home}-2). To delete it: npm run purge -- ${workspace.stack} ` +
            `--person "ada"`,
    );
    await workspace.up();
    const unasked = await workspace.run("purge", workspace.stack, "--person", "ada");
    expect({ code: unasked.code, stderr: unasked.stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(
            new RegExp(`^To be deleted for ever:\n  ${home}  \\d.*\n  ${home}-2  \\d.*\npurge asks before it deletes`),
        ) as string,
    });
    await workspace.succeed("purge", workspace.stack, "--person", "Ada", "--yes");
    expect(workspace.objects().volumes).toEqual(rest);
    expect((await workspace.run("purge", workspace.stack, "--person", "ada", "--yes")).stderr).toContain(
        'There is no home of "ada" in the stack',
    );
    expect((await workspace.run("status", workspace.stack)).stdout).not.toContain("home that stays");
    await grace.alive();
});

step(
    "idle servers are stopped; a kernel that computes in silence and a terminal with a program in it are not idle",
    async () => {
        void grace.kernel.run("import time; time.sleep(7200)", 7200).catch(() => undefined);
        const people =
            `jupyterhub:users: [ada, alan, { name: grace, env: { NEW: "1" } }, { name: bot, idle: { cullAfter: ` +
            "never } }]\njupyterhub:deferAtMost: 7d";
        workspace.writeConfig(people);
        expect(await preview()).toMatch(
            /Waits until their servers stop: grace \(until \d{4}-\d\d-\d\d \d\d:\d\d UTC at most\)/,
        );
        await workspace.up();
        outputs = await workspace.outputs();
        expect(outputs.deferred).toEqual(["grace"]);
        await workspace.expectNoChanges();
        expect(running()).toContain(outputs.users.bot.container); // It was always on until now.

        // All is at work before the limits are there: a busy machine needs longer for that than they allow.
        // No websocket stays open: what goes through the proxy would count.
        const busy = new HubClient(workspace.url, "grace");
        const kernels = async () =>
            (await (await busy.withToken(tokens.grace, busy.server("api/kernels"))).json()) as {
                execution_state: string;
            }[];
        await waitFor(
            async () => (await kernels()).some(({ execution_state }) => execution_state === "busy"),
            30,
            "the kernel's work",
        );
        grace.kernel.close();
        for (const name of ["alan", "ada"]) {
            tokens[name] = await (await loggedIn(name)).token();
        }
        await start("alan");
        const client = new HubClient(workspace.url, "alan");
        const { name: terminal } = (await (
            await client.withToken(tokens.alan, client.server("api/terminals"), { method: "POST", body: "{}" })
        ).json()) as { name: string };
        const url = client.server(`terminals/websocket/${terminal}`);
        const ask = async (text: string, shows: RegExp) => {
            const shell = await Terminal.open(url, tokens.alan);
            shell.type(text);
            await waitFor(() => Promise.resolve(shows.test(shell.shown())), 30, String(shows));
            shell.close();
        };
        await ask("echo be''gin; sleep 7200\n", /begin\r/);
        await start("ada");
        workspace.writeConfig(
            `${people}\njupyterhub:idle: { cullAfter: never }\njupyterhub:defaults: { idle: { cullAfter: 1m } }`,
        );
        await workspace.up();
        expect(await workspace.succeed("status", workspace.stack, "--explain", "bot")).toMatch(
            /^idle\.cullAfter +never +the person$/m,
        );

        const { ada, alan, bot } = outputs.users;
        await waitFor(async () => !running().includes(ada.container), 180, "the stop of ada's idle server");
        await ask("\x03echo en''d\n", /end\r/);
        await waitFor(async () => !running().includes(alan.container), 180, "the stop of alan's server");
        expect(running()).toEqual([bot.container, outputs.users.grace.container]);
        expect((await kernels()).map(({ execution_state }) => execution_state)).toEqual(["busy"]);
    },
);

step(
    "a change that waited longer than deferAtMost interrupts, and says whom beforehand; so does updates: now",
    async () => {
        const { container } = outputs.users.grace; // It has computed for more than a minute, and still does.
        expect(running()).toContain(container);
        fs.writeFileSync(
            workspace.stackFile,
            fs.readFileSync(workspace.stackFile, "utf8").replace("deferAtMost: 7d", "deferAtMost: 1m"),
        );
        expect(await preview()).toContain(
            "Interrupts running servers (1m of deferAtMost are over): grace. To tell them first: npm run kick",
        );
        const config = fs.readFileSync(workspace.stackFile, "utf8");
        fs.writeFileSync(workspace.stackFile, config.replace("jupyterhub:deferAtMost: 1m", "jupyterhub:updates: now"));
        expect(await preview()).toContain(
            "Interrupts running servers (updates: now): grace. To tell them first: npm run kick",
        );
        fs.writeFileSync(workspace.stackFile, config);
        await workspace.up();
        expect((await workspace.outputs()).deferred).toEqual([]);
        expect(running()).not.toContain(container);
        expect(docker("inspect", "--format", "{{json .Config.Env}}", container)).toContain('"NEW=1"');
        expect(Number(inVolume(outputs.users.grace.home, "wc -c < /home/beat"))).toBeGreaterThan(0);
        await workspace.expectNoChanges();
    },
);
