/** What limits, groups and mounts are worth, seen from inside people's servers. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { HubClient } from "../support/deploy/hubClient";
import { waitFor } from "../support/deploy/waitFor";
import type { Kernel } from "../support/deploy/kernel";
import { steps } from "../support/deploy/steps";
import { files } from "./limits/files";
import { docker, idOf } from "../support/deploy/docker";
import { Workspace, type Outputs } from "../support/deploy/workspace";
import { secrets } from "./limits/secrets";

const step = steps();

let workspace: Workspace;
let outputs: Outputs;
let data: string;
let ada: HubClient;
let adaToken: string;
let kernel: Kernel | undefined;

const config = (more: { adaPids?: number; storage?: string } = {}) =>
    [
        "jupyterhub:users:",
        `  - {name: ada, groups: [lab], pids: ${more.adaPids ?? 200}, cpus: 1.5}`,
        "  - {name: grace, memory: 512M, openLimit: 48M, env: {OMP_NUM_THREADS: '7'}}",
        "  - {name: mary, gpus: 1}",
        "  - {name: emmy, gpus: ['0', GPU-7]}",
        "  - alan",
        "jupyterhub:defaults: {memory: 1G, cpus: 1}",
        "jupyterhub:groups:",
        "  lab:",
        "    memory: 700M",
        "    shm: 96M",
        `    mounts: [{host: ${data}, path: /data, readOnly: true}, {volume: team, path: /team}]`,
        ...(more.storage === undefined ? [] : [`jupyterhub:storage: ${more.storage}`, "jupyterhub:homes: {size: 48M}"]),
    ].join("\n");

beforeAll(async () => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), "jh-data-"));
    fs.chmodSync(data, 0o755);
    fs.writeFileSync(path.join(data, "given.txt"), "from the host");
    workspace = await Workspace.create(config());
});
afterAll(() => {
    kernel?.close();
    workspace?.remove();
    fs.rmSync(data, { recursive: true, force: true });
});

const inside = (person: string, ...command: string[]) => docker("exec", outputs.users[person].container, ...command);
/** A cgroup's file, of whichever version the machine has. */
const cgroup = (person: string, v1: string, v2: string) =>
    inside(person, "sh", "-c", `cat /sys/fs/cgroup/${v1} 2>/dev/null || cat /sys/fs/cgroup/${v2}`);
const pidsLimit = (person: string) =>
    docker("inspect", "--format", "{{.HostConfig.PidsLimit}}", outputs.users[person].container);

async function arrive(name: string): Promise<{ client: HubClient; token: string }> {
    const client = new HubClient(outputs.url, name);
    await client.logIn(outputs.passwords[name]);
    return { client, token: await client.token() };
}

async function arriveAndStart(name: string) {
    const { client, token } = await arrive(name);
    await client.startServer(token);
    return { client, token, container: outputs.users[name].container };
}

step("status says what applies to whom, and why, before anything is deployed", async () => {
    const out = await workspace.succeed("status", workspace.stack, "--explain", "Ada");
    const rows = Object.fromEntries(
        out
            .trim()
            .split("\n")
            .slice(1)
            .map(line => line.split(/ {2,}/))
            .map(([setting, value, from]) => [setting, [value, from]]),
    );
    expect(rows).toMatchObject({
        kind: ["plain", "built-in"],
        groups: ["lab", "the person"],
        memory: ["700M", "group lab"],
        cpus: ["1.5", "the person"],
        pids: ["200", "the person"],
        shm: ["96M", "group lab"],
        lifecycle: ["on-demand", "built-in"],
        mount: ["volume team at /team", "group lab"],
    });
    const { code, stderr } = await workspace.run("status", workspace.stack, "--explain", "gracee");
    expect({ code, stderr: stderr.trim() }).toEqual({
        code: 1,
        stderr: `"gracee" is not in stacks/Pulumi.${workspace.stack}.yaml; did you mean "grace"?`,
    });
});

step("up sets them", async () => {
    outputs = await workspace.settle();
    expect([pidsLimit("ada"), pidsLimit("grace")]).toEqual(["200", "1024"]);
    const { client, token } = await arrive("ada");
    [ada, adaToken] = [client, token];
    await ada.startServer(adaToken);
    await workspace.expectNoChanges();
});

step("GPUs are asked for by id, each for one person", async () => {
    type Request = { Driver: string; DeviceIDs: string[]; Capabilities: string[][] };
    const asked = (person: string) =>
        JSON.parse(
            docker("inspect", "--format", "{{json .HostConfig.DeviceRequests}}", outputs.users[person].container),
        ) as Request[] | null;
    expect(asked("mary")).toMatchObject([{ Driver: "nvidia", DeviceIDs: ["1"], Capabilities: [["gpu"]] }]);
    expect(asked("emmy")?.[0].DeviceIDs.sort()).toEqual(["0", "GPU-7"]);
    expect(asked("ada")).toBeNull();
});

step("they are seen from inside", async () => {
    expect(cgroup("ada", "memory/memory.limit_in_bytes", "memory.max")).toBe(String(700 * 2 ** 20));
    expect(cgroup("ada", "pids/pids.max", "pids.max")).toBe("200");
    expect(cgroup("ada", "cpu/cpu.cfs_quota_us", "cpu.max")).toMatch(/^150000/);
    expect(inside("ada", "sh", "-c", "df -m /dev/shm | tail -1")).toMatch(/ 96 /);
    expect(inside("ada", "sh", "-c", "echo $OMP_NUM_THREADS $OPENBLAS_NUM_THREADS")).toBe("2 2");
    expect(docker("inspect", "--format", "{{.Config.Env}}", outputs.users.grace.container)).toMatch(
        /MKL_NUM_THREADS=1 .*OMP_NUM_THREADS=7 /,
    );
});

step("a directory of the host can be read and not written", async () => {
    kernel = await ada.startKernel(adaToken);
    expect(await kernel.run("print(open('/data/given.txt').read())")).toBe("from the host\n");
    await expect(kernel.run("open('/data/mine', 'w')")).rejects.toThrow("Read-only file system");
    expect(docker("inspect", "--format", "{{range .Mounts}}{{.Name}} {{end}}", outputs.users.ada.container)).toContain(
        `-shared-team`,
    );
    expect(
        docker("inspect", "--format", "{{range .Mounts}}{{.Destination}} {{end}}", outputs.users.grace.container)
            .split(" ")
            .filter(path => !["", "/run/authorities"].includes(path)),
    ).toEqual(["/home/jovyan"]);
});

step("a fork bomb ends at the limit, and its server and the hub go on", async () => {
    const bomb = [
        "import os, signal, time",
        "children = []",
        "try:",
        "    while len(children) < 1000:",
        "        pid = os.fork()",
        "        if pid == 0:",
        "            time.sleep(600); os._exit(0)",
        "        children.append(pid)",
        "    print('unlimited')",
        "except BlockingIOError:",
        "    print('limited')",
        "finally:",
        "    for pid in children: os.kill(pid, signal.SIGKILL)",
        "    for pid in children: os.waitpid(pid, 0)",
    ].join("\n");
    expect(await kernel?.run(bomb, 120)).toBe("limited\n");
    expect((await fetch(ada.server("api"), { headers: { Authorization: `token ${adaToken}` } })).status).toBe(200);
    expect((await fetch(`${outputs.url}hub/health`)).status).toBe(200);
});

files(step, arriveAndStart, inside);

step("a running server gets another limit of processes at once", async () => {
    workspace.writeConfig(config({ adaPids: 300 }));
    await workspace.up();
    expect((await workspace.outputs()).deferred).toEqual([]);
    expect(cgroup("ada", "pids/pids.max", "pids.max")).toBe("300");
    expect(await kernel?.run("print('still here')")).toBe("still here\n");
    await workspace.expectNoChanges();
});

step("reset gives a fresh container over the same home, with all limits", async () => {
    await kernel?.run("open('kept.txt', 'w').write('mine'); open('/tmp/broken', 'w').write('x')");
    kernel?.close();
    const before = idOf(outputs.users.ada.container);
    const refused = await workspace.run("reset", workspace.stack, "ada");
    expect({ code: refused.code, stderr: refused.stderr.trim() }).toEqual({
        code: 1,
        stderr: "ada's server is running; reset stops it only with --yes.",
    });
    const grace = idOf(outputs.users.grace.container);
    await workspace.succeed("reset", workspace.stack, "ada", "--yes");
    expect(idOf(outputs.users.ada.container)).not.toBe(before);
    expect(idOf(outputs.users.grace.container)).toBe(grace);
    expect(pidsLimit("ada")).toBe("300");
    await workspace.expectNoChanges();
    // The same token: it is the same person.
    await waitFor(
        async () => !((await (await ada.api("users/ada")).json()) as { server: string | null }).server,
        60,
        "the hub's notice that the server is gone",
    );
    await ada.startServer(adaToken);
    expect(inside("ada", "sh", "-c", "cat /home/jovyan/kept.txt; ls /tmp")).toMatch(/^mine(?!.*broken)/s);
});

secrets(() => ({ workspace, outputs, ada: { client: ada, token: adaToken } }), step);

step("a mistake of reset's is told", async () => {
    const said = async (...args: string[]) => (await workspace.run("reset", ...args)).stderr.trim();
    expect(await said(workspace.stack)).toBe("reset needs a stack and a person's name: npm run reset -- STACK NAME");
    expect(await said(workspace.stack, "adaa")).toBe(
        `"adaa" is not in stacks/Pulumi.${workspace.stack}.yaml; did you mean "ada"?`,
    );
});

step("temporary servers keep nothing, and their homes have a size", async () => {
    await ada.stopServer(adaToken);
    outputs = await workspace.settle(config({ storage: "none" }));
    expect(outputs.users.ada.home).toBe("");
    await ada.startServer(adaToken);
    expect(inside("ada", "sh", "-c", "ls -A /home/jovyan/kept.txt 2>&1 || true")).toMatch(/No such file/);
    const fill =
        "dd if=/dev/zero of=$HOME/big bs=1M count=100 2>&1 | grep -o 'No space left' || true; df -m " +
        "--output=size $HOME | tail -1; touch /tmp/x /var/tmp/x";
    expect(inside("ada", "sh", "-c", fill).split(/\s+/)).toEqual(["No", "space", "left", "48"]);
    await ada.stopServer(adaToken);
    await ada.startServer(adaToken);
    expect(inside("ada", "sh", "-c", "find $HOME /tmp /var/tmp -name big -o -name x")).toBe("");
    // Back to volumes: what was kept before is there again.
    await ada.stopServer(adaToken);
    workspace.writeConfig(config());
    await workspace.up();
    outputs = await workspace.outputs();
    await ada.startServer(adaToken);
    expect(inside("ada", "cat", "/home/jovyan/kept.txt")).toBe("mine");
});

step("more memory than the machine has is said", async () => {
    workspace.writeConfig(config().replace("memory: 512M", "memory: 900T"));
    const { code, stdout, stderr } = await workspace.run(
        "pulumi",
        "preview",
        "--stack",
        workspace.stack,
        "--non-interactive",
    );
    expect(code).toBe(0);
    expect(stdout + stderr).toMatch(
        /The memory limits of 5 people sum up to 921603\.7G, and the Docker host has [\d.]+G: if all use theirs at once, the machine runs out of memory\./,
    );
});

step("purge deletes shared volumes too, and counts all that went", async () => {
    const { volumes } = workspace.objects();
    const { stderr } = await workspace.run("purge", workspace.stack, "--yes");
    expect(stderr).toMatch(/-shared-team /);
    expect(stderr).toContain(`Deleted ${volumes.length} volumes.`);
    expect(workspace.objects()).toEqual({ containers: [], networks: [], volumes: [] });
});
