/**
 * Networks as they are: subnets, MTU, DNS, a proxy and registries that ask for passwords. Networks are exchanged when
 * that interrupts nobody, and people's servers start in the new ones.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { capture } from "../../scripts/terminal/process";
import { HubClient } from "../support/deploy/hubClient";
import type { Kernel } from "../support/deploy/kernel";
import { TestDns, TestProxy, TestRegistry } from "../support/deploy/lab";
import { expectNoTrace, runWith, said } from "../support/deploy/shell";
import { steps } from "../support/deploy/steps";
import { docker, idOf } from "../support/deploy/docker";
import { Workspace, type Outputs } from "../support/deploy/workspace";

const step = steps();
const PROXY_PASSWORD = "s:cr$t/ü@0f3a";
const PROXY_USER = "proxied";
/** Parts of 10.0.0.0/8 that nothing else on a test machine is likely to have. */
const third = 16 + Math.floor(Math.random() * 200);
const SUBNET = `10.213.${third}.0/24`;
const GATE_SUBNET = `10.214.${third}.0/29`;

let workspace: Workspace;
let proxy: TestProxy;
let dns: TestDns;
let registry: TestRegistry;
let pulled: string;
let outputs: Outputs;
let ada: HubClient;
let token: string;
let kernel: Kernel;

beforeAll(async () => {
    workspace = await Workspace.create("jupyterhub:users: [ada]\njupyterhub:network: {isolation: none}");
    proxy = await TestProxy.start(`${PROXY_USER}:${PROXY_PASSWORD}`);
    dns = await TestDns.start("printer.lab.test", "10.9.8.7");
    registry = await TestRegistry.start(`${workspace.stack}registry`);
    pulled = registry.push("lab/private:1");
    registry.push("lab/mirrored:1");
    registry.push("lab/base:1");
    workspace.writeImage(
        "fetched",
        `ARG BASE\nFROM \${BASE}\nRUN /usr/lib/apt/apt-helper download-file ` +
            `http://files.lab.test/${workspace.stack} /fetched\nCMD ["/nothing"]\n`,
    );
    workspace.writeImage("derived", `ARG BASE\nFROM \${BASE}\nCOPY Dockerfile /${workspace.stack}\nCMD ["/nothing"]\n`);
});
afterAll(() => {
    kernel?.close();
    proxy?.stop();
    dns?.stop();
    const images = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").split("\n");
    workspace?.remove();
    registry?.stop();
    const own = images.filter(
        image =>
            (registry !== undefined && image.startsWith(registry.address)) ||
            /^jupyterhub-(fetched|derived):/.test(image),
    );
    if (own.length > 0) {
        docker("image", "rm", ...own);
    }
});

const ids = () => Object.fromEntries(workspace.objects().containers.map(name => [name, idOf(name)]));
const networkIds = () =>
    workspace.objects().networks.map(name => docker("network", "inspect", "--format", "{{.Id}}", name));
const preview = (...args: string[]) =>
    workspace.run("pulumi", "preview", "--stack", workspace.stack, "--non-interactive", ...args);

async function startAda(): Promise<void> {
    outputs = await workspace.outputs();
    ada = new HubClient(outputs.url, "ada");
    expect((await ada.logIn(outputs.passwords.ada)).status).toBe(302);
    token = await ada.token();
    await ada.startServer(token);
    kernel = await ada.startKernel(token);
}

async function stopAda(): Promise<void> {
    kernel.close();
    await ada.stopServer(token);
}

/** Everything at once: the lab's network, and people whose images come by all ways. */
const lab = (httpProxy = proxy.address, more = "") => `jupyterhub:users:
  - ada
  - { name: fetcher, image: fetched }
  - { name: puller, image: private }
  - { name: mirrorer, image: mirrored }
  - { name: deriver, image: derived }
${more}jupyterhub:images:
  notebooks:
    fetched: { build: fetched }
    private: { pull: "${pulled}" }
    mirrored: { pull: "lab/mirrored:1" }
    derived: { build: derived, base: "${registry.address}/lab/base:1" }
jupyterhub:network:
  subnet: ${SUBNET}
  gateSubnet: ${GATE_SUBNET}
  mtu: 1450
  dns: [${dns.address}]
  dnsSearch: [lab.test]
  httpProxy: http://${httpProxy}
  httpsProxy: http://${httpProxy}
  noProxy: [.intern.test]
  registryMirror: ${registry.address}
  registries:
    - { address: "${registry.address}", username: ${TestRegistry.user} }`;

step("a stack in networks of Docker's choice, as versions made it that did not keep people apart", async () => {
    await workspace.up();
    await workspace.expectNoChanges();
    await startAda();
});

step("the gate's network is exchanged while people work", async () => {
    const before = ids();
    workspace.writeConfig(`jupyterhub:users: [ada]\njupyterhub:network: {isolation: none, gateSubnet: ${GATE_SUBNET}}`);
    const running = kernel.run("import time\nfor i in range(20):\n    time.sleep(0.5)\nprint('still here')", 120);
    await workspace.up();
    expect(await running).toBe("still here\n");
    const after = ids();
    const { hub, gate } = outputs.containers;
    expect(
        Object.keys(after)
            .filter(name => after[name] !== before[name])
            .sort(),
    ).toEqual([gate, hub].sort());
    expect(
        docker(
            "network",
            "inspect",
            "--format",
            "{{(index .IPAM.Config 0).Subnet}} {{(index .IPAM.Config 0).Gateway}}",
            gate,
        ),
    ).toBe(`${GATE_SUBNET} 10.214.${third}.1`);
    await workspace.expectNoChanges();
});

step("people's network is not, and those who work are named", async () => {
    const [containers, networks] = [ids(), networkIds()];
    const those =
        "That takes a new network, and these people's servers run in the old one: ada. Nothing was changed.\n";
    const changed = `network: its addresses, mtu or isolation changed. ${those}`;
    for (const [network, message, run] of [
        [`subnet: ${SUBNET}`, changed, () => workspace.run("up", workspace.stack)],
        ["isolation: none, mtu: 1400", changed, preview],
        ["isolation: full", `network.isolation: people are to be kept apart. ${those}`, preview],
    ] as const) {
        workspace.writeConfig(
            `jupyterhub:users: [ada, grace]\njupyterhub:network: {gateSubnet: ${GATE_SUBNET}, ${network}}`,
        );
        const result = await run();
        expect(result.code).not.toBe(0);
        expect(said(result)).toContain(message);
        expect(said(result)).toContain(`npm run drain -- ${workspace.stack}`);
        expectNoTrace(said(result));
    }
    expect([ids(), networkIds()]).toEqual([containers, networks]);
    expect(await kernel.run("print('still here')")).toBe("still here\n");
});

step("a subnet that another network has is refused before anything is touched", async () => {
    const taken = docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", "bridge");
    workspace.writeConfig(
        `jupyterhub:users: [ada]\njupyterhub:network: {gateSubnet: ${GATE_SUBNET}, subnet: ` +
            `${taken.replace(/\.\d+\/\d+$/, ".0/24")}}`,
    );
    const result = await workspace.run("up", workspace.stack);
    expect(result.code).not.toBe(0);
    expect(said(result)).toContain(`overlaps with Docker's network "bridge" (${taken}). Nothing was changed.`);
});

step("a wrong password for a registry is refused before anything is touched, and not repeated", async () => {
    kernel.close();
    await workspace.succeed("drain", workspace.stack);
    const wrong = "wr0ng-pa55word";
    await workspace.secret("proxyCredentials", `${PROXY_USER}:${PROXY_PASSWORD}`);
    await workspace.secret("registryPasswords", wrong, registry.address);
    workspace.writeConfig(lab());
    const [containers, networks] = [ids(), networkIds()];
    const up = await workspace.run("up", workspace.stack);
    expect(up.code).toBe(1);
    expect(up.stderr).toContain(
        `network.registries[0]: ${registry.address} refuses ${TestRegistry.user} with the password in ` +
            "registryPasswords (",
    );
    expect(up.stderr).toContain(
        `Set it anew: npm run secret -- ${workspace.stack} registryPasswords ${registry.address}\nNothing was changed.`,
    );
    expect([ids(), networkIds()]).toEqual([containers, networks]);
    expect(said(up)).not.toContain(wrong);
});

/** A folder for the front of PATH whose `docker` writes down how it is called. */
function listeningDocker(log: string): string {
    const bin = path.join(workspace.folder, "bin");
    const real =
        docker("version", "--format", "x") &&
        (process.env.PATH ?? "")
            .split(path.delimiter)
            .map(dir => path.join(dir, "docker"))
            .find(file => fs.existsSync(file));
    fs.mkdirSync(bin);
    fs.writeFileSync(
        path.join(bin, "docker"),
        `#!/bin/sh\necho "$DOCKER_CONFIG $*" >> ${log}\n[ -z "$DOCKER_CONFIG" ] || stat -c '%a %n' ` +
            `"$DOCKER_CONFIG" "$DOCKER_CONFIG"/config.json >> ${log}\nexec ${real} "$@"\n`,
        { mode: 0o755 },
    );
    return bin;
}

step("with nobody at work all of it is taken over: networks, proxy, registries", async () => {
    await workspace.secret("registryPasswords", TestRegistry.password, registry.address);
    const before = ids();
    const log = path.join(workspace.folder, "docker.log");
    const { code, stdout, stderr } = await runWith(
        workspace,
        { PATH: `${listeningDocker(log)}:${process.env.PATH}` },
        "up",
        workspace.stack,
    );
    expect({ code, text: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, text: "" });
    outputs = await workspace.outputs();
    const after = ids();
    const { hub, proxy: front, gate } = outputs.containers;
    for (const name of [hub, front, gate, outputs.users.ada.container]) {
        expect({ name, same: after[name] === before[name] }).toEqual({ name, same: false });
    }
    await workspace.expectNoChanges();

    // The log-in reaches the docker command by a file that only its owner may read, and that is gone.
    const calls = fs.readFileSync(log, "utf8");
    const folders = [...calls.matchAll(/^(\/\S+) .*login --username robot --password-stdin/gm)].map(
        ([, folder]) => folder,
    );
    expect(folders).toHaveLength(1);
    expect(calls).toContain(`700 ${folders[0]}\n600 ${folders[0]}/config.json\n`);
    expect(fs.existsSync(folders[0])).toBe(false);
    for (const secret of [TestRegistry.password, PROXY_PASSWORD, encodeURIComponent(PROXY_PASSWORD)]) {
        expect({ secret, told: (calls + stdout + stderr).includes(secret) }).toEqual({ secret, told: false });
    }
});

step("images come from the registry, by the mirror, and through the proxy", async () => {
    const imageOf = (name: string) => docker("inspect", "--format", "{{.Config.Image}}", outputs.users[name].container);
    expect(imageOf("puller")).toBe(`${registry.address}/lab/private:1`);
    expect(imageOf("mirrorer")).toBe(`${registry.address}/lab/mirrored:1`);
    expect(imageOf("deriver")).toMatch(/^jupyterhub-derived:[0-9a-f]{16}$/);
    expect(docker("run", "--rm", "--network", "none", imageOf("fetcher"), "cat", "/fetched")).toBe("by proxy");
    expect(proxy.seen).toContain(`GET http://files.lab.test/${workspace.stack} ${PROXY_USER}`);
});

step("the proxy is neither in an image nor in its tag", async () => {
    const image = docker("inspect", "--format", "{{.Config.Image}}", outputs.users.fetcher.container);
    const told =
        docker("history", "--no-trunc", image) +
        docker("image", "inspect", image) +
        docker("run", "--rm", "--network", "none", image, "env");
    expect(told).not.toMatch(new RegExp(`${proxy.address}|${PROXY_USER}|_proxy=`, "i"));
    // With another proxy the images are what they were: a plan has nothing to do with them.
    workspace.writeConfig(lab("10.255.255.254:3128"));
    const { code, stdout } = await preview("--diff");
    workspace.writeConfig(lab());
    expect(code).toBe(0);
    expect(stdout).toMatch(/\+-docker:index\/container:Container: \(replace\)/);
    expect(stdout).not.toMatch(/(\+|-|~)-?docker:index\/remoteImage:RemoteImage/);
});

step("a server has the network's addresses, MTU and DNS", async () => {
    await startAda();
    expect(await kernel.run("import socket; print(socket.gethostbyname(socket.gethostname()))")).toMatch(
        new RegExp(`^10\\.213\\.${third}\\.\\d+\n$`),
    );
    expect(await kernel.run("print(open('/sys/class/net/eth0/mtu').read(), end='')")).toBe("1450\n");
    expect(
        await kernel.run("print([line.split() for line in open('/etc/resolv.conf') if line.startswith('search')])"),
    ).toBe("[['search', 'lab.test']]\n");
    expect(await kernel.run("print(socket.gethostbyname('printer'), socket.gethostbyname('printer.lab.test'))")).toBe(
        "10.9.8.7 10.9.8.7\n",
    );
    expect(
        docker(
            "network",
            "inspect",
            "--format",
            "{{(index .IPAM.Config 0).Gateway}}",
            `${outputs.containers.hub.replace(/-hub$/, "")}-people`,
        ),
    ).toBe(`10.213.${third}.1`);
    expect(docker("exec", outputs.containers.hub, "cat", "/etc/resolv.conf")).toMatch(/^search lab\.test$/m);
});

step("a server's requests go through the proxy, and those inside the stack do not", async () => {
    proxy.seen.length = 0;
    expect(
        await kernel.run("import os, urllib.request as r; print(r.urlopen('http://news.lab.test/today').read())"),
    ).toBe("b'by proxy\\n'\n");
    expect(proxy.seen).toEqual([`GET http://news.lab.test/today ${PROXY_USER}`]);
    proxy.seen.length = 0;
    expect(
        await kernel.run(
            "h = r.Request(os.environ['JUPYTERHUB_API_URL'] + '/user', headers={'Authorization': 'token ' + " +
                "os.environ['JUPYTERHUB_API_TOKEN']}); import json; print(json.load(r.urlopen(h))['name'])",
        ),
    ).toBe("ada\n");
    const variables = await kernel.run(
        "print({name: os.environ[name] for name in os.environ if name.lower() == 'no_proxy'})",
    );
    const { hub, proxy: front } = outputs.containers;
    const direct = `localhost,127.0.0.1,::1,${hub},${front},${SUBNET},.intern.test`;
    expect(eval(`(${variables})`)).toEqual({ no_proxy: direct, NO_PROXY: direct });
    // The hub started this server, watches it and asks gate and proxy, all with the same variables.
    expect(docker("exec", hub, "sh", "-c", "echo $no_proxy")).toBe(
        `localhost,127.0.0.1,::1,${hub},${front},${SUBNET},${outputs.containers.gate},.intern.test`,
    );
    await stopAda();
    await startAda();
    expect(proxy.seen).toEqual([]);
    // As an identity provider is asked. Not by `docker`, which waits without letting the proxy in this process answer.
    const ask =
        "import asyncio\nfrom tornado.httpclient import AsyncHTTPClient as " +
        "Client\nClient.configure('tornado.curl_httpclient.CurlAsyncHTTPClient')\nasync def ask(): " +
        "print((await Client().fetch('http://idp.lab.test/')).body)\nasyncio.run(ask())";
    expect(await capture("docker", ["exec", hub, "python", "-c", ask])).toMatchObject({
        code: 0,
        stdout: "b'by proxy\\n'\n",
    });
    expect(proxy.seen).toEqual([`GET http://idp.lab.test/ ${PROXY_USER}`]);
});

step("no password is in a plan, the state or a log", async () => {
    workspace.writeConfig(lab(proxy.address, "  - zoe\n"));
    const plan = said(await preview("--diff"));
    workspace.writeConfig(lab());
    expect(plan).toMatch(/user-zoe/);
    const state = await workspace.succeed("pulumi", "stack", "export", "--stack", workspace.stack);
    expect(state).toMatch(/registryAuth/);
    const { hub, proxy: front, gate } = outputs.containers;
    const logs = [hub, front, gate, outputs.users.ada.container].map(container => docker("logs", container)).join("");
    const file = fs.readFileSync(workspace.stackFile, "utf8");
    const secrets = [TestRegistry.password, PROXY_PASSWORD, encodeURIComponent(PROXY_PASSWORD)].flatMap(secret => [
        secret,
        JSON.stringify(secret).slice(1, -1),
    ]);
    const encoded = [`${TestRegistry.user}:${TestRegistry.password}`, `${PROXY_USER}:${PROXY_PASSWORD}`].map(text =>
        Buffer.from(text).toString("base64"),
    );
    for (const [where, text] of Object.entries({ plan, state, logs, file })) {
        expect({ where, found: [...secrets, ...encoded].filter(secret => text.includes(secret)) }).toEqual({
            where,
            found: [],
        });
    }
});

step("plain pulumi says which registry refuses whom, too", async () => {
    await stopAda();
    const wrong = "wr0ng-pa55word";
    docker("rm", "--force", outputs.users.puller.container);
    docker("image", "rm", pulled);
    await workspace.secret("registryPasswords", wrong, registry.address);
    const up = await workspace.run(
        "pulumi",
        "up",
        "--yes",
        "--refresh",
        "--stack",
        workspace.stack,
        "--non-interactive",
    );
    await workspace.secret("registryPasswords", TestRegistry.password, registry.address);
    expect(up.code).not.toBe(0);
    expect(said(up)).toContain(pulled);
    expect(said(up)).toMatch(/unauthorized|no basic auth credentials/);
    expect(said(up)).not.toContain(wrong);
});

step("a network that somebody removed is made again, and servers that ran in it start", async () => {
    const people = `${outputs.containers.hub.replace(/-hub$/, "")}-people`;
    const { hub, proxy: front, gate } = outputs.containers;
    docker("stop", hub, front, gate);
    docker("network", "rm", people);
    await workspace.up();
    await startAda();
    expect(await kernel.run("print(6 * 7)")).toBe("42\n");
    await workspace.expectNoChanges();
});

step("back to networks of Docker's choice", async () => {
    await stopAda();
    workspace.writeConfig("jupyterhub:users: [ada]");
    const spare = fs
        .readFileSync(workspace.stackFile, "utf8")
        .replace(/^ {2}jupyterhub:(proxyCredentials|registryPasswords):\n(?: {4,}.*\n)+/gm, "");
    fs.writeFileSync(workspace.stackFile, spare);
    await workspace.up();
    await startAda();
    expect(await kernel.run("print(open('/sys/class/net/eth0/mtu').read(), end='')")).toBe("1500\n");
    await workspace.expectNoChanges();
});
