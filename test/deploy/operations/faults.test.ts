/**
 * One deployment to which everything happens that happens to one in years, while a kernel computes and writes a file.
 * After each fault one `npm run up` has it whole again and a preview finds nothing to do. What each case means for
 * people: docs/faults.md. Runs that are killed: recovery.test.ts; a Docker that restarts, a machine that does:
 * hosts.test.ts.
 */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { instanceId } from "../../../components/docker/credentials";
import { stackNames } from "../../../components/docker/names";
import { HubClient } from "../../support/deploy/hubClient";
import { waitFor } from "../../support/deploy/waitFor";
import { asRoot } from "../../support/deploy/host";
import { docker, removeImages } from "../../support/deploy/docker";
import { shell } from "../../support/deploy/shell";
import { Workspace } from "../../support/deploy/workspace";
import { inspect, back, Faults } from "./faults/lab";
import { away } from "./faults/away";
import { byHand } from "./faults/byHand";
import { identity } from "./faults/identity";

const lab = new Faults();
const { step } = lab;

/** An image of this test's alone, so that it can be taken away. */
const IMAGE = `faults${randomBytes(4).toString("hex")}`;
const CONFIG = [
    "jupyterhub:users: [ada, {name: grace, image: own}, alan]",
    `jupyterhub:images: {notebooks: {own: {build: ${IMAGE}, base: "jupyterhub-base:bookworm"}}}`,
].join("\n");
let disk: string;

beforeAll(async () => {
    lab.workspace = await Workspace.create(CONFIG);
    lab.workspace.writeImage(IMAGE, `ARG BASE\nFROM \${BASE}\nLABEL made=${IMAGE}\nCMD ["true"]\n`);
    await smallDisk();
});
afterAll(() => {
    lab.kernel?.close();
    lab.workspace?.objects().containers.forEach(name => docker("rm", "--force", name));
    if (disk !== undefined) {
        lab.workspace.objects().volumes.forEach(name => docker("volume", "rm", name));
        asRoot("umount", disk);
    }
    removeImages(`jupyterhub-${IMAGE}`);
    lab.workspace?.remove();
});

/**
 * A disk of its own for the hub's volume, to be full one day. Its name follows from the root secret, so that is made
 * first.
 */
async function smallDisk(): Promise<void> {
    const secret = randomBytes(32).toString("hex");
    await lab.workspace.succeed("pulumi", "stack", "select", "--create", lab.workspace.stack);
    await lab.workspace.succeed(
        "pulumi",
        "config",
        "set",
        "--secret",
        "jupyterhub:rootSecret",
        secret,
        "--stack",
        lab.workspace.stack,
    );
    const folder = path.join(lab.workspace.folder, "disk");
    fs.mkdirSync(folder);
    asRoot("mount", "-t", "tmpfs", "-o", "size=8m,mode=700,uid=1000,gid=1000", "tmpfs", folder);
    disk = folder;
    docker(
        "volume",
        "create",
        "--opt",
        "type=none",
        "--opt",
        "o=bind",
        "--opt",
        `device=${disk}`,
        stackNames(lab.workspace.stack, instanceId(secret, lab.workspace.stack)).hubData,
    );
}

/**
 * Ends a container's first process as a crash does; `docker kill` would be somebody's wish, and Docker would leave it
 * down.
 */
function crash(container: string): void {
    asRoot("kill", "-9", inspect(container, ".State.Pid"));
}

async function logIn(): Promise<void> {
    lab.ada = new HubClient(lab.outputs.url, "ada");
    expect((await lab.ada.logIn(lab.outputs.passwords.ada)).status).toBe(302);
    lab.token = await lab.ada.token();
}

const hubAnswers = async () => (await fetch(`${lab.outputs.url}hub/health`)).ok;

step("a kernel computes and writes a file", async () => {
    await lab.workspace.up();
    lab.outputs = await lab.workspace.outputs();
    await logIn();
    await lab.ada.startServer(lab.token);
    lab.kernel = await lab.ada.startKernel(lab.token);
    await lab.kernel.run(
        [
            "import threading, time",
            "n = 0",
            "def write():",
            "    global n",
            "    with open('numbers.txt', 'w', buffering=1) as out:",
            "        while True:",
            "            print(n, file=out); n += 1; time.sleep(0.1)",
            "writer = threading.Thread(target=write, daemon=True); writer.start()",
        ].join("\n"),
    );
    await lab.computing();
});

step("the hub is killed", async () => {
    const { hub } = lab.outputs.containers;
    const started = inspect(hub, ".State.StartedAt");
    crash(hub);
    await back(
        "hub killed, until page and API answer",
        async () => inspect(hub, ".State.StartedAt") !== started && (await hubAnswers()) && (await lab.known()),
    );
    await lab.computing(); // By the connection that was open.
});

step("the gate is killed", async () => {
    crash(lab.outputs.containers.gate);
    await lab.computing();
    const grace = new HubClient(lab.outputs.url, "grace");
    expect((await grace.logIn(lab.outputs.passwords.grace)).status).toBe(302);
    expect(await lab.known()).toBe(true);
});

step("the gate is away while the hub boots", async () => {
    const { hub, gate } = lab.outputs.containers;
    docker("stop", gate);
    const started = inspect(hub, ".State.StartedAt");
    crash(hub);
    await back(
        "hub killed without a gate, until its pages answer",
        async () => inspect(hub, ".State.StartedAt") !== started && (await hubAnswers()),
    );
    // Its route is not forgotten.
    expect((await lab.ada.withToken(lab.token, lab.ada.server("api/kernels"))).ok).toBe(true);
    await lab.computing();
    docker("start", gate);
    await back("gate back, until the hub knows the server", () => lab.known());
    await lab.computing();
});

step("the proxy is killed: routes are back in seconds", async () => {
    crash(lab.outputs.containers.proxy);
    await back("proxy killed, until the route is back", () => lab.known());
    await lab.reopen();
    await lab.computing();
});

step("the hub's database is lost: running servers are found again, and everybody logs in anew", async () => {
    const { hub } = lab.outputs.containers;
    docker("stop", hub);
    asRoot("sh", "-c", `rm ${disk}/jupyterhub.sqlite*`);
    docker("start", hub);
    await waitFor(hubAnswers, 60, "the hub");
    expect((await lab.ada.withToken(lab.token, "hub/api/user")).status).toBe(403);
    await logIn();
    await back("database lost, from the log-in until the server is found again", () => lab.known());
    await lab.computing();
});

step("the hub's disk is full", async () => {
    const fill = path.join(disk, "fill");
    asRoot("sh", "-c", `cat /dev/zero > ${fill} 2> /dev/null || true`);
    // Who logs in leaves nothing on the disk, a token does.
    const grace = new HubClient(lab.outputs.url, "grace");
    expect((await grace.logIn(lab.outputs.passwords.grace)).status).toBe(302);
    const refused = await grace.api("users/grace/tokens", "POST", { note: "test" });
    expect({ status: refused.status, body: await refused.json() }).toMatchObject({
        status: 500,
        body: {
            message: expect.stringContaining("The hub's disk is full. Tell whoever looks after this hub.") as string,
        },
    });
    await waitFor(
        async () => inspect(lab.outputs.containers.hub, ".State.Health.Status") === "unhealthy",
        90,
        "the hub's health check",
    );
    const unwell = await lab.status();
    expect(unwell.code).toBe(1);
    expect(unwell.stdout).toMatch(/^hub +\S+-hub +running, unhealthy$/m);
    expect(unwell.stdout).toMatch(/^hub +unhealthy: The disk of \S+ is full$/m);
    expect(await lab.known()).toBe(true); // Her server asks the hub who she is.
    await lab.computing();
    asRoot("rm", fill);
    await grace.token();
    await waitFor(() => lab.known(), 30, "ada's server, known to the hub");
    await lab.computing();
});

step("a server that ends at once is told while it starts, and stopped", async () => {
    const { grace } = lab.outputs.users;
    const client = new HubClient(lab.outputs.url, "grace");
    await client.logIn(lab.outputs.passwords.grace);
    await expect(client.startAsPage(await client.token())).rejects.toThrow("Your server ended while it was starting");
    await waitFor(() => Promise.resolve(inspect(grace.container, ".State.Running") === "false"), 30, "the end of it");
});

step("a container that was removed by hand is said to be missing, until up creates it", async () => {
    const { container } = lab.outputs.users.grace;
    docker("rm", "--force", container);
    const client = new HubClient(lab.outputs.url, "grace");
    await client.logIn(lab.outputs.passwords.grace);
    await expect(client.startAsPage(await client.token())).rejects.toThrow("Your server has no container");
    const log = await shell(lab.workspace, `docker logs ${lab.outputs.containers.hub} 2>&1`);
    expect(log.stdout).toContain(`${container} is missing; \`npm run up\` creates it again`);
    expect((await lab.status()).stdout).toMatch(/^grace +plain +\S+ +missing/m);
    await lab.workspace.up();
    expect(inspect(container, ".State.Status")).toBe("created");
    await lab.computing();
});

away(lab);
byHand(lab);
identity(lab);
