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
import { Kernel } from "../../support/deploy/kernel";
import { waitFor } from "../../support/deploy/waitFor";
import { steps } from "../../support/deploy/steps";
import { asRoot } from "../../support/deploy/host";
import { docker, removeImages } from "../../support/deploy/docker";
import { Workspace, type Outputs } from "../../support/deploy/workspace";

const step = steps();
/** An image of this test's alone, so that it can be taken away. */
const IMAGE = `faults${randomBytes(4).toString("hex")}`;
const CONFIG = [
    "jupyterhub:users: [ada, {name: grace, image: own}]",
    `jupyterhub:images: {notebooks: {own: {build: ${IMAGE}, base: "jupyterhub-base:bookworm"}}}`,
].join("\n");

let workspace: Workspace;
let outputs: Outputs;
let disk: string;
let ada: HubClient;
let token: string;
let kernel: Kernel;

beforeAll(async () => {
    workspace = await Workspace.create(CONFIG);
    workspace.writeImage(IMAGE, `ARG BASE\nFROM \${BASE}\nLABEL made=${IMAGE}\nCMD ["true"]\n`);
    await smallDisk();
});
afterAll(() => {
    kernel?.close();
    workspace?.objects().containers.forEach(name => docker("rm", "--force", name));
    if (disk !== undefined) {
        workspace.objects().volumes.forEach(name => docker("volume", "rm", name));
        asRoot("umount", disk);
    }
    removeImages(`jupyterhub-${IMAGE}`);
    workspace?.remove();
});

/**
 * A disk of its own for the hub's volume, to be full one day. Its name follows from the root secret, so that is made
 * first.
 */
async function smallDisk(): Promise<void> {
    const secret = randomBytes(32).toString("hex");
    await workspace.succeed("pulumi", "stack", "select", "--create", workspace.stack);
    await workspace.succeed(
        "pulumi",
        "config",
        "set",
        "--secret",
        "jupyterhub:rootSecret",
        secret,
        "--stack",
        workspace.stack,
    );
    const folder = path.join(workspace.folder, "disk");
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
        stackNames(workspace.stack, instanceId(secret, workspace.stack)).hubData,
    );
}

const inspect = (container: string, format: string) => docker("inspect", "--format", `{{${format}}}`, container);
const status = () => workspace.run("status", workspace.stack);

/**
 * Ends a container's first process as a crash does; `docker kill` would be somebody's wish, and Docker would leave it
 * down.
 */
function crash(container: string): void {
    asRoot("kill", "-9", inspect(container, ".State.Pid"));
}

/** One `npm run up`, after which nothing is otherwise than deployed. */
async function mended(...args: string[]): Promise<void> {
    await workspace.up(...args);
    expect(await status()).toMatchObject({
        code: 0,
        stdout: expect.not.stringContaining("otherwise than deployed") as string,
    });
}

/** The kernel has everything in memory, and its numbers have neither a gap nor an end. */
async function computing(): Promise<void> {
    const seen = Number(await kernel.run("print(n)"));
    await waitFor(async () => Number(await kernel.run("print(n)")) > seen, 30, "the kernel's next number");
    expect(
        await kernel.run(
            "lines = [int(line) for line in open('numbers.txt')]; print(lines == list(range(len(lines))), " +
                "len(lines) >= n - 1, writer.is_alive())",
        ),
    ).toBe("True True True\n");
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

async function logIn(): Promise<void> {
    ada = new HubClient(outputs.url, "ada");
    expect((await ada.logIn(outputs.passwords.ada)).status).toBe(302);
    token = await ada.token();
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
    await logIn();
    await ada.startServer(token);
    kernel = await ada.startKernel(token);
    await kernel.run(
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
    await computing();
});

step("the hub is killed", async () => {
    const { hub } = outputs.containers;
    const started = inspect(hub, ".State.StartedAt");
    crash(hub);
    await back(
        "hub killed, until page and API answer",
        async () => inspect(hub, ".State.StartedAt") !== started && (await hubAnswers()) && (await known()),
    );
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
    await back(
        "hub killed without a gate, until its pages answer",
        async () => inspect(hub, ".State.StartedAt") !== started && (await hubAnswers()),
    );
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
    await computing();
});

step("the hub's database is lost: running servers are found again, and everybody logs in anew", async () => {
    const { hub } = outputs.containers;
    docker("stop", hub);
    asRoot("sh", "-c", `rm ${disk}/jupyterhub.sqlite*`);
    docker("start", hub);
    await waitFor(hubAnswers, 60, "the hub");
    expect((await ada.withToken(token, "hub/api/user")).status).toBe(403);
    await logIn();
    await back("database lost, from the log-in until the server is found again", known);
    await computing();
});

step("the hub's disk is full", async () => {
    const fill = path.join(disk, "fill");
    asRoot("sh", "-c", `cat /dev/zero > ${fill} 2> /dev/null || true`);
    // Who logs in leaves nothing on the disk, a token does.
    const grace = new HubClient(outputs.url, "grace");
    expect((await grace.logIn(outputs.passwords.grace)).status).toBe(302);
    const refused = await grace.api("users/grace/tokens", "POST", { note: "test" });
    expect({ status: refused.status, body: await refused.json() }).toMatchObject({
        status: 500,
        body: {
            message: expect.stringContaining("The hub's disk is full. Tell whoever looks after this hub.") as string,
        },
    });
    await waitFor(
        async () => inspect(outputs.containers.hub, ".State.Health.Status") === "unhealthy",
        90,
        "the hub's health check",
    );
    const unwell = await status();
    expect(unwell.code).toBe(1);
    expect(unwell.stdout).toMatch(/^hub +\S+-hub +running, unhealthy$/m);
    expect(unwell.stdout).toMatch(/^hub +unhealthy: The disk of \S+ is full$/m);
    expect(await known()).toBe(true); // Her server asks the hub who she is.
    await computing();
    asRoot("rm", fill);
    await grace.token();
    await waitFor(known, 30, "ada's server, known to the hub");
    await computing();
});

step("an image is removed, containers are renamed, made anew and given other memory by hand", async () => {
    const [person, other, { hub }] = [outputs.users.ada.container, outputs.users.grace.container, outputs.containers];
    const image = inspect(other, ".Config.Image");
    const [id, otherId, hubId] = [person, other, hub].map(container => inspect(container, ".Id"));
    docker("update", "--memory", "512m", "--memory-swap", "512m", hub);
    docker("update", "--memory", "700m", "--memory-swap", "700m", person);
    docker("rename", person, `${workspace.stack}-mine`);
    docker("rm", other);
    docker("create", "--name", other, "--env", "EXTRA=1", "jupyterhub-base:bookworm", "true");
    docker("image", "rm", "--force", image);
    const { code, stdout } = await status();
    expect(code).toBe(1);
    expect(
        stdout
            .slice(stdout.indexOf("otherwise than deployed"))
            .split("\n")
            .slice(1, 6)
            .map(line => line.replace(/ {2,}/, "  ")),
    ).toEqual([
        `${image}  the image is missing`,
        `${hub}  memory is 512 MiB instead of 2048 MiB`,
        `${person}  renamed to ${workspace.stack}-mine`,
        `${person}  memory is 700 MiB instead of 1024 MiB`,
        `${other}  made anew by hand, from jupyterhub-base:bookworm`,
    ]);
    await mended("--refresh");
    expect(docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", image)).toBe(image);
    expect([inspect(person, ".Id"), inspect(hub, ".Id")]).toEqual([id, hubId]);
    expect(inspect(other, ".Id")).not.toBe(otherId);
    expect([hub, person].map(container => inspect(container, ".HostConfig.Memory"))).toEqual([
        String(2 ** 31),
        String(2 ** 30),
    ]);
    expect(inspect(other, ".Config.Env")).not.toContain("EXTRA");
    await computing();
});

step("networks are removed", async () => {
    const { networks } = workspace.objects();
    for (const network of networks) {
        const attached = JSON.parse(
            docker("network", "inspect", "--format", "{{json .Containers}}", network),
        ) as object;
        Object.keys(attached).forEach(id => docker("network", "disconnect", "--force", network, id));
        docker("network", "rm", network);
    }
    const { code, stdout } = await status();
    expect(code).toBe(1);
    networks.forEach(network => expect(stdout).toMatch(new RegExp(`^${network} +the network is missing$`, "m")));
    await mended();
    // Neither of them keeps an address that was: hub and servers have new ones.
    for (const [container, python] of [
        [outputs.containers.hub, "/opt/hub/bin/python"],
        [outputs.users.ada.container, "/opt/jupyter/bin/python"],
    ]) {
        expect(
            docker(
                "exec",
                container,
                python,
                "-c",
                "from aiohttp.resolver import DefaultResolver; print(DefaultResolver.__name__)",
            ),
        ).toBe("ThreadedResolver");
    }
    await back("networks removed, from the end of the up until the server is reached", known);
    await reopen();
    await computing();
    await workspace.expectNoChanges();
});
