/**
 * Networks as they are: subnets, MTU, DNS, a proxy and registries that ask for passwords. Networks are exchanged when
 * that interrupts nobody, and people's servers start in the new ones.
 */
import * as fs from "node:fs";
import { TestDns, TestProxy, TestRegistry } from "../support/deploy/lab";
import { expectNoTrace, said } from "../support/deploy/shell";
import { docker } from "../support/deploy/docker";
import { Workspace } from "../support/deploy/workspace";
import { PROXY_USER, PROXY_PASSWORD, GATE_SUBNET, third, SUBNET, Networks } from "./network/lab";
import { askedFor, atThatMoment } from "./network/replaced";
import { takenOver } from "./network/takenOver";

const net = new Networks();
const { step } = net;

beforeAll(async () => {
    net.workspace = await Workspace.create("jupyterhub:users: [ada]\njupyterhub:network: {isolation: none}");
    net.proxy = await TestProxy.start(`${PROXY_USER}:${PROXY_PASSWORD}`);
    net.dns = await TestDns.start("printer.lab.test", "10.9.8.7");
    net.registry = await TestRegistry.start(`${net.workspace.stack}registry`);
    net.pulled = net.registry.push("lab/private:1");
    net.registry.push("lab/mirrored:1");
    net.registry.push("lab/base:1");
    net.workspace.writeImage(
        "fetched",
        `ARG BASE\nFROM \${BASE}\nARG PIP_INDEX_URL\nRUN test "$PIP_INDEX_URL" = https://mirror.lab.test/simple\nRUN /usr/lib/apt/apt-helper download-file ` +
            `http://files.lab.test/${net.workspace.stack} /fetched\nCMD ["/nothing"]\n`,
    );
    net.workspace.writeImage(
        "derived",
        `ARG BASE\nFROM \${BASE}\nCOPY Dockerfile /${net.workspace.stack}\nCMD ["/nothing"]\n`,
    );
});
afterAll(() => {
    net.ada?.kernel.close();
    net.proxy?.stop();
    net.dns?.stop();
    const images = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").split("\n");
    net.workspace?.remove();
    net.registry?.stop();
    const own = images.filter(
        image =>
            (net.registry !== undefined && image.startsWith(net.registry.address)) ||
            /^jupyterhub-(fetched|derived):/.test(image),
    );
    if (own.length > 0) {
        docker("image", "rm", ...own);
    }
});

step("a stack in networks of Docker's choice, as versions made it that did not keep people apart", async () => {
    await net.workspace.up();
    await net.workspace.expectNoChanges();
    await net.startAda();
});

step("the gate's network is exchanged while people work", async () => {
    const before = net.ids();
    net.workspace.writeConfig(
        `jupyterhub:users: [ada]\njupyterhub:network: {isolation: none, gateSubnet: ${GATE_SUBNET}}`,
    );
    const running = net.ada.kernel.run(
        "import time\nfor i in range(20):\n    time.sleep(0.5)\nprint('still here')",
        120,
    );
    await net.workspace.up();
    expect(await running).toBe("still here\n");
    const after = net.ids();
    const { hub, gate } = net.outputs.containers;
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
    await net.workspace.expectNoChanges();
});

step("people's network is not, and those who work are named", async () => {
    const [containers, networks] = [net.ids(), net.networkIds()];
    const those =
        "That takes a new network, and these people's servers run in the old one: ada. Nothing was changed.\n";
    const changed = `network: its addresses, mtu or isolation changed. ${those}`;
    for (const [network, message, run] of [
        [`subnet: ${SUBNET}`, changed, () => net.workspace.run("up", net.workspace.stack)],
        ["isolation: none, mtu: 1400", changed, net.preview],
        ["isolation: full", `network.isolation: people are to be kept apart. ${those}`, net.preview],
    ] as const) {
        net.workspace.writeConfig(
            `jupyterhub:users: [ada, grace]\njupyterhub:network: {gateSubnet: ${GATE_SUBNET}, ${network}}`,
        );
        const result = await run();
        expect(result.code).not.toBe(0);
        expect(said(result)).toContain(message);
        expect(said(result)).toContain(`npm run drain -- ${net.workspace.stack}`);
        expectNoTrace(said(result));
    }
    expect([net.ids(), net.networkIds()]).toEqual([containers, networks]);
    expect(await net.ada.kernel.run("print('still here')")).toBe("still here\n");
});

askedFor(net);

step("a subnet that another network has is refused before anything is touched", async () => {
    const taken = docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", "bridge");
    net.workspace.writeConfig(
        `jupyterhub:users: [ada]\njupyterhub:network: {gateSubnet: ${GATE_SUBNET}, subnet: ` +
            `${taken.replace(/\.\d+\/\d+$/, ".0/24")}}`,
    );
    const result = await net.workspace.run("up", net.workspace.stack);
    expect(result.code).not.toBe(0);
    expect(said(result)).toContain(`overlaps with Docker's network "bridge" (${taken}). Nothing was changed.`);
});

step("a wrong password for a registry is refused before anything is touched, and not repeated", async () => {
    net.ada.kernel.close();
    await net.workspace.succeed("drain", net.workspace.stack);
    const wrong = "wr0ng-pa55word";
    await net.workspace.secret("proxyCredentials", `${PROXY_USER}:${PROXY_PASSWORD}`);
    await net.workspace.secret("registryPasswords", wrong, net.registry.address);
    net.workspace.writeConfig(net.lab());
    const [containers, networks] = [net.ids(), net.networkIds()];
    const up = await net.workspace.run("up", net.workspace.stack);
    expect(up.code).toBe(1);
    expect(up.stderr).toContain(
        `network.registries[0]: ${net.registry.address} refuses ${TestRegistry.user} with the password in ` +
            "registryPasswords (",
    );
    expect(up.stderr).toContain(
        `Set it again: npm run secret -- ${net.workspace.stack} registryPasswords ${net.registry.address}\nNothing was changed.`,
    );
    expect([net.ids(), net.networkIds()]).toEqual([containers, networks]);
    expect(said(up)).not.toContain(wrong);
});

takenOver(net);

step("no password is in a plan, the state or a log", async () => {
    net.workspace.writeConfig(net.lab(net.proxy.address, "  - zoe\n"));
    const plan = said(await net.preview("--diff"));
    net.workspace.writeConfig(net.lab());
    expect(plan).toMatch(/user-zoe/);
    const state = await net.workspace.succeed("pulumi", "stack", "export", "--stack", net.workspace.stack);
    expect(state).toMatch(/registryAuth/);
    const { hub, proxy: front, gate } = net.outputs.containers;
    const logs = [hub, front, gate, net.outputs.users.ada.container]
        .map(container => docker("logs", container))
        .join("");
    const file = fs.readFileSync(net.workspace.stackFile, "utf8");
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
    await net.stopAda();
    const wrong = "wr0ng-pa55word";
    docker("rm", "--force", net.outputs.users.puller.container);
    docker("image", "rm", net.pulled);
    await net.workspace.secret("registryPasswords", wrong, net.registry.address);
    const up = await net.workspace.run(
        "pulumi",
        "up",
        "--yes",
        "--refresh",
        "--stack",
        net.workspace.stack,
        "--non-interactive",
    );
    await net.workspace.secret("registryPasswords", TestRegistry.password, net.registry.address);
    expect(up.code).not.toBe(0);
    expect(said(up)).toContain(net.pulled);
    expect(said(up)).toMatch(/unauthorized|no basic auth credentials/);
    expect(said(up)).not.toContain(wrong);
});

step("a network that somebody removed is made again, and servers that ran in it start", async () => {
    const people = `${net.outputs.containers.hub.replace(/-hub$/, "")}-people`;
    const { hub, proxy: front, gate } = net.outputs.containers;
    docker("stop", hub, front, gate);
    docker("network", "rm", people);
    await net.workspace.up();
    await net.startAda();
    expect(await net.ada.kernel.run("print(6 * 7)")).toBe("42\n");
    await net.workspace.expectNoChanges();
});

atThatMoment(net);

step.long("back to networks of Docker's choice", async () => {
    await net.stopAda();
    net.workspace.writeConfig("jupyterhub:users: [ada]");
    const spare = fs
        .readFileSync(net.workspace.stackFile, "utf8")
        .replace(/^ {2}jupyterhub:(proxyCredentials|registryPasswords):\n(?: {4,}.*\n)+/gm, "");
    fs.writeFileSync(net.workspace.stackFile, spare);
    await net.workspace.up();
    await net.startAda();
    expect(await net.ada.kernel.run("print(open('/sys/class/net/eth0/mtu').read(), end='')")).toBe("1500\n");
    await net.workspace.expectNoChanges();
});
