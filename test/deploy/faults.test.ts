/**
 * One deployment to which everything happens that happens to one in years, while a kernel computes and writes a file. After
 * each fault one `npm run up` has it whole again and a preview finds nothing to do. What each case means for people:
 * docs/faults.md. Runs that are killed: recovery.test.ts.
 */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { HubClient, Kernel, waitFor } from "./hubClient";
import { steps } from "./steps";
import { asRoot, docker, Workspace, type Outputs } from "./workspace";

jest.setTimeout(600_000);

const step = steps();
/** An image of this test's alone, so that it can be taken away. */
const IMAGE = `faults${randomBytes(4).toString("hex")}`;
const CONFIG = ["jupyterhub:users: [ada, {name: grace, image: own}]", `jupyterhub:images: {notebooks: {own: {build: ${IMAGE}, base: "jupyterhub-base:bookworm"}}}`].join("\n");

let workspace: Workspace;
let outputs: Outputs;
let ada: HubClient;
let token: string;
let kernel: Kernel;

beforeAll(async () => {
    workspace = await Workspace.create(CONFIG);
    const folder = path.join(workspace.root, "images", IMAGE);
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "Dockerfile"), `ARG BASE\nFROM \${BASE}\nLABEL made=${IMAGE}\nCMD ["true"]\n`);
});
afterAll(() => {
    kernel?.close();
    workspace?.objects().containers.forEach(name => docker("rm", "--force", name));
    docker("image", "ls", "--quiet", `jupyterhub-${IMAGE}`).split("\n").filter(Boolean).forEach(image => docker("image", "rm", "--force", image));
    workspace?.remove();
});

const inspect = (container: string, format: string) => docker("inspect", "--format", `{{${format}}}`, container);
const status = () => workspace.run("status", workspace.stack);

/** Ends a container's first process as a crash does; `docker kill` would be somebody's wish, and Docker would leave it down. */
function crash(container: string): void {
    asRoot("kill", "-9", inspect(container, ".State.Pid"));
}

async function converges(...args: string[]): Promise<void> {
    await workspace.up(...args);
    expect((await status()).code).toBe(0);
    await workspace.expectNoChanges();
    await computing();
}

/** The kernel has everything in memory, and its numbers have neither a gap nor an end. */
async function computing(): Promise<void> {
    const seen = Number(await kernel.run("print(n)"));
    await waitFor(async () => Number(await kernel.run("print(n)")) > seen, 30, "the kernel's next number");
    expect(await kernel.run("lines = [int(line) for line in open('numbers.txt')]; print(lines == list(range(len(lines))), len(lines) >= n - 1, writer.is_alive())")).toBe("True True True\n");
}

/** What the hub says of ada's server, and that her page is there. */
async function known(client = ada, by = token): Promise<boolean> {
    const user = (await (await client.withToken(by, `hub/api/users/${client.name}`)).json()) as { server?: string };
    return user.server === `/user/${client.name}/` && (await client.withToken(by, client.server("api/kernels"))).ok;
}

/** The same kernel again, after what took the connection away. */
async function reopen(): Promise<void> {
    kernel.close();
    const [{ id }] = (await (await ada.withToken(token, ada.server("api/kernels"))).json()) as { id: string }[];
    kernel = await Kernel.open(ada.server(`api/kernels/${id}/channels`).replace(/^http/, "ws"), token);
}

/** How long it took until all was well again, for docs/faults.md. */
async function back(fault: string, well: () => Promise<boolean>): Promise<void> {
    const start = Date.now();
    await waitFor(well, 60, fault);
    process.stderr.write(`${fault}: ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}

const hubAnswers = async () => (await fetch(`${outputs.url}hub/health`)).ok;

step("a kernel computes and writes a file", async () => {
    await workspace.up();
    outputs = await workspace.outputs();
    ada = new HubClient(outputs.url, "ada");
    expect((await ada.logIn(outputs.passwords.ada)).status).toBe(302);
    token = await ada.token();
    await ada.startServer(token);
    kernel = await ada.startKernel(token);
    await kernel.run(
        ["import threading, time", "n = 0", "def write():", "    global n", "    with open('numbers.txt', 'w', buffering=1) as out:", "        while True:", "            print(n, file=out); n += 1; time.sleep(0.1)", "writer = threading.Thread(target=write, daemon=True); writer.start()"].join("\n"),
    );
    await computing();
});

step("the hub is killed", async () => {
    const { hub } = outputs.containers;
    const started = inspect(hub, ".State.StartedAt");
    crash(hub);
    await back("hub killed, until page and API answer", async () => inspect(hub, ".State.StartedAt") !== started && (await hubAnswers()) && (await known()));
    await computing(); // By the connection that was open.
});

step("the gate is killed", async () => {
    crash(outputs.containers.gate);
    await computing();
    const grace = new HubClient(outputs.url, "grace");
    expect((await grace.logIn(outputs.passwords.grace)).status).toBe(302);
    expect(await known()).toBe(true);
});

step("the gate is away while the hub boots", async () => {
    const { hub, gate } = outputs.containers;
    docker("stop", gate);
    const started = inspect(hub, ".State.StartedAt");
    crash(hub);
    await back("hub killed without a gate, until its pages answer", async () => inspect(hub, ".State.StartedAt") !== started && (await hubAnswers()));
    expect((await ada.withToken(token, ada.server("api/kernels"))).ok).toBe(true); // Its route is not forgotten.
    await computing();
    docker("start", gate);
    await back("gate back, until the hub knows the server", known);
    await computing();
});

step("the proxy is killed: routes are back in seconds", async () => {
    crash(outputs.containers.proxy);
    await back("proxy killed, until the route is back", known);
    await reopen();
    await converges();
});

step("an image is removed", async () => {
    const image = inspect(outputs.users.grace.container, ".Config.Image");
    docker("image", "rm", "--force", image);
    expect(await status()).toMatchObject({ code: 1, stdout: expect.stringMatching(new RegExp(`^${image} +the image is missing$`, "m")) as string });
    await converges();
    expect(docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", image)).toBe(image);
});

step("containers are renamed, made anew and given other memory by hand", async () => {
    const [person, other, { hub }] = [outputs.users.ada.container, outputs.users.grace.container, outputs.containers];
    const [id, otherId, hubId] = [person, other, hub].map(container => inspect(container, ".Id"));
    docker("update", "--memory", "512m", "--memory-swap", "512m", hub);
    docker("update", "--memory", "700m", "--memory-swap", "700m", person);
    docker("rename", person, `${workspace.stack}-mine`);
    docker("rm", other);
    docker("create", "--name", other, "--env", "EXTRA=1", "jupyterhub-base:bookworm", "true");
    const { code, stdout } = await status();
    expect(code).toBe(1);
    expect(stdout.slice(stdout.indexOf("otherwise than deployed")).split("\n").slice(1, 5).map(line => line.replace(/ {2,}/, "  "))).toEqual([
        `${hub}  memory is 512 MiB instead of 2048 MiB`,
        `${person}  renamed to ${workspace.stack}-mine`,
        `${person}  memory is 700 MiB instead of 1024 MiB`,
        `${other}  made anew by hand, from jupyterhub-base:bookworm`,
    ]);
    await converges("--refresh");
    expect([inspect(person, ".Id"), inspect(hub, ".Id")]).toEqual([id, hubId]);
    expect(inspect(other, ".Id")).not.toBe(otherId);
    expect([hub, person].map(container => inspect(container, ".HostConfig.Memory"))).toEqual([String(2 ** 31), String(2 ** 30)]);
    expect(inspect(other, ".Config.Env")).not.toContain("EXTRA");
});
