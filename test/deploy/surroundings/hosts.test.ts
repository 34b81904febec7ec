/** A stack on another machine's Docker: over ssh, then over TCP with TLS. */
import * as fs from "node:fs";
import * as path from "node:path";
import { waitFor } from "../../support/deploy/waitFor";
import { RemoteMachine } from "../../support/deploy/machine";
import { expectNoTrace, runWith, said, shell } from "../../support/deploy/shell";
import { arrive } from "../../support/deploy/arrive";
import { docker } from "../../support/deploy/docker";
import { Workspace } from "../../support/deploy/workspace";
import { BUILD, OtherHost } from "./hosts/lab";
import { faults } from "./hosts/faults";
import { ports } from "./hosts/ports";

const lab = new OtherHost();
const { step } = lab;

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
    lab.machine = await RemoteMachine.create();
    lab.workspace = await Workspace.create("jupyterhub:users: [ada]");
    calls = path.join(lab.workspace.folder, "docker-calls");
    const real = (process.env.PATH ?? "")
        .split(":")
        .map(folder => path.join(folder, "docker"))
        .find(file => fs.existsSync(file)) as string;
    fs.writeFileSync(
        path.join(lab.machine.bin, "docker"),
        `#!/bin/sh\nprintf '%s\\n' "$*" >> '${calls}'\nexec ${real} "$@"\n`,
        { mode: 0o755 },
    );
    process.env.PATH = `${lab.machine.bin}:${process.env.PATH ?? ""}`; // For what is started with this environment.
});
afterAll(() => {
    lab.tunnel?.kill();
    lab.workspace?.remove();
    lab.machine?.remove();
});

/** What the second machine has of the stack, as `Workspace.objects` says of this one. */
function there() {
    const mine = (...args: string[]) =>
        lab.machine
            .docker(...args)
            .split("\n")
            .filter(name => name.startsWith(`${lab.workspace.stack}-`));
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
        `The stack "${lab.workspace.stack}" is deployed on ${before}, and its file now says ${now}. Nothing was changed.`,
        `To move it: npm run down -- ${lab.workspace.stack} (which works on ${before}), then npm run up -- ` +
            `${lab.workspace.stack}. Homes and the hub's database stay where they are.`,
        `To leave it there: put jupyterhub:docker back to {host: "${before}"}.`,
        "",
    ].join("\n");

const LOCAL = "unix:///var/run/docker.sock";

step("a stack that is deployed here is not moved by an edit: npm run up and plain pulumi refuse", async () => {
    lab.workspace.writeConfig("jupyterhub:users: [ada]");
    await lab.workspace.up();
    const before = lab.workspace.objects();
    lab.workspace.writeConfig(lab.config(lab.machine.ssh("keeper")));
    lab.workspace.writeImage(
        BUILD,
        "ARG BASE\nFROM ${BASE}\nRUN --mount=type=secret,id=ca,target=/run/secrets/ca test -e /run/secrets/ca\n",
    );
    lab.machine.load(...Object.values(lab.images()));
    expect(await lab.run("up")).toEqual({ code: 1, stdout: "", stderr: movedFrom(LOCAL, lab.machine.ssh("keeper")) });
    const plain = await shell(lab.workspace, `pulumi up --yes --stack ${lab.workspace.stack}`);
    expect(plain.code).not.toBe(0);
    movedFrom(LOCAL, lab.machine.ssh("keeper"))
        .trim()
        .split("\n")
        .forEach(line => expect(said(plain)).toContain(line));
    expectNoTrace(said(plain));
    expect(lab.workspace.objects()).toEqual(before);
    expect(there()).toEqual(NOTHING);
});

step(
    "down works where the stack is, then up makes it on the other machine, over ssh, whatever the shell says of Docker",
    async () => {
        await lab.workspace.succeed("down", lab.workspace.stack);
        const volumes = lab.workspace.objects().volumes;
        expect(lab.workspace.objects()).toEqual({ containers: [], networks: [], volumes });
        expect(await runWith(lab.workspace, {}, "env")).toMatchObject({
            stdout: expect.stringContaining("export PULUMI_PARALLEL='8'") as string,
        });

        const { code, stdout, stderr } = await runWith(lab.workspace, ELSEWHERE, "up", lab.workspace.stack);
        expect({ code, last: stdout.trimEnd().split("\n").pop(), out: code === 0 ? "" : stdout }).toEqual({
            code: 0,
            last: lab.workspace.url,
            out: "",
        });
        expect(stderr).toContain(
            `The stack was on ${LOCAL} before. Homes and the hub's database stay there; here everybody ` +
                "begins with an empty home.\n",
        );
        expect(stderr).toContain(
            `It listens on that machine alone; to open it here, leave this running: ${lab.tunnelCommand()}\n`,
        );
        lab.outputs = await lab.workspace.outputs();
        expect(lab.outputs).toMatchObject({ url: lab.workspace.url, dockerHost: lab.machine.ssh("keeper") });
        expect(there().containers.sort()).toEqual(
            [
                ...Object.values(lab.outputs.containers),
                ...Object.values(lab.outputs.users).map(user => user.container),
            ].sort(),
        );
        expect(lab.workspace.objects()).toEqual({ containers: [], networks: [], volumes });
        const built = (output: string) =>
            output.split("\n").filter(image => image.startsWith(`jupyterhub-${BUILD}:`)).length;
        expect([
            built(lab.machine.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")),
            built(docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")),
        ]).toEqual([1, 0]);
        await lab.workspace.expectNoChanges();
    },
);

step("people come to it through the tunnel that up names", async () => {
    await lab.openTunnel();
    await waitFor(async () => (await fetch(`${lab.workspace.url}hub/health`)).ok, 60, "the tunnel");
    await work("ada");
});

/** Logs in, starts a server, computes. */
async function work(name: string): Promise<void> {
    const { kernel } = await arrive(lab.outputs, name);
    expect(await kernel.run("import socket; print(6 * 7)")).toBe("42\n");
    kernel.close();
}

step("status sees what runs there and who was active; up mends what is missing there", async () => {
    fs.rmSync(calls, { force: true });
    const { code, stdout } = await lab.run("status");
    expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^ada +plain +\S+-u-ada +running +current +(just now|\d+ min ago)$/m) as string,
    });
    lab.machine.docker("rm", "--force", lab.outputs.containers.gate);
    const up = await lab.run("up");
    expect({ code: up.code, stderr: up.stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining(
            `${lab.outputs.containers.gate}: missing or stopped; deploying again with --refresh`,
        ) as string,
    });
    expect(
        lab.machine.docker(
            "inspect",
            "--format",
            "{{.State.Running}}",
            lab.outputs.containers.gate,
            lab.outputs.users.ada.container,
        ),
    ).toBe("true\ntrue");

    const commands = fs.readFileSync(calls, "utf8");
    expect(commands).toContain(`--host ${lab.machine.ssh("keeper")} exec --interactive ${lab.outputs.containers.hub}`);
    [lab.outputs.adminToken, ...Object.values(lab.outputs.passwords)].forEach(secret =>
        expect(commands).not.toContain(secret),
    );
});

step("a backup of it, while it runs, comes here over ssh", async () => {
    backup = path.join(lab.workspace.folder, "there.backup.tar");
    inHome("cd /home; head -c 20000000 /dev/urandom > large; sha256sum large > sum");
    const { code, stdout, stderr } = await lab.run("backup", "--out", backup);
    expect({ code, stdout, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stdout: `${backup}\n`, stderr: "" });
    expect(there().containers.filter(name => name.includes("-packing-"))).toEqual([]);
});

const inHome = (script: string) =>
    lab.machine.docker(
        "run",
        "--rm",
        "--network",
        "none",
        "--user",
        "0",
        "--volume",
        `${lab.outputs.users.ada.home}:/home`,
        "--entrypoint",
        "sh",
        lab.outputs.users.ada.image,
        "-c",
        script,
    );

faults(lab);
ports(lab);

step.long("the same over TCP with TLS, after down, purge and restore; purge removes it all from there", async () => {
    lab.tunnel?.kill();
    const [ssh, tcp] = [lab.machine.ssh("keeper"), lab.machine.tcp()];
    lab.workspace.writeConfig(lab.config(tcp, lab.machine.file("certs", "right")));
    expect(await lab.run("up")).toEqual({ code: 1, stdout: "", stderr: movedFrom(ssh, tcp) });
    await lab.workspace.succeed("down", lab.workspace.stack);
    lab.workspace.writeConfig(lab.config(ssh));
    await lab.workspace.succeed("purge", lab.workspace.stack, "--yes");
    expect(there()).toEqual(NOTHING);
    await lab.workspace.succeed("restore", backup);

    lab.workspace.writeConfig(lab.config(tcp, lab.machine.file("certs", "right")));
    const { passwords } = lab.outputs;
    const { code, stdout, stderr } = await runWith(lab.workspace, ELSEWHERE, "up", lab.workspace.stack);
    expect({ code, out: code === 0 ? "" : stdout }).toEqual({ code: 0, out: "" });
    expect(stderr).toContain(
        `leave this running: ssh -N -L ${lab.workspace.port}:127.0.0.1:${lab.workspace.port} ${lab.machine.address}\n`,
    );
    await lab.workspace.expectNoChanges();
    lab.outputs = await lab.workspace.outputs();
    expect(lab.outputs).toMatchObject({ dockerHost: tcp, passwords });
    expect(inHome("cd /home; sha256sum -c sum")).toBe("large: OK");
    expect(await lab.run("status")).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^ada +plain +\S+-u-ada +stopped +current +(just now|\d+ min ago)$/m) as string,
    });

    await lab.workspace.succeed("down", lab.workspace.stack);
    await lab.workspace.succeed("backup", lab.workspace.stack, "--out", `${backup}.down`);
    expect(fs.statSync(`${backup}.down`).size).toBeGreaterThan(20_000_000);

    const purged = await lab.workspace.run("purge", lab.workspace.stack, "--yes");
    expect({ code: purged.code, stderr: purged.stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining(
            `The stack was on ${LOCAL} and ${ssh} before, and its data there is not deleted: name that host ` +
                "in jupyterhub:docker and run this again.\n",
        ) as string,
    });
    expect(there()).toEqual(NOTHING);
    expect(lab.workspace.objects().volumes).not.toEqual([]);
    for (const host of [lab.machine.ssh("keeper"), LOCAL]) {
        lab.workspace.writeConfig(lab.config(host));
        await lab.workspace.succeed("purge", lab.workspace.stack, "--yes");
    }
    expect(lab.workspace.objects()).toEqual(NOTHING);
});
