/**
 * What a deployment tells about itself, and what is cleared away: status for programs, logs, health, images, leftovers.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { HubClient } from "../support/deploy/hubClient";
import { waitFor } from "../support/deploy/waitFor";
import { said } from "../support/deploy/shell";
import { steps } from "../support/deploy/steps";
import { docker } from "../support/deploy/docker";
import { freePort } from "../support/deploy/host";
import { Workspace, type Outputs } from "../support/deploy/workspace";
import { previewed } from "./see/preview";
import { aClass } from "./see/aClass";
import { answered } from "./see/answered";
import { dashboard } from "./see/dashboard";
import { firstHour } from "./see/firstHour";
import { watching } from "./see/watching";

const step = steps();
/** An image that no other test has. */
const TINY = `tiny${randomBytes(4).toString("hex")}`;

let workspace: Workspace;
let metrics: number;
let outputs: Outputs;

interface Status {
    stack: string;
    url: string;
    people: Record<string, unknown>[];
    infrastructure: { part: string; container: string; state: string; health: string | null }[];
}

beforeAll(async () => {
    metrics = await freePort();
    workspace = await Workspace.create(
        [
            `jupyterhub:images: {notebooks: {tiny: {build: ${TINY}}}}`,
            "jupyterhub:users: [{name: ada, admin: true}, {name: grace, image: tiny}]",
            `jupyterhub:metrics: {proxy: 127.0.0.1:${metrics}}`,
            "jupyterhub:hub: {services: [{name: prometheus, scopes: ['read:metrics']}]}",
        ].join("\n"),
    );
    writeImage("one");
});
afterAll(() => {
    workspace?.remove();
    tinyImages().forEach(image => docker("image", "rm", image));
});

function writeImage(content: string): void {
    workspace.writeImage(TINY, `ARG BASE\nFROM \${BASE}\nRUN echo ${content} > /content\nCMD ["true"]\n`);
}

const tinyImages = () =>
    docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", `jupyterhub-${TINY}`)
        .split("\n")
        .filter(image => image !== "");
const status = async () => JSON.parse((await workspace.run("status", workspace.stack, "--json")).stdout) as Status;

step("status for programs: people, and the hub's parts when each is well", async () => {
    await workspace.up();
    outputs = await workspace.outputs();
    let found = await status();
    await waitFor(
        async () => (found = await status()).infrastructure.every(({ health }) => health === "healthy"),
        120,
        "health of hub, proxy, gate and guard",
    );
    // Whether the hub has made a row for somebody who was never there is its own business.
    found.people.forEach(person => expect(person.lastActivity ?? null).toBeNull());
    expect({ ...found, people: found.people.map(({ lastActivity: _, ...person }) => person) }).toEqual({
        stack: workspace.stack,
        url: workspace.url,
        people: ["ada", "grace"].map(name => ({
            name,
            server: "",
            profile: null,
            gpus: [],
            kind: "plain",
            admin: name === "ada",
            blocked: false,
            listed: true,
            container: outputs.users[name].container,
            state: "stopped",
            image: outputs.users[name].image,
            wantedImage: outputs.users[name].image,
        })),
        infrastructure: (["hub", "proxy", "gate", "guard"] as const).map(part => ({
            part,
            container: outputs.containers[part],
            state: "running",
            health: "healthy",
        })),
        problems: [],
        keptHomes: [],
        drift: [],
        database: { kind: "sqlite", reachable: true, since: null },
        next: null,
    });
});

previewed(step, () => workspace);

step("logs of the hub's parts and of a person's server, also as they come", async () => {
    expect(
        (await workspace.succeed("logs", workspace.stack, "hub", "--tail", "2")).trimEnd().split("\n").length,
    ).toBeLessThanOrEqual(2);
    expect(await workspace.run("logs", workspace.stack, "gate")).toMatchObject({ code: 0 });
    expect(await workspace.run("logs", workspace.stack, "hbu")).toEqual({
        code: 1,
        stdout: "",
        stderr:
            `"hbu" is neither a person of stacks/Pulumi.${workspace.stack}.yaml nor one of hub, proxy, gate, ` +
            `guard; did you mean "hub"?\n`,
    });

    // Docker follows the log of a container that runs; of another one it shows what there is.
    const ada = new HubClient(workspace.url, "ada");
    await ada.logIn(outputs.passwords.ada);
    const token = await ada.token();
    await ada.startServer(token);
    const following = spawn(process.execPath, ["scripts/run.mjs", "logs", workspace.stack, "ada", "--follow"], {
        cwd: workspace.root,
        env: workspace.env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
    });
    let seen = "";
    [following.stdout, following.stderr].forEach(stream =>
        stream.setEncoding("utf8").on("data", (text: string) => (seen += text)),
    );
    const ended = new Promise<number | null>(resolve => following.once("exit", resolve));
    await waitFor(async () => seen.includes(`/user/ada/`), 60, "ada's log");
    expect(seen).not.toContain("asked-for-later");
    await ada.withToken(token, ada.server("api/asked-for-later"));
    await waitFor(async () => seen.includes("asked-for-later"), 60, "a line that came later");
    expect(following.exitCode).toBeNull();
    process.kill(-(following.pid as number), "SIGINT");
    expect(await ended).not.toBeNull();
    expect(said(await workspace.run("logs", workspace.stack, "Ada"))).toContain("/user/ada/");
    await waitFor(
        async () => /^\d{4}-\d\d-\d\dT/.test((await status()).people[0].lastActivity as string),
        60,
        "ada's last activity",
    );
    expect((await status()).people[0]).toMatchObject({ name: "ada", state: "running" });
});

step("status --watch: what a running server takes, again and again, until Ctrl-C", () => watching(workspace));

step("Prometheus is answered by hub and proxy, and each panel of the dashboard shows something", async () => {
    const services = JSON.parse(
        await workspace.succeed(
            "pulumi",
            "stack",
            "output",
            "services",
            "--json",
            "--show-secrets",
            "--stack",
            workspace.stack,
        ),
    ) as Record<string, string>;
    const ask = (token?: string) =>
        fetch(`${workspace.url}hub/metrics`, {
            headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
        });
    expect((await ask()).status).toBe(403);
    expect((await ask("0123456789abcdef")).status).toBe(403);
    expect(await (await ask(services.prometheus)).text()).toMatch(/^jupyterhub_running_servers 1(\.0)?$/m);
    await dashboard(workspace, {
        token: services.prometheus,
        proxy: metrics,
        containers: [...Object.values(outputs.containers), ...Object.values(outputs.users).map(one => one.container)],
    });
    // That token reads numbers and nothing else.
    expect(
        (await fetch(`${workspace.url}hub/api/users`, { headers: { Authorization: `Bearer ${services.prometheus}` } }))
            .status,
    ).toBe(403);
});

step("a class comes from a file, its passwords go out as a table, and it leaves again without a trace", () =>
    aClass(workspace, outputs),
);

step("a new stack file, a look at the machine, and a hub beside", () => firstHour(workspace));

step("clean removes an image once nobody wants it, and never one that somebody has", async () => {
    const before = outputs.users.grace.image;
    const inUse = `Every image of the stack "${workspace.stack}" is in use.\n`;
    const clean = () => workspace.run("clean", workspace.stack);
    expect(await clean()).toEqual({ code: 0, stdout: "", stderr: inUse });

    writeImage("two");
    await workspace.up();
    const now = (await workspace.outputs()).users.grace.image;
    expect(tinyImages().sort()).toEqual([before, now].sort());

    // Another checkout's stack was deployed with it.
    const stacks = path.join(workspace.env.XDG_DATA_HOME as string, "jupyterhub-pulumi", "another", "stacks");
    fs.mkdirSync(stacks, { recursive: true });
    fs.writeFileSync(
        path.join(stacks, "course.images"),
        JSON.stringify({ [outputs.dockerHost]: { wanted: [before], before: [] } }),
    );
    expect(await clean()).toEqual({ code: 0, stdout: "", stderr: inUse });
    fs.rmSync(stacks, { recursive: true });
    // A container of somebody else's has it.
    const stranger = docker("create", before, "true");
    expect(await clean()).toEqual({ code: 0, stdout: "", stderr: inUse });
    docker("rm", stranger);

    const images = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
        .split("\n")
        .filter(image => image.startsWith(`jupyterhub-${TINY}`));
    const { code, stdout } = await clean();
    expect({
        code,
        lines: stdout
            .trimEnd()
            .split("\n")
            .map(line => line.split(/ +/)[0]),
    }).toEqual({ code: 0, lines: ["removed", before] });
    expect(tinyImages()).toEqual(images.filter(image => image !== before));
    expect(await clean()).toEqual({ code: 0, stdout: "", stderr: inUse });
    await workspace.expectNoChanges();
});

step(
    "down removes also what Pulumi has lost sight of, and keeps volumes; purge lists and deletes exactly those",
    async () => {
        const { volumes } = workspace.objects();
        // Homes of three people, of whom one has left again, and the hub's data. And the one of authorities, where
        // builds need some.
        expect(volumes.filter(name => !name.endsWith("-authorities"))).toHaveLength(4);
        await workspace.succeed("pulumi", "stack", "rm", "--force", "--yes", "--preserve-config", workspace.stack);
        const down = await workspace.run("down", workspace.stack);
        expect(down).toMatchObject({ code: 0, stdout: "" });
        expect(down.stderr).toContain("Removing what Pulumi did not know about: ");
        expect(workspace.objects()).toEqual({ containers: [], networks: [], volumes });
        const again = await workspace.run("down", workspace.stack);
        expect(again).toEqual({
            code: 0,
            stdout: "",
            stderr: `The stack "${workspace.stack}" is not deployed: nothing to remove.\n`,
        });

        const stranger = docker("volume", "create", `${volumes[0].split("-")[0]}-other-home-ada`);
        try {
            const unattended = await workspace.run("purge", workspace.stack);
            expect(unattended.code).toBe(1);
            const listed = /^These will be deleted permanently:\n((?: {2}.*\n)+)/
                .exec(unattended.stderr)?.[1]
                .trimEnd()
                .split("\n")
                .map(line => line.trim().split(/ +/));
            expect(listed?.map(([volume]) => volume)).toEqual(volumes);
            listed?.forEach(([, size]) => expect(size).toMatch(/^[\d.]+(B|kB|MB)$/));
            expect(workspace.objects().volumes).toEqual([...volumes, stranger].sort());
            expect(await answered(workspace, "no")).toEqual({
                code: 1,
                out: expect.stringContaining("Nothing was deleted.") as string,
            });
            expect(workspace.objects().volumes).toEqual([...volumes, stranger].sort());
            expect(await answered(workspace, workspace.stack)).toEqual({
                code: 0,
                out: expect.stringContaining(`Deleted ${volumes.length} volumes.`) as string,
            });
            expect(workspace.objects()).toEqual({ containers: [], networks: [], volumes: [stranger] });
        } finally {
            docker("volume", "rm", stranger);
        }
    },
);
