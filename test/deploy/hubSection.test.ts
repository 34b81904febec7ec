/** `hub:` and `revoke: hard` on a real deployment: pages, a service, Python of one's own, and entering servers. */
import * as fs from "node:fs";
import * as path from "node:path";
import { expectNoTrace, said } from "../support/deploy/shell";
import { HubClient } from "../support/deploy/hubClient";
import { Kernel } from "../support/deploy/kernel";
import { waitFor } from "../support/deploy/waitFor";
import { steps } from "../support/deploy/steps";
import { docker, idOf, logsOf } from "../support/deploy/docker";
import { Workspace, type Outputs } from "../support/deploy/workspace";
import { clock } from "./hubSection/clock";

const step = steps();

function config({
    grace = "  - {name: grace, admin: true}\n",
    extra = "c.JupyterHub.load_roles.append({'name': 'extra', 'scopes': []})",
} = {}): string {
    return [
        `jupyterhub:users:\n  - ada\n${grace}  - alan`,
        "jupyterhub:defaults: {memory: 512M}",
        "jupyterhub:revoke: hard",
        "jupyterhub:hub:",
        "  adminAccess: true",
        "  concurrentSpawns: 1",
        "  templates: branding",
        "  services: [{name: reports, scopes: ['list:users', 'read:users:name']}]",
        `  extraConfig: |\n    ${extra}`,
    ].join("\n");
}

let workspace: Workspace;
let outputs: Outputs & { services: Record<string, string> };
let ada: HubClient;
let adaToken: string;
let entered: Kernel | undefined;

beforeAll(async () => {
    workspace = await Workspace.create(config());
    fs.mkdirSync(path.join(workspace.root, "branding"));
    fs.writeFileSync(
        path.join(workspace.root, "branding", "login.html"),
        '{% extends "templates/login.html" %}{% block login_container %}<p>Welcome to the lab</p>{{ super() ' +
            "}}{% endblock %}\n",
    );
});
afterAll(() => {
    entered?.close();
    workspace?.remove();
});

const logs = () => logsOf(outputs.containers.hub);
const runs = (name: string) =>
    docker("inspect", "--format", "{{.State.Running}}", outputs.users[name].container) === "true";

step("pages of one's own, and a service that may what its scopes say", async () => {
    await workspace.up();
    outputs = (await workspace.outputs()) as typeof outputs;
    await workspace.expectNoChanges();
    expect(await (await new HubClient(outputs.url, "x").follow("hub/login")).text()).toContain("Welcome to the lab");
    const asked = (path: string) =>
        fetch(`${outputs.url}hub/api/${path}`, { headers: { Authorization: `token ${outputs.services.reports}` } });
    expect((await asked("users")).status).toBe(200);
    expect((await asked("groups")).status).toBe(403);
    const state = await workspace.succeed("pulumi", "stack", "export", "--stack", workspace.stack);
    expect(
        [state, logs(), docker("top", outputs.containers.hub, "-eo", "pid,args")].map(text =>
            text.includes(outputs.services.reports),
        ),
    ).toEqual([false, false, false]);
});

step("Python with a syntax error is refused before anything is changed", async () => {
    const before = idOf(outputs.containers.hub);
    workspace.writeConfig(config({ extra: "x = (" }));
    for (const args of [
        ["up", workspace.stack],
        ["pulumi", "preview", "--stack", workspace.stack, "--non-interactive"],
    ]) {
        const result = await workspace.run(args[0], ...args.slice(1));
        expect(result.code).not.toBe(0);
        expect(said(result)).toContain("hub.extraConfig, line 1: '(' was never closed");
        expectNoTrace(said(result));
    }
    expect(idOf(outputs.containers.hub)).toBe(before);
});

step("Python that fails as it runs makes up fail, with its line", async () => {
    workspace.writeConfig(config({ extra: "nothing()" }));
    const result = await workspace.run("up", workspace.stack);
    expect(result.code).not.toBe(0);
    expect(said(result)).toContain("hub.extraConfig, line 1: NameError: name 'nothing' is not defined");
    workspace.writeConfig(config());
    await workspace.up();
});

/** When a container was started, and when Jupyter Server in it said that it is there; in milliseconds. */
function startOf(name: string): { started: number; there: number } {
    const { container } = outputs.users[name];
    const said = logsOf(container, "--timestamps")
        .split("\n")
        .find(line => line.includes("is running at"));
    return {
        started: Date.parse(docker("inspect", "--format", "{{.State.StartedAt}}", container)),
        there: Date.parse((said as string).split(" ")[0]),
    };
}

step("servers start by turns, as many at once as the file says; who waits is told the place", async () => {
    const all = await Promise.all(
        ["ada", "alan", "grace"].map(async name => {
            const client = new HubClient(outputs.url, name);
            await client.logIn(outputs.passwords[name]);
            return { client, token: await client.token() };
        }),
    );
    const told = await Promise.all(all.map(({ client, token }) => client.startAndListen(token)));
    expect(told.map(text => /number (\d) of those that wait/.exec(text)?.[1] ?? "at once").sort()).toEqual([
        "1",
        "2",
        "at once",
    ]);
    const [first, second, third] = ["ada", "alan", "grace"].map(startOf).sort((a, b) => a.started - b.started);
    // One that is not there after 20 s (LONGEST in turns.py) does not hold up the next; they count from before Docker
    // is asked.
    expect(second.started).toBeGreaterThanOrEqual(Math.min(first.there, first.started + 10_000));
    expect(third.started).toBeGreaterThanOrEqual(Math.min(second.there, second.started + 10_000));
    ({ client: ada, token: adaToken } = all[0]);
    await all[2].client.stopServer(all[2].token);
});

step("an admin enters a server, which is written down", async () => {
    const alan = new HubClient(outputs.url, "alan");
    await alan.logIn(outputs.passwords.alan);
    const grace = new HubClient(outputs.url, "grace");
    await grace.logIn(outputs.passwords.grace);
    const token = await grace.token();
    const kernels = await fetch(ada.server("api/kernels"), {
        method: "POST",
        headers: { Authorization: `token ${token}` },
        body: "{}",
    });
    expect(kernels.status).toBe(201);
    const { id } = (await kernels.json()) as { id: string };
    entered = await Kernel.open(ada.server(`api/kernels/${id}/channels`).replace(/^http/, "ws"), token);
    expect(await entered.run("print(6 * 7)")).toBe("42\n");
    await waitFor(
        () => Promise.resolve(logs().includes("grace entered the server of ada")),
        30,
        "the line in the hub's log",
    );
    expect(logs()).not.toContain("grace entered the server of alan");
    // Nobody else may.
    expect(
        (await fetch(ada.server("api/kernels"), { headers: { Authorization: `token ${await alan.token()}` } })).status,
    ).toBe(403);
});

step(
    "revoke: hard ends a websocket to somebody else's server; who had it starts again, and others notice nothing",
    async () => {
        expect([runs("ada"), runs("alan")]).toEqual([true, true]);
        workspace.writeConfig(config({ grace: "" }));
        await workspace.up();
        await (entered as Kernel).closed;
        await waitFor(() => Promise.resolve(!runs("ada")), 60, "the end of ada's server");
        expect(runs("alan")).toBe(true);
        await waitFor(
            async () => {
                const user = (await (
                    await fetch(`${outputs.url}hub/api/users/ada`, { headers: { Authorization: `token ${adaToken}` } })
                ).json()) as { server: string | null; pending: string | null };
                return user.server === null && user.pending === null;
            },
            60,
            "the hub's notice of it",
        );
        await ada.startServer(adaToken);
        expect(runs("ada")).toBe(true);
    },
);

clock(step, () => workspace);
