/**
 * The life of one deployment, step by step, on the real engine and a real Docker daemon. Each step builds on the one
 * before; after every `up` a preview must find nothing to do.
 */
import * as fs from "node:fs";
import { hubSecrets } from "../../components/docker/credentials";
import { HubClient } from "../support/deploy/hubClient";
import { waitFor } from "../support/deploy/waitFor";
import { Kernel } from "../support/deploy/kernel";
import { steps } from "../support/deploy/steps";
import { docker, idOf, logsOf, unpackedSize } from "../support/deploy/docker";
import { Workspace, type Outputs } from "../support/deploy/workspace";

const step = steps();

const PEOPLE = [
    "jupyterhub:users:",
    "  - ada",
    "  - {name: grace, admin: true, groups: [staff]}",
    "  - alan",
    "jupyterhub:defaults: {memory: 1G}",
].join("\n");

let workspace: Workspace;
let outputs: Outputs;
let ada: HubClient;
let adaToken: string;
let kernel: Kernel;

beforeAll(async () => {
    workspace = await Workspace.create(PEOPLE);
});
afterAll(() => {
    kernel?.close();
    workspace?.remove();
});

const ids = (names: string[]) => Object.fromEntries(names.map(name => [name, idOf(name)]));
const containers = () => [
    ...Object.values(outputs.containers),
    ...Object.values(outputs.users).map(user => user.container),
];

async function tokenOf(name: string): Promise<{ client: HubClient; token: string }> {
    const client = new HubClient(outputs.url, name);
    expect((await client.logIn(outputs.passwords[name])).status).toBe(302);
    return { client, token: await client.token() };
}

const apiStatus = async (path: string, token: string) =>
    (await fetch(`${outputs.url}hub/api/${path}`, { headers: { Authorization: `token ${token}` } })).status;

step("up deploys it, and ends with the URL", async () => {
    const { code, stdout, stderr } = await workspace.run("up", workspace.stack);
    expect({ code, stderr: code === 0 ? "" : stderr + stdout }).toEqual({ code: 0, stderr: "" });
    expect(stdout.trimEnd().split("\n").pop()).toBe(workspace.url);
    expect(stderr).toContain(`npm run pulumi -- stack output passwords --show-secrets --stack ${workspace.stack}`);
    outputs = await workspace.outputs();
    expect(outputs.url).toBe(workspace.url);
    expect(Object.keys(outputs.users)).toEqual(["ada", "alan", "grace"]);
    await workspace.expectNoChanges();
});

step("a preview writes nothing, in the checkout or in Docker", async () => {
    const files = () =>
        fs
            .readdirSync(workspace.root, { recursive: true, encoding: "utf8" })
            .filter(file => !file.startsWith("node_modules"))
            .map(file => `${file} ${fs.statSync(path.join(workspace.root, file)).mtimeMs}`);
    fs.rmSync(path.join(workspace.root, ".ca"), { recursive: true }); // Written by up, for image builds.
    const before = { files: files(), objects: workspace.objects() };
    await workspace.expectNoChanges();
    expect({ files: files(), objects: workspace.objects() }).toEqual(before);
});

step("a second up changes nothing", async () => {
    const before = ids(containers());
    const out = await workspace.up();
    expect(out).toMatch(/unchanged/);
    expect(out).not.toMatch(/[1-9]\d* (created|updated|replaced|deleted)/);
    expect(ids(containers())).toEqual(before);
});

step("people are let in by their password, and nobody else is", async () => {
    ada = new HubClient(outputs.url, "ada");
    expect((await ada.logIn("wrong")).status).toBe(403);
    expect((await ada.logIn(outputs.passwords.grace)).status).toBe(403);
    expect((await new HubClient(outputs.url, "mallory").logIn(outputs.passwords.ada)).status).toBe(403);
    expect((await ada.logIn(outputs.passwords.ada, "ADA")).status).toBe(302);
    adaToken = await ada.token();
    const { admin, groups } = (await (await ada.api("user")).json()) as { admin: boolean; groups: string[] };
    expect({ admin, groups }).toEqual({ admin: false, groups: [] });
    const grace = new HubClient(outputs.url, "grace");
    await grace.logIn(outputs.passwords.grace);
    expect(await (await grace.api("user")).json()).toMatchObject({ admin: true, groups: ["staff"] });
});

step("a server starts, runs code and keeps files, without rights over its container", async () => {
    await ada.startServer(adaToken);
    kernel = await ada.startKernel(adaToken);
    expect(await kernel.run("print(6 * 7)")).toBe("42\n");
    await kernel.run("open('kept.txt', 'w').write('still here'); secret = 'in memory'");
    const identity = await kernel.run("import os; print(os.getuid(), os.getcwd(), open('/proc/self/status').read())");
    expect(identity).toMatch(/^1000 \/home\/jovyan /);
    expect(identity).toMatch(/^CapEff:\s+0{16}$/m);
    expect(identity).toMatch(/^CapBnd:\s+0{16}$/m);
    expect(identity).toMatch(/^NoNewPrivs:\s+1$/m);
    await expect(kernel.run("raise ValueError('x')")).rejects.toThrow("ValueError: x");
});

step("a running server is no difference to the plan", async () => {
    await workspace.expectNoChanges();
});

step("the hub is replaced while a kernel keeps running", async () => {
    const before = ids(containers());
    workspace.writeConfig(`${PEOPLE}\njupyterhub:idle: {cullAfter: 2h}`);
    const running = kernel.run("import time\nfor i in range(20):\n    print(i); time.sleep(0.5)\nprint(secret)", 120);
    await workspace.up();
    expect(await running).toBe(`${Array.from({ length: 20 }, (_, i) => `${i}\n`).join("")}in memory\n`);
    const after = ids(containers());
    const changed = Object.keys(after).filter(name => after[name] !== before[name]);
    expect(changed).toEqual([outputs.containers.hub]);
    // The new hub knows the server: same session, no second start.
    expect(
        await (
            await fetch(`${outputs.url}hub/api/users/ada`, { headers: { Authorization: `token ${adaToken}` } })
        ).json(),
    ).toMatchObject({ server: "/user/ada/" });
    expect((await fetch(ada.server("api"), { headers: { Authorization: `token ${adaToken}` } })).status).toBe(200);
    await workspace.expectNoChanges();
});

step("the proxy is replaced, and routes are back within seconds", async () => {
    docker("rm", "--force", outputs.containers.proxy);
    const { code, stderr } = await workspace.run("up", workspace.stack);
    expect(code).toBe(0);
    expect(stderr).toContain(`${outputs.containers.proxy}: missing or stopped`);
    const headers = { Authorization: `token ${adaToken}` };
    await waitFor(
        async () => (await fetch(ada.server("api/kernels"), { headers })).ok,
        15,
        "the route to ada's server",
    );
    kernel.close();
    const [{ id }] = (await (await fetch(ada.server("api/kernels"), { headers })).json()) as { id: string }[];
    kernel = await Kernel.open(ada.server(`api/kernels/${id}/channels`).replace(/^http/, "ws"), adaToken);
    expect(await kernel.run("print(secret)")).toBe("in memory\n");
    await workspace.expectNoChanges();
});

step("one person more is one container more, and nobody else notices", async () => {
    const before = ids(containers());
    workspace.writeConfig(`${PEOPLE}\njupyterhub:idle: {cullAfter: 2h}`.replace("  - alan", "  - alan\n  - mary"));
    await workspace.up();
    outputs = await workspace.outputs();
    const after = ids(containers());
    expect(
        Object.keys(after)
            .filter(name => after[name] !== before[name])
            .sort(),
    ).toEqual([outputs.containers.roster, outputs.users.mary.container].sort());
    const { client, token } = await tokenOf("mary");
    await client.startServer(token);
    const mary = await client.startKernel(token);
    expect(await mary.run("print('hello')")).toBe("hello\n");
    mary.close();
    expect(await kernel.run("print(secret)")).toBe("in memory\n");
    await workspace.expectNoChanges();
});

/** As it is from here on: ada has an image of her own, and more memory. */
const changed = `${PEOPLE}
jupyterhub:idle: {cullAfter: 2h}
jupyterhub:images: {notebooks: {science: {build: science, args: {COLOUR: blue}}}}`.replace(
    "  - ada",
    "  - {name: ada, memory: 1536M, image: science}",
);

step("another image waits for a running server, but more memory reaches it at once", async () => {
    const before = idOf(outputs.users.ada.container);
    const others = ids(
        containers().filter(name => ![outputs.users.ada.container, outputs.containers.roster].includes(name)),
    );
    workspace.writeImage("science", "ARG BASE=images/singleuser\nFROM ${BASE}\nARG COLOUR\nENV COLOUR=${COLOUR}\n");
    workspace.writeConfig(changed.replace("  - alan", "  - alan\n  - mary"));
    await workspace.up();
    expect((await workspace.outputs()).deferred).toEqual(["ada"]);
    expect(idOf(outputs.users.ada.container)).toBe(before);
    expect(ids(Object.keys(others))).toEqual(others);
    expect(
        docker("inspect", "--format", "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}", outputs.users.ada.container),
    ).toBe(`${1536 << 20} ${1536 << 20}`);
    expect(await kernel.run("print(secret)")).toBe("in memory\n");
    await workspace.expectNoChanges();

    // Less than it may be using: that waits too, and keeps nobody's removal back.
    workspace.writeConfig(changed.replace("1536M", "256M").replace("  - alan\n", ""));
    await workspace.up();
    expect((await workspace.outputs()).deferred).toEqual(["ada"]);
    expect(Object.keys((await workspace.outputs()).users)).toEqual(["ada", "grace"]);
    expect(docker("inspect", "--format", "{{.HostConfig.Memory}}", outputs.users.ada.container)).toBe(
        String(1536 << 20),
    );
    expect(await kernel.run("print(secret)")).toBe("in memory\n");
    await workspace.expectNoChanges();
    workspace.writeConfig(changed.replace("  - alan", "  - alan\n  - mary"));

    kernel.close();
    await ada.stopServer(adaToken);
    await workspace.up();
    expect((await workspace.outputs()).deferred).toEqual([]);
    expect(idOf(outputs.users.ada.container)).not.toBe(before);
    expect((await workspace.outputs()).users.ada.image).toMatch(/^jupyterhub-science:[0-9a-f]{16}$/);
    await ada.startServer(adaToken); // The old token: a replaced container is not a new person.
    kernel = await ada.startKernel(adaToken);
    expect(await kernel.run("import os; print(os.environ['COLOUR'], open('kept.txt').read())")).toBe(
        "blue still here\n",
    );
    await workspace.expectNoChanges();
});

step("one person less is out within a minute, and the home stays", async () => {
    const { client, token } = await tokenOf("mary");
    await client.startServer(token);
    const home = outputs.users.mary.home;
    workspace.writeConfig(changed);
    await workspace.up();
    await waitFor(async () => (await apiStatus("user", token)) === 403, 60, "the end of mary's token");
    expect((await client.api("user")).status).not.toBe(200);
    expect((await new HubClient(outputs.url, "mary").logIn(outputs.passwords.mary)).status).toBe(403);
    expect(docker("ps", "--all", "--format", "{{.Names}}").split("\n")).not.toContain(outputs.users.mary.container);
    expect(docker("volume", "ls", "--quiet").split("\n")).toContain(home);
    expect(await kernel.run("print(1)")).toBe("1\n");
    outputs = await workspace.outputs();
    expect(Object.keys(outputs.users)).toEqual(["ada", "alan", "grace"]);
    await workspace.expectNoChanges();
});

step("somebody who comes back has the old home and no old token", async () => {
    const { passwords } = outputs;
    const { client, token } = await tokenOf("alan");
    await client.startServer(token);
    const before = await client.startKernel(token);
    await before.run("open('mine.txt', 'w').write('alan')");
    before.close();
    workspace.writeConfig(changed.replace("  - alan\n", ""));
    await workspace.up();
    workspace.writeConfig(changed);
    await workspace.up();
    outputs = await workspace.outputs();
    expect(outputs.passwords).toEqual(passwords);
    await waitFor(async () => (await apiStatus("user", token)) === 403, 30, "the end of alan's old token");
    const again = await tokenOf("alan");
    expect(await apiStatus("user", token)).toBe(403);
    await again.client.startServer(again.token);
    const after = await again.client.startKernel(again.token);
    expect(await after.run("print(open('mine.txt').read())")).toBe("alan\n");
    after.close();
});

step("status tells who is there and what runs", async () => {
    const out = await workspace.succeed("status", workspace.stack);
    expect(out).toMatch(/^ada +plain +\S+-u-ada +running +current +\S/m);
    expect(out).toMatch(/^grace \(admin\) +plain +\S+-u-grace +stopped +current +/m);
    expect(out).toMatch(/^hub +\S+-hub +running, healthy$/m);
    expect(out).toContain(workspace.url);
});

step("images are small, and run as nobody special", async () => {
    const images = Object.fromEntries(
        Object.entries({ ...outputs.containers, ada: outputs.users.ada.container }).map(([key, container]) => {
            const image = docker("inspect", "--format", "{{.Config.Image}}", container);
            return [
                key,
                {
                    image,
                    size: unpackedSize(image),
                    user: docker("image", "inspect", "--format", "{{.Config.User}}", image),
                },
            ];
        }),
    );
    expect(images.ada.size).toBeLessThan(600e6);
    for (const key of ["hub", "proxy", "ada"]) {
        expect(images[key].user).toMatch(/^1000/);
    }
    for (const { image } of Object.values(images)) {
        expect(image).toMatch(/^jupyterhub-[a-z]+:[0-9a-f]{16}$/);
    }
});

step("no secret is in a plan, the state, a log or an image", async () => {
    const config = JSON.parse(
        await workspace.succeed("pulumi", "config", "--show-secrets", "--json", "--stack", workspace.stack),
    ) as Record<string, { value: string }>;
    const rootSecret = config["jupyterhub:rootSecret"].value;
    const environment = docker("inspect", "--format", "{{json .Config.Env}}", outputs.users.ada.container);
    const serverToken = /JUPYTERHUB_API_TOKEN=([0-9a-f]+)/.exec(environment)?.[1] as string;
    const secrets = [
        rootSecret,
        serverToken,
        ...Object.values(outputs.passwords),
        ...Object.values(hubSecrets(rootSecret, workspace.stack)),
    ];
    expect(secrets.every(secret => secret.length >= 19)).toBe(true);

    const before = fs.readFileSync(workspace.stackFile, "utf8");
    workspace.writeConfig(
        `${PEOPLE}\njupyterhub:idle: {cullAfter: 3h}`.replace("  - alan", "  - {name: alan, env: {A: b}}\n  - zoe"),
    );
    const plan = await workspace.succeed(
        "pulumi",
        "preview",
        "--diff",
        "--stack",
        workspace.stack,
        "--non-interactive",
    );
    fs.writeFileSync(workspace.stackFile, before);
    expect(plan).toMatch(/user-zoe/);
    const state = await workspace.succeed("pulumi", "stack", "export", "--stack", workspace.stack);
    expect(state).toMatch(/ciphertext/);
    const { hub, proxy, gate } = outputs.containers;
    const logs = [hub, proxy, gate].map(container => logsOf(container)).join("");
    expect(logs).toMatch(/JupyterHub is now running/);
    const images = [hub, proxy, outputs.users.ada.container].map(container =>
        docker("inspect", "--format", "{{.Config.Image}}", container),
    );
    const layers = images
        .map(image => docker("history", "--no-trunc", image) + docker("image", "inspect", image))
        .join("");
    for (const [where, text] of Object.entries({ plan, state, logs, layers, stackFile: before })) {
        expect({ where, found: secrets.filter(secret => text.includes(secret)).length }).toEqual({ where, found: 0 });
    }
});

step("down removes containers and networks, and nothing else", async () => {
    kernel.close();
    await workspace.succeed("down", workspace.stack);
    const { containers, networks, volumes } = workspace.objects();
    expect({ containers, networks }).toEqual({ containers: [], networks: [] });
    expect(volumes.map(volume => volume.replace(/^.*?-.*?-/, ""))).toEqual([
        "home-ada",
        "home-alan",
        "home-grace",
        "home-mary",
        "hub-data",
    ]);
});

step("up brings everything back: passwords, files", async () => {
    const { passwords } = outputs;
    await workspace.up();
    outputs = await workspace.outputs();
    expect(outputs.passwords).toEqual(passwords);
    expect(await apiStatus("user", adaToken)).toBe(403); // Everybody was away, so tokens are void.
    const { client, token } = await tokenOf("ada");
    await client.startServer(token);
    kernel = await client.startKernel(token);
    expect(await kernel.run("print(open('kept.txt').read())")).toBe("still here\n");
    await workspace.expectNoChanges();
});

step("purge asks first, and then leaves nothing", async () => {
    const asked = await workspace.run("purge", workspace.stack);
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain("there is no terminal to ask on");
    expect(asked.stderr).toContain(outputs.users.ada.home);
    expect(workspace.objects().containers).toContain(outputs.containers.hub);
    kernel.close();
    await workspace.succeed("purge", workspace.stack, "--yes");
    expect(workspace.objects()).toEqual({ containers: [], networks: [], volumes: [] });
    docker("image", "rm", outputs.users.ada.image);
});
