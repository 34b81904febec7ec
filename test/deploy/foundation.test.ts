/**
 * The life of one deployment, step by step, on the real engine and a real Docker daemon. Each step builds on the one
 * before; after every `up` a preview must find nothing to do.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { hubSecrets } from "../../components/docker/credentials";
import { HubClient } from "../support/deploy/hubClient";
import { waitFor } from "../support/deploy/waitFor";
import { Kernel } from "../support/deploy/kernel";
import { docker, logsOf, unpackedSize } from "../support/deploy/docker";
import { Workspace } from "../support/deploy/workspace";
import { NOTHING } from "../../scripts/plan/summary";
import { PEOPLE, ids, Foundation } from "./foundation/lab";
import { people } from "./foundation/people";

const lab = new Foundation();
const { step } = lab;

beforeAll(async () => {
    lab.workspace = await Workspace.create(PEOPLE);
});
afterAll(() => {
    lab.kernel?.close();
    lab.workspace?.remove();
});

step("up deploys it, and ends with the URL", async () => {
    const { code, stdout, stderr } = await lab.workspace.run("up", lab.workspace.stack);
    expect({ code, stderr: code === 0 ? "" : stderr + stdout }).toEqual({ code: 0, stderr: "" });
    expect(stdout.trimEnd().split("\n").pop()).toBe(lab.workspace.url);
    expect(stderr).toContain(`npm run pulumi -- stack output passwords --show-secrets --stack ${lab.workspace.stack}`);
    lab.outputs = await lab.workspace.outputs();
    expect(lab.outputs.url).toBe(lab.workspace.url);
    expect(Object.keys(lab.outputs.users)).toEqual(["ada", "alan", "grace"]);
    await lab.workspace.expectNoChanges();
});

step("a preview writes nothing, in the checkout or in Docker", async () => {
    const files = () =>
        fs
            .readdirSync(lab.workspace.root, { recursive: true, encoding: "utf8" })
            .filter(file => !file.startsWith("node_modules"))
            .map(file => `${file} ${fs.statSync(path.join(lab.workspace.root, file)).mtimeMs}`);
    fs.rmSync(path.join(lab.workspace.root, ".ca"), { recursive: true }); // Written by up, for image builds.
    const before = { files: files(), objects: lab.workspace.objects() };
    await lab.workspace.expectNoChanges();
    expect({ files: files(), objects: lab.workspace.objects() }).toEqual(before);
});

step("a second up changes nothing, and needs no Pulumi to see that", async () => {
    const before = { ids: ids(lab.containers()), runs: lab.workspace.runs() };
    const out = await lab.workspace.up();
    expect(out).toBe(`${NOTHING}\n${lab.outputs.url}\n`);
    expect({ ids: ids(lab.containers()), runs: lab.workspace.runs() }).toEqual(before);
    // With options of Pulumi's it is asked.
    expect(await lab.workspace.up("--refresh")).toBe(out);
    expect(lab.workspace.runs()).toBe(before.runs + 1);
});

step("people are let in by their password, and nobody else is", async () => {
    lab.ada = new HubClient(lab.outputs.url, "ada");
    expect((await lab.ada.logIn("wrong")).status).toBe(403);
    expect((await lab.ada.logIn(lab.outputs.passwords.grace)).status).toBe(403);
    expect((await new HubClient(lab.outputs.url, "mallory").logIn(lab.outputs.passwords.ada)).status).toBe(403);
    expect((await lab.ada.logIn(lab.outputs.passwords.ada, "ADA")).status).toBe(302);
    lab.adaToken = await lab.ada.token();
    const { admin, groups } = (await (await lab.ada.api("user")).json()) as { admin: boolean; groups: string[] };
    expect({ admin, groups }).toEqual({ admin: false, groups: [] });
    const grace = new HubClient(lab.outputs.url, "grace");
    await grace.logIn(lab.outputs.passwords.grace);
    expect(await (await grace.api("user")).json()).toMatchObject({ admin: true, groups: ["staff"] });
});

step("a server starts, runs code and keeps files, without rights over its container", async () => {
    await lab.ada.startServer(lab.adaToken);
    lab.kernel = await lab.ada.startKernel(lab.adaToken);
    expect(await lab.kernel.run("print(6 * 7)")).toBe("42\n");
    await lab.kernel.run("open('kept.txt', 'w').write('still here'); secret = 'in memory'");
    const identity = await lab.kernel.run(
        "import os; print(os.getuid(), os.getcwd(), open('/proc/self/status').read())",
    );
    expect(identity).toMatch(/^1000 \/home\/jovyan /);
    expect(identity).toMatch(/^CapEff:\s+0{16}$/m);
    expect(identity).toMatch(/^CapBnd:\s+0{16}$/m);
    expect(identity).toMatch(/^NoNewPrivs:\s+1$/m);
    await expect(lab.kernel.run("raise ValueError('x')")).rejects.toThrow("ValueError: x");
    // images/singleuser/lighter: not even now has it loaded what asks the hub's database.
    const loaded = await lab.kernel.run("print(open(f'/proc/{os.getppid()}/maps').read())");
    expect(loaded).toContain("/site-packages/aiohttp/");
    expect(loaded).not.toContain("/site-packages/sqlalchemy/");
});

step("a running server is no difference to the plan", async () => {
    await lab.workspace.expectNoChanges();
});

step("the hub is replaced while a kernel keeps running", async () => {
    const before = ids(lab.containers());
    lab.workspace.writeConfig(`${PEOPLE}\njupyterhub:idle: {cullAfter: 2h}`);
    const running = lab.kernel.run(
        "import time\nfor i in range(20):\n    print(i); time.sleep(0.5)\nprint(secret)",
        120,
    );
    await lab.workspace.up();
    expect(await running).toBe(`${Array.from({ length: 20 }, (_, i) => `${i}\n`).join("")}in memory\n`);
    const after = ids(lab.containers());
    const changed = Object.keys(after).filter(name => after[name] !== before[name]);
    expect(changed).toEqual([lab.outputs.containers.hub]);
    // The new hub knows the server: same session, no second start.
    expect(
        await (
            await fetch(`${lab.outputs.url}hub/api/users/ada`, { headers: { Authorization: `token ${lab.adaToken}` } })
        ).json(),
    ).toMatchObject({ server: "/user/ada/" });
    expect((await fetch(lab.ada.server("api"), { headers: { Authorization: `token ${lab.adaToken}` } })).status).toBe(
        200,
    );
    await lab.workspace.expectNoChanges();
});

step("the proxy is replaced, and routes are back within seconds", async () => {
    docker("rm", "--force", lab.outputs.containers.proxy);
    const { code, stderr } = await lab.workspace.run("up", lab.workspace.stack);
    expect(code).toBe(0);
    expect(stderr).toContain(`${lab.outputs.containers.proxy}: missing or stopped`);
    const headers = { Authorization: `token ${lab.adaToken}` };
    await waitFor(
        async () => (await fetch(lab.ada.server("api/kernels"), { headers })).ok,
        15,
        "the route to ada's server",
    );
    lab.kernel.close();
    const [{ id }] = (await (await fetch(lab.ada.server("api/kernels"), { headers })).json()) as { id: string }[];
    lab.kernel = await Kernel.open(lab.ada.server(`api/kernels/${id}/channels`).replace(/^http/, "ws"), lab.adaToken);
    expect(await lab.kernel.run("print(secret)")).toBe("in memory\n");
    await lab.workspace.expectNoChanges();
});

people(lab);

step("status tells who is there and what runs", async () => {
    const out = await lab.workspace.succeed("status", lab.workspace.stack);
    expect(out).toMatch(/^ada +plain +\S+-u-ada +running +current +\S/m);
    expect(out).toMatch(/^grace \(admin\) +plain +\S+-u-grace +stopped +current +/m);
    expect(out).toMatch(/^hub +\S+-hub +running, healthy$/m);
    expect(out).toContain(lab.workspace.url);
});

step("images are small, and run as nobody special", async () => {
    const images = Object.fromEntries(
        Object.entries({ ...lab.outputs.containers, ada: lab.outputs.users.ada.container }).map(([key, container]) => {
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
    // It compiles a grammar for a second at each start, and nothing asks for it.
    const loaded =
        'import sys, jupyterhub.app; print([name for name in ("lark", "rfc3987_syntax") if name in sys.modules])';
    expect(docker("exec", lab.outputs.containers.hub, "python", "-c", loaded)).toBe("[]");
});

step("no secret is in a plan, the state, a log or an image", async () => {
    const config = JSON.parse(
        await lab.workspace.succeed("pulumi", "config", "--show-secrets", "--json", "--stack", lab.workspace.stack),
    ) as Record<string, { value: string }>;
    const rootSecret = config["jupyterhub:rootSecret"].value;
    const environment = docker("inspect", "--format", "{{json .Config.Env}}", lab.outputs.users.ada.container);
    const serverToken = /JUPYTERHUB_API_TOKEN=([0-9a-f]+)/.exec(environment)?.[1] as string;
    const secrets = [
        rootSecret,
        serverToken,
        ...Object.values(lab.outputs.passwords),
        ...Object.values(hubSecrets(rootSecret, lab.workspace.stack)),
    ];
    expect(secrets.every(secret => secret.length >= 19)).toBe(true);

    const before = fs.readFileSync(lab.workspace.stackFile, "utf8");
    lab.workspace.writeConfig(
        `${PEOPLE}\njupyterhub:idle: {cullAfter: 3h}`.replace("  - alan", "  - {name: alan, env: {A: b}}\n  - zoe"),
    );
    const plan = await lab.workspace.succeed(
        "pulumi",
        "preview",
        "--diff",
        "--stack",
        lab.workspace.stack,
        "--non-interactive",
    );
    fs.writeFileSync(lab.workspace.stackFile, before);
    expect(plan).toMatch(/user-zoe/);
    const state = await lab.workspace.succeed("pulumi", "stack", "export", "--stack", lab.workspace.stack);
    expect(state).toMatch(/ciphertext/);
    const { hub, proxy, gate } = lab.outputs.containers;
    const logs = [hub, proxy, gate].map(container => logsOf(container)).join("");
    expect(logs).toMatch(/JupyterHub is now running/);
    const images = [hub, proxy, lab.outputs.users.ada.container].map(container =>
        docker("inspect", "--format", "{{.Config.Image}}", container),
    );
    const layers = images
        .map(image => docker("history", "--no-trunc", image) + docker("image", "inspect", image))
        .join("");
    for (const [where, text] of Object.entries({ plan, state, logs, layers, stackFile: before })) {
        expect({ where, found: secrets.filter(secret => text.includes(secret)).length }).toEqual({ where, found: 0 });
    }
});

step("down removes containers and networks, says which, and removes nothing else", async () => {
    lab.kernel.close();
    expect(await lab.workspace.succeed("down", lab.workspace.stack)).toMatch(
        /^- \d people's servers removed: ada, .*\n! 2 were running: ada, alan\n- removed: Gate, Guard, Hub, Proxy, .*\n$/,
    );
    const { containers, networks, volumes } = lab.workspace.objects();
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
    const { passwords } = lab.outputs;
    await lab.workspace.up();
    lab.outputs = await lab.workspace.outputs();
    expect(lab.outputs.passwords).toEqual(passwords);
    expect(await lab.apiStatus("user", lab.adaToken)).toBe(403); // Everybody was away, so tokens are void.
    const { client, token } = await lab.tokenOf("ada");
    await client.startServer(token);
    lab.kernel = await client.startKernel(token);
    expect(await lab.kernel.run("print(open('kept.txt').read())")).toBe("still here\n");
    await lab.workspace.expectNoChanges();
});

step("purge asks first, and then leaves nothing", async () => {
    const asked = await lab.workspace.run("purge", lab.workspace.stack);
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain("there is no terminal to ask on");
    expect(asked.stderr).toContain(lab.outputs.users.ada.home);
    expect(lab.workspace.objects().containers).toContain(lab.outputs.containers.hub);
    lab.kernel.close();
    const { code, stdout, stderr } = await lab.workspace.run("purge", lab.workspace.stack, "--yes");
    expect(code).toBe(0);
    expect(stdout + stderr).not.toMatch(/docker:index|stack rm/);
    expect(lab.workspace.objects()).toEqual({ containers: [], networks: [], volumes: [] });
    docker("image", "rm", lab.outputs.users.ada.image);
});
