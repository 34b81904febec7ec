/** A stack on another machine's Docker: over ssh, then over TCP with TLS. */
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { planImages } from "../../../components/image/plan";
import { readSettings } from "../../../components/config/settings";
import { HubClient } from "../../support/deploy/hubClient";
import { waitFor } from "../../support/deploy/waitFor";
import { instanceOf, Rules } from "../../support/deploy/isolated";
import { Machine } from "../../support/deploy/machine";
import { expectNoTrace, runWith, said, shell } from "../../support/deploy/shell";
import { steps } from "../../support/deploy/steps";
import { docker } from "../../support/deploy/docker";
import { Workspace, type Outputs } from "../../support/deploy/workspace";

const step = steps();

let machine: Machine;
let workspace: Workspace;
let outputs: Outputs;
let tunnel: ChildProcess | undefined;
let calls: string;
let backup: string;

/** Another shell's idea of where Docker is: none of it may matter. */
const ELSEWHERE = {
    DOCKER_HOST: "tcp://127.0.0.1:9",
    DOCKER_CONTEXT: "elsewhere",
    DOCKER_CERT_PATH: "/nonexistent",
    DOCKER_TLS_VERIFY: "1",
    BUILDX_BUILDER: "elsewhere",
    DOCKER_SSH_OPTS: "-p 9",
};

beforeAll(async () => {
    machine = await Machine.start();
    workspace = await Workspace.create("jupyterhub:users: [ada]");
    calls = path.join(workspace.folder, "docker-calls");
    const real = (process.env.PATH ?? "")
        .split(":")
        .map(folder => path.join(folder, "docker"))
        .find(file => fs.existsSync(file)) as string;
    fs.writeFileSync(
        path.join(machine.bin, "docker"),
        `#!/bin/sh\nprintf '%s\\n' "$*" >> '${calls}'\nexec ${real} "$@"\n`,
        { mode: 0o755 },
    );
    process.env.PATH = `${machine.bin}:${process.env.PATH ?? ""}`; // For what is started with this environment.
});
afterAll(() => {
    tunnel?.kill();
    workspace?.remove();
    machine?.remove();
});

const run = (name: string, ...args: string[]) => workspace.run(name, workspace.stack, ...args);

let known: Record<"hub" | "proxy" | "gate" | "guard" | "notebook", string> | undefined;

/**
 * What a stack's images are called on this machine; asked once, so that a checkout which is edited meanwhile changes
 * nothing.
 */
function images(): NonNullable<typeof known> {
    return (known ??= plannedImages());
}

function plannedImages(): NonNullable<typeof known> {
    const all = { "jupyterhub:users": ["ada"], "jupyterhub:rootSecret": "x".repeat(64) };
    const { hub, proxy, gate, guard, notebooks } = planImages(
        readSettings("test", all, new Set(["jupyterhub:rootSecret"])),
    );
    return {
        hub: hub.reference,
        proxy: proxy.reference,
        gate: gate.reference,
        guard: guard?.reference as string,
        notebook: notebooks.default.reference,
    };
}

/** A stack of these images, so that they need not be built on the other machine; but for one small build. */
function config(host: string, certPath?: string): string {
    const { hub, proxy, gate, guard, notebook } = images();
    return [
        "jupyterhub:users: [ada, {name: grace, admin: true}]",
        `jupyterhub:docker: {host: "${host}"${certPath === undefined ? "" : `, certPath: ${certPath}`}}`,
        "jupyterhub:images:",
        `  hub: {pull: "${hub}"}`,
        `  proxy: {pull: "${proxy}"}`,
        `  gate: {build: ${BUILD}, base: "${gate}"}`,
        `  guard: {pull: "${guard}"}`,
        `  notebooks: {default: {pull: "${notebook}"}}`,
    ].join("\n");
}

const BUILD = "hosts-test";

/** What the second machine has of the stack, as `Workspace.objects` says of this one. */
function there() {
    const mine = (...args: string[]) =>
        machine
            .docker(...args)
            .split("\n")
            .filter(name => name.startsWith(`${workspace.stack}-`));
    return {
        containers: mine("ps", "--all", "--format", "{{.Names}}"),
        networks: mine("network", "ls", "--format", "{{.Name}}"),
        volumes: mine("volume", "ls", "--quiet"),
    };
}

const NOTHING = { containers: [], networks: [], volumes: [] };

/** A refusal that leaves both machines as they are. */
const movedFrom = (before: string, now: string) =>
    [
        `The stack "${workspace.stack}" is deployed on ${before}, and its file now says ${now}. Nothing was changed.`,
        `To move it: npm run down -- ${workspace.stack} (which works on ${before}), then npm run up -- ` +
            `${workspace.stack}. Homes and the hub's database stay where they are.`,
        `To leave it there: put jupyterhub:docker back to {host: "${before}"}.`,
        "",
    ].join("\n");

const LOCAL = "unix:///var/run/docker.sock";

step("a stack that is deployed here is not moved by an edit: npm run up and plain pulumi refuse", async () => {
    workspace.writeConfig("jupyterhub:users: [ada]");
    await workspace.up();
    const before = workspace.objects();
    workspace.writeConfig(config(machine.ssh("keeper")));
    workspace.writeImage(
        BUILD,
        "ARG BASE\nFROM ${BASE}\nRUN --mount=type=secret,id=ca,target=/run/secrets/ca test -e /run/secrets/ca\n",
    );
    machine.load(...Object.values(images()));
    expect(await run("up")).toEqual({ code: 1, stdout: "", stderr: movedFrom(LOCAL, machine.ssh("keeper")) });
    const plain = await shell(workspace, `pulumi up --yes --stack ${workspace.stack}`);
    expect(plain.code).not.toBe(0);
    movedFrom(LOCAL, machine.ssh("keeper"))
        .trim()
        .split("\n")
        .forEach(line => expect(said(plain)).toContain(line));
    expectNoTrace(said(plain));
    expect(workspace.objects()).toEqual(before);
    expect(there()).toEqual(NOTHING);
});

step(
    "down works where the stack is, then up makes it on the other machine, over ssh, whatever the shell says of Docker",
    async () => {
        await workspace.succeed("down", workspace.stack);
        const volumes = workspace.objects().volumes;
        expect(workspace.objects()).toEqual({ containers: [], networks: [], volumes });
        expect(await runWith(workspace, {}, "env")).toMatchObject({
            stdout: expect.stringContaining("export PULUMI_PARALLEL='8'") as string,
        });

        const { code, stdout, stderr } = await runWith(workspace, ELSEWHERE, "up", workspace.stack);
        expect({ code, last: stdout.trimEnd().split("\n").pop(), out: code === 0 ? "" : stdout }).toEqual({
            code: 0,
            last: workspace.url,
            out: "",
        });
        expect(stderr).toContain(
            `The stack was on ${LOCAL} before. Homes and the hub's database stay there; here everybody ` +
                "begins with an empty home.\n",
        );
        expect(stderr).toContain(
            `It listens on that machine alone; to open it here, leave this running: ${tunnelCommand()}\n`,
        );
        outputs = await workspace.outputs();
        expect(outputs).toMatchObject({ url: workspace.url, dockerHost: machine.ssh("keeper") });
        expect(there().containers.sort()).toEqual(
            [...Object.values(outputs.containers), ...Object.values(outputs.users).map(user => user.container)].sort(),
        );
        expect(workspace.objects()).toEqual({ containers: [], networks: [], volumes });
        const built = (output: string) =>
            output.split("\n").filter(image => image.startsWith(`jupyterhub-${BUILD}:`)).length;
        expect([
            built(machine.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")),
            built(docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")),
        ]).toEqual([1, 0]);
        await workspace.expectNoChanges();
    },
);

const tunnelCommand = () => `ssh -N -L ${workspace.port}:127.0.0.1:${workspace.port} -p 2222 keeper@${machine.address}`;

step("people come to it through the tunnel that up names", async () => {
    await openTunnel();
    await waitFor(async () => (await fetch(`${workspace.url}hub/health`)).ok, 60, "the tunnel");
    await work("ada");
});

async function openTunnel(): Promise<void> {
    if (tunnel?.kill() === true) {
        await new Promise(resolve => tunnel?.once("exit", resolve)); // It holds the port.
    }
    tunnel = spawn("sh", ["-c", `exec ${tunnelCommand()}`], { stdio: "ignore", env: process.env });
}

/** Logs in, starts a server, computes. */
async function work(name: string): Promise<void> {
    const client = new HubClient(workspace.url, name);
    expect((await client.logIn(outputs.passwords[name])).status).toBe(302);
    const token = await client.token();
    await client.startServer(token);
    const kernel = await client.startKernel(token);
    expect(await kernel.run("import socket; print(6 * 7)")).toBe("42\n");
    kernel.close();
}

step("status sees what runs there and who was active; up mends what is missing there", async () => {
    fs.rmSync(calls, { force: true });
    const { code, stdout } = await run("status");
    expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^ada +plain +\S+-u-ada +running +current +(just now|\d+ min ago)$/m) as string,
    });
    machine.docker("rm", "--force", outputs.containers.gate);
    const up = await run("up");
    expect({ code: up.code, stderr: up.stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining(
            `${outputs.containers.gate}: missing or stopped; deploying again with --refresh`,
        ) as string,
    });
    expect(
        machine.docker(
            "inspect",
            "--format",
            "{{.State.Running}}",
            outputs.containers.gate,
            outputs.users.ada.container,
        ),
    ).toBe("true\ntrue");

    const commands = fs.readFileSync(calls, "utf8");
    expect(commands).toContain(`--host ${machine.ssh("keeper")} exec --interactive ${outputs.containers.hub}`);
    [outputs.adminToken, ...Object.values(outputs.passwords)].forEach(secret => expect(commands).not.toContain(secret));
});

step("a backup of it, while it runs, comes here over ssh", async () => {
    backup = path.join(workspace.folder, "there.backup.tar");
    inHome("cd /home; head -c 20000000 /dev/urandom > large; sha256sum large > sum");
    const { code, stdout, stderr } = await run("backup", "--out", backup);
    expect({ code, stdout, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stdout: `${backup}\n`, stderr: "" });
    expect(there().containers.filter(name => name.includes("-packing-"))).toEqual([]);
});

const inHome = (script: string) =>
    machine.docker(
        "run",
        "--rm",
        "--network",
        "none",
        "--user",
        "0",
        "--volume",
        `${outputs.users.ada.home}:/home`,
        "--entrypoint",
        "sh",
        outputs.users.ada.image,
        "-c",
        script,
    );

describe("after a fault of the machine everything is there again, by itself", () => {
    const WRITE = [
        "n = 0",
        "with open('numbers.txt', 'w', buffering=1) as out:",
        "    while True:",
        "        print(n, file=out); n += 1; time.sleep(0.1)",
    ];
    const numbers = () =>
        machine.docker("exec", outputs.users.ada.container, "cat", "/home/jovyan/numbers.txt").split("\n");
    /** A container in another network of that machine. */
    const OTHER = "other";
    let client: HubClient;
    let token: string;

    /**
     * A kernel writes a file while it happens; its server is there again afterwards, known to the hub, by the token of
     * before.
     */
    async function survived(fault: string, happen: () => Promise<void>): Promise<void> {
        const kernel = await client.startKernel(token);
        await kernel.run(
            "import threading, time\ndef " +
                `write():\n${WRITE.map(line => `    ${line}`).join("\n")}\nthreading.Thread(target=write, ` +
                "daemon=True).start()",
        );
        await waitFor(async () => numbers().length > 10, 30, "the kernel's file");
        const written = numbers();
        kernel.close();
        await happen();
        const start = Date.now();
        await openTunnel();
        const kernels = async () => client.withToken(token, client.server("api/kernels"));
        await waitFor(async () => (await kernels()).ok, 120, "ada's server");
        process.stderr.write(
            `${fault}, from Docker's start until the server is reached: ` +
                `${((Date.now() - start) / 1000).toFixed(1)} s\n`,
        );
        expect(await (await kernels()).json()).toEqual([]);
        expect(await (await client.withToken(token, "hub/api/users/ada")).json()).toMatchObject({
            server: "/user/ada/",
        });
        const kept = numbers();
        expect(kept).toEqual(kept.map((_, i) => String(i)));
        expect(kept.length).toBeGreaterThanOrEqual(written.length);
        await keptApart();
    }

    /** People's servers reach hub and proxy, and neither the machine nor the proxy's API, which others reach. */
    async function keptApart(): Promise<void> {
        const { hub, proxy, guard } = outputs.containers;
        await waitFor(
            async () => machine.docker("inspect", "--format", "{{.State.Health.Status}}", guard) === "healthy",
            60,
            "the guard's health",
        );
        const elsewhere = machine.docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", OTHER);
        const targets = [
            [hub, 8081],
            [proxy, 8000],
            [proxy, 8001],
            [machine.address, 2222],
            [machine.address, 2376],
            [gateway(), 2222],
            [elsewhere, 8080],
        ] as const;
        const reached = targets.map(([host, port]) => `${port}: ${reaches(host, port)}`);
        expect(reached).toEqual([
            "8081: true",
            "8000: true",
            "8001: false",
            "2222: false",
            "2376: false",
            "2222: false",
            "8080: false",
        ]);
        expect(machine.inside("bash", "-c", `exec 3<>/dev/tcp/${elsewhere}/8080 && echo open`)).toBe("open");
        // Only the guard keeps people from it.
        expect(machine.inside("bash", "-c", `exec 3<>/dev/tcp/${gateway()}/2222 && echo open`)).toBe("open");
    }

    const reaches = (host: string, port: number) =>
        machine
            .docker(
                "exec",
                outputs.users.ada.container,
                "python3",
                "-c",
                "import socket\nwith socket.socket() as s:\n s.settimeout(1.5)\n " +
                    `print(s.connect_ex(('${host}', ${port})) == 0)`,
            )
            .toLowerCase() === "true";

    /** The bridge's address. */
    const gateway = () =>
        machine.docker(
            "network",
            "inspect",
            "--format",
            "{{(index .IPAM.Config 0).Gateway}}",
            outputs.containers.hub.replace(/-hub$/, "-people"),
        );
    const rules = () =>
        new Rules(outputs.containers.guard, instanceOf(outputs.containers.hub), (...args) =>
            machine.docker(...args),
        ).all();

    step("Docker is restarted", async () => {
        machine.docker(
            "run",
            "--detach",
            "--name",
            OTHER,
            "--restart",
            "always",
            "--entrypoint",
            "python3",
            images().notebook,
            "-m",
            "http.server",
            "8080",
        );
        client = new HubClient(workspace.url, "ada");
        expect((await client.logIn(outputs.passwords.ada)).status).toBe(302);
        token = await client.token();
        await survived("Docker restarted", () => machine.restartDocker());
    });

    step("the plug is pulled", async () => {
        await survived("plug pulled", () => machine.reboot());
    });

    step(
        "firewalld comes, Docker is restarted, and firewalld is loaded again, which takes away all rules",
        async () => {
            await survived("firewalld comes and Docker is restarted", async () => {
                await machine.firewall("iptables");
                await machine.restartDocker();
            });
            const said = () => machine.docker("logs", outputs.containers.guard).split("\n").length;
            const lines = said();
            await reloaded();
            expect(said()).toBeGreaterThan(lines); // That rules were gone.
        },
    );

    step("firewalld with nftables takes its place, and is loaded again", async () => {
        await machine.firewall("nftables");
        await reloaded();
    });

    async function reloaded(): Promise<void> {
        const before = rules();
        machine.inside("firewall-cmd", "--reload");
        await waitFor(async () => JSON.stringify(rules()) === JSON.stringify(before), 60, "the rules");
        await keptApart();
    }

    step("and up finds nothing to do", async () => {
        await workspace.succeed("up", workspace.stack, "--expect-no-changes", "--refresh");
        expect((await run("status")).code).toBe(0);
    });
});

describe("a port that is taken there", () => {
    const other = () => `${workspace.stack}-other`;

    step("by a container: it is named", async () => {
        machine.docker(
            "run",
            "--detach",
            "--name",
            other(),
            "--publish",
            "127.0.0.1:8123:80",
            "--entrypoint",
            "sleep",
            images().gate,
            "3600",
        );
        workspace.writeConfig(`${config(machine.ssh("keeper"))}\njupyterhub:listen: 127.0.0.1:8123`);
        expect(await run("up")).toEqual({
            code: 1,
            stdout: "",
            stderr:
                `Port 8123 on 127.0.0.1 of ${machine.ssh("keeper")} is held by the container ${other()}. End it, ` +
                "or give this stack another port: jupyterhub:listen: 127.0.0.1:8124\n",
        });
        machine.docker("rm", "--force", other());
    });

    step("by a program: Docker says so, and the next up is whole again", async () => {
        const server = machine.spawn("python3", "-m", "http.server", "--bind", "127.0.0.1", "8123");
        await waitFor(
            async () => machine.inside("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8123") === "",
            30,
            "the program",
        );
        const refused = await run("up");
        server.kill();
        expect(refused.code).not.toBe(0);
        expect(said(refused)).toMatch(/127\.0\.0\.1:8123: bind: address already in use/);
        workspace.writeConfig(config(machine.ssh("keeper")));
        await workspace.up();
        await workspace.expectNoChanges();
    });
});

step("the same over TCP with TLS, after down, purge and restore; purge removes it all from there", async () => {
    tunnel?.kill();
    const [ssh, tcp] = [machine.ssh("keeper"), machine.tcp()];
    workspace.writeConfig(config(tcp, machine.file("certs", "right")));
    expect(await run("up")).toEqual({ code: 1, stdout: "", stderr: movedFrom(ssh, tcp) });
    await workspace.succeed("down", workspace.stack);
    workspace.writeConfig(config(ssh));
    await workspace.succeed("purge", workspace.stack, "--yes");
    expect(there()).toEqual(NOTHING);
    await workspace.succeed("restore", backup);

    workspace.writeConfig(config(tcp, machine.file("certs", "right")));
    const { passwords } = outputs;
    const { code, stdout, stderr } = await runWith(workspace, ELSEWHERE, "up", workspace.stack);
    expect({ code, out: code === 0 ? "" : stdout }).toEqual({ code: 0, out: "" });
    expect(stderr).toContain(
        `leave this running: ssh -N -L ${workspace.port}:127.0.0.1:${workspace.port} ${machine.address}\n`,
    );
    await workspace.expectNoChanges();
    outputs = await workspace.outputs();
    expect(outputs).toMatchObject({ dockerHost: tcp, passwords });
    expect(inHome("cd /home; sha256sum -c sum")).toBe("large: OK");
    expect(await run("status")).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^ada +plain +\S+-u-ada +stopped +current +(just now|\d+ min ago)$/m) as string,
    });

    await workspace.succeed("down", workspace.stack);
    await workspace.succeed("backup", workspace.stack, "--out", `${backup}.down`);
    expect(fs.statSync(`${backup}.down`).size).toBeGreaterThan(20_000_000);

    const purged = await workspace.run("purge", workspace.stack, "--yes");
    expect({ code: purged.code, stderr: purged.stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining(
            `The stack was on ${LOCAL} and ${ssh} before, and its data there is not deleted: name that host ` +
                "in jupyterhub:docker and run this again.\n",
        ) as string,
    });
    expect(there()).toEqual(NOTHING);
    expect(workspace.objects().volumes).not.toEqual([]);
    for (const host of [machine.ssh("keeper"), LOCAL]) {
        workspace.writeConfig(config(host));
        await workspace.succeed("purge", workspace.stack, "--yes");
    }
    expect(workspace.objects()).toEqual(NOTHING);
});
