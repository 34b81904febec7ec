/**
 * People are kept apart: what somebody's code reaches from a running server, and what it does not; before the guard has set
 * anything, after somebody took its rules away, and nothing of it left in the end.
 */
import * as dgram from "node:dgram";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { instanceOf } from "./isolated";
import { HubClient, waitFor, type Kernel } from "./hubClient";
import { machineAddress } from "./lab";
import { steps } from "./steps";
import { asRoot, docker, Workspace, type Outputs } from "./workspace";

jest.setTimeout(600_000);

const step = steps();
const METADATA = "169.254.169.254";
const third = 16 + Math.floor(Math.random() * 200);
/** Two machines elsewhere. */
const OUTSIDE = [`10.215.${third}.2`, `10.215.${third}.3`];

let workspace: Workspace;
let outputs: Outputs;
let ada: HubClient;
let adasToken: string;
let kernel: Kernel;
let neighbour: Kernel;
let instance: string;
let gateway: string;
/** A service of the host's own: what arrived at it, by address and protocol. */
const arrived: string[] = [];
let service: http.Server;
let datagrams: dgram.Socket;
let port: number;
let published: string;
let publishedPort: number;
let outside: string;

beforeAll(async () => {
    workspace = await Workspace.create(config());
    outside = `${workspace.stack}out`;
    service = http.createServer((request, response) => {
        arrived.push(`tcp ${request.url}`);
        response.end("host");
    });
    await new Promise<void>(resolve => service.listen(0, "0.0.0.0", resolve));
    port = (service.address() as AddressInfo).port;
    datagrams = dgram.createSocket("udp4").on("message", message => arrived.push(`udp ${message.toString()}`));
    await new Promise<void>(resolve => datagrams.bind(port, "0.0.0.0", resolve));
    asRoot("ip", "netns", "add", outside);
    asRoot("ip", "link", "add", `v${workspace.stack}`, "type", "veth", "peer", "name", "eth0", "netns", outside);
    asRoot("ip", "addr", "add", `10.215.${third}.1/24`, "dev", `v${workspace.stack}`);
    asRoot("ip", "link", "set", `v${workspace.stack}`, "up");
    for (const address of OUTSIDE) {
        asRoot("ip", "-n", outside, "addr", "add", `${address}/24`, "dev", "eth0");
    }
    asRoot("ip", "-n", outside, "link", "set", "eth0", "up");
});

afterAll(() => {
    kernel?.close();
    neighbour?.close();
    service?.closeAllConnections();
    service?.close();
    datagrams?.close();
    for (const undo of [
        () => docker("rm", "--force", `${workspace.stack}-published`),
        () => asRoot("ip", "addr", "del", `${METADATA}/32`, "dev", "lo"),
        () => asRoot("sh", "-c", `ip netns pids ${outside} | xargs -r kill`),
        () => asRoot("ip", "netns", "del", outside),
    ]) {
        try {
            undo();
        } catch {
            // It was not made.
        }
    }
    workspace?.remove();
});

function config(egress = "all"): string {
    return `jupyterhub:users: [ada, grace]\njupyterhub:network: {egress: ${egress}}`;
}

/** What a person's code tries; each answers `reached` or why not. */
const ATTACKS = `
import ctypes, fcntl, json, os, socket, struct
from concurrent.futures import ThreadPoolExecutor
def tcp(host, port, family=socket.AF_INET):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as s:
            s.settimeout(1.5)
            s.connect((host, port) if family == socket.AF_INET else host)
            return 'reached'
    except OSError as error:
        return 'shut'
def posing(address, host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.settimeout(1.5)
        try:
            s.setsockopt(socket.SOL_IP, 15, 1) # IP_FREEBIND: an address that one does not have
            s.bind((address, 0))
            s.connect((host, port))
            return 'reached'
        except OSError as error:
            return 'shut'
def http(host, port, path='/'):
    try:
        with socket.create_connection((host, port), 1.5) as s:
            s.settimeout(3)
            s.sendall(f'GET {path} HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n'.encode())
            return s.recv(100).decode().split('\\r\\n')[0].split(' ')[1]
    except OSError as error:
        return 'shut'
def udp(host, port, text):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        try:
            s.sendto(text.encode(), (host, port))
        except OSError:
            pass
    return 'sent'
def ping(host):
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as s:
            s.settimeout(1.5)
            s.sendto(bytes([8, 0, 0, 0, 0, 0, 0, 1]), (host, 0))
            s.recv(100)
            return 'reached'
    except OSError as error:
        return 'shut'
def done(act, *arguments):
    try:
        act(*arguments)
        return 'done'
    except OSError as error:
        return type(error).__name__
def asked(request, structure):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, request, structure)
def unshared(namespaces):
    if ctypes.CDLL(None, use_errno=True).unshare(namespaces) != 0:
        raise OSError(ctypes.get_errno(), 'unshare')
def structure(name, address):
    return struct.pack('16sHH4s8x', name, socket.AF_INET, 0, socket.inet_aton(address))
def arp(address, mac):
    return struct.pack('HH4s8xH6s8xI16s16s', socket.AF_INET, 0, socket.inet_aton(address), 1, mac, 6, b'', b'eth0')
`;

/** Code that tries them side by side and prints the answers. */
function atOnce(expressions: Record<string, string>): string {
    const entries = Object.entries(expressions).map(([name, code]) => `${JSON.stringify(name)}: pool.submit(lambda: ${code})`);
    return `with ThreadPoolExecutor(40) as pool: print(json.dumps({name: one.result() for name, one in {${entries.join(", ")}}.items()}))`;
}

/** What a person's kernel answers to expressions, by a name for each. */
async function tried(expressions: Record<string, string>, who = kernel): Promise<Record<string, string>> {
    return JSON.parse(await who.run(atOnce(expressions), 60)) as Record<string, string>;
}

const all = (value: string, expressions: Record<string, string>) => Object.fromEntries(Object.keys(expressions).map(name => [name, value]));
const addressOf = (container: string, network = `${outputs.containers.hub.replace(/-hub$/, "")}-people`) =>
    docker("inspect", "--format", `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, container);
const ours = () => ["iptables-save", "ip6tables-save"].flatMap(save => asRoot(save).split("\n")).filter(line => line.includes(instance));
const isolated = () => asRoot("sh", "-c", `cd /sys/class/net/jh-${instance}/brif && grep -c 1 */isolated | sed 's/.*://' | sort | tr -d '\\n'`);
const bridge = (family: "inet" | "inet6") => (JSON.parse(asRoot("ip", "-json", "addr", "show", "dev", `jh-${instance}`)) as [{ addr_info: { family: string; local: string; valid_life_time: number }[] }])[0].addr_info.filter(one => one.family === family);
const linkLocal = () => bridge("inet6")[0]?.local ?? "fe80::1";
const guarded = async () => docker("inspect", "--format", "{{.State.Health.Status}}", outputs.containers.guard) === "healthy";

async function work(name: string): Promise<{ client: HubClient; token: string; kernel: Kernel }> {
    const client = new HubClient(outputs.url, name);
    expect((await client.logIn(outputs.passwords[name])).status).toBe(302);
    const token = await client.token();
    await client.startServer(token);
    const started = await client.startKernel(token);
    await started.run(ATTACKS);
    return { client, token, kernel: started };
}

step("people work, and the guard is well", async () => {
    await workspace.up();
    outputs = await workspace.outputs();
    instance = instanceOf(outputs.containers.hub);
    ({ client: ada, token: adasToken, kernel } = await work("ada"));
    neighbour = (await work("grace")).kernel;
    await neighbour.run("import threading\nheard = []\nt = socket.create_server(('', 7777), backlog=50)\nu = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('', 7778))\nthreading.Thread(target=lambda: [heard.append('tcp') for _ in iter(t.accept, None)], daemon=True).start()\nthreading.Thread(target=lambda: [heard.append('udp') for _ in iter(lambda: u.recv(99), None)], daemon=True).start()");
    gateway = docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", `${outputs.containers.hub.replace(/-hub$/, "")}-people`);
    await waitFor(guarded, 60, "the guard's health");
    expect(await workspace.succeed("status", workspace.stack)).toMatch(/^guard +\S+ +running, healthy$/m);
    const image = docker("inspect", "--format", "{{.Config.Image}}", outputs.containers.hub);
    published = `${workspace.stack}-published`;
    docker("run", "--detach", "--name", published, "--publish", "0.0.0.0::8080", "--entrypoint", "python3", image, "-m", "http.server", "8080");
    publishedPort = Number(docker("port", published, "8080").split("\n")[0].split(":")[1]);
    await waitFor(async () => (await fetch(`http://127.0.0.1:${publishedPort}/`)).ok, 20, "what is published");
    asRoot("ip", "addr", "add", `${METADATA}/32`, "dev", "lo");
    asRoot("sh", "-c", `ip netns exec ${outside} python3 -m http.server 8080 >/dev/null 2>&1 &`);
    await waitFor(async () => (await fetch(`http://${OUTSIDE[0]}:8080/`)).ok, 20, "the machine outside");
});

step("they reach hub, proxy and the way out", async () => {
    const { hub, proxy } = outputs.containers;
    expect(await tried({ hub: `http('${hub}', 8081, '/hub/health')`, proxy: `http('${proxy}', 8000, '/hub/health')`, out: `http('${OUTSIDE[0]}', 8080)` })).toEqual({ hub: "200", proxy: "200", out: "200" });
});

/** Everything that is to be shut. */
function attacks(): Record<string, string> {
    const [grace, hub, proxy] = [outputs.users.grace.container, outputs.containers.hub, outputs.containers.proxy].map(container => ({ container, ip: addressOf(container) }));
    const gate = addressOf(outputs.containers.gate, `${outputs.containers.hub.replace(/-hub$/, "")}-gate`);
    return {
        "a neighbour's server": `tcp('${grace.ip}', 8888)`,
        "a neighbour's server by name": `tcp('${grace.container}', 8888)`,
        "a neighbour's own port": `tcp('${grace.ip}', 7777)`,
        "a neighbour's echo": `ping('${grace.ip}')`,
        "the proxy's API": `tcp('${proxy.ip}', 8001)`,
        "the hub's other ports": `tcp('${hub.ip}', 22)`,
        "the gate": `tcp('${gate}', 2375)`,
        "the gate by name": `tcp('${outputs.containers.gate}', 2375)`,
        "the host by the gateway": `tcp('${gateway}', ${port})`,
        "the host by Docker's bridge": `tcp('${machineAddress()}', ${port})`,
        "the host by an address outside": `tcp('10.215.${third}.1', ${port})`,
        "the host with the hub's address": `posing('${hub.ip}', '${gateway}', ${port})`,
        "the host's echo": `ping('${gateway}')`,
        "a published port": `tcp('${gateway}', ${publishedPort})`,
        "a published port by another address": `tcp('10.215.${third}.1', ${publishedPort})`,
        "a container of another network": `tcp('${docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", published)}', 8080)`,
        "metadata": `tcp('${METADATA}', ${port})`,
        "the host by IPv6": `tcp(('${linkLocal()}', ${port}, 0, socket.if_nametoindex('eth0')), 0, socket.AF_INET6)`,
    };
}

step("and nothing else", async () => {
    expect((await fetch(`http://${METADATA}:${port}/control`)).ok).toBe(true); // Only the guard keeps people from it.
    const list = attacks();
    expect(await tried(list)).toEqual(all("shut", list));
    const grace = addressOf(outputs.users.grace.container);
    await tried(Object.fromEntries([[grace, 7778], [gateway, port], [machineAddress(), port], [METADATA, port], ["255.255.255.255", port], [grace.replace(/\d+$/, "255"), 7778]].map(([host, to]) => [host, `udp('${host}', ${to}, 'from ada')`])));
    const privileges = {
        "frames of one's own": "done(socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 3)",
        "packets of one's own": "done(socket.socket, socket.AF_INET, socket.SOCK_RAW, 1)",
        "somebody else's address": `done(asked, 0x8916, structure(b'eth0', '${grace}'))`,
        "somebody else's address in the neighbour table": `done(asked, 0x8955, arp('${grace}', bytes(6)))`,
        "a network of one's own, and rights in it": "done(unshared, 0x10000000 | 0x40000000)",
        "Docker's socket": "done(os.stat, '/var/run/docker.sock')",
    };
    expect(await tried(privileges)).toEqual({ ...all("PermissionError", privileges), "Docker's socket": "FileNotFoundError" });
    await kernel.run("import time; time.sleep(1)"); // Datagrams that were let through would have arrived.
    expect(arrived).toEqual(["tcp /control"]);
    expect(await neighbour.run("print(heard)")).toBe("[]\n");
    expect(await neighbour.run("socket.create_connection(('127.0.0.1', 7777)).close(); udp('127.0.0.1', 7778, 'x'); import time; time.sleep(0.5); print(sorted(heard))")).toBe("['tcp', 'udp']\n");
});

step("rules that somebody takes away come back, and so does a port's isolation", async () => {
    await waitFor(async () => isolated() === "0011", 20, "the ports");
    const before = ours();
    const there = async () => JSON.stringify(ours()) === JSON.stringify(before) && isolated() === "0011";
    takeRulesAway();
    await waitFor(there, 20, "the rules");
    const list = attacks();
    expect(await tried(list)).toEqual(all("shut", list));
    // Also where the guard has ended with them.
    asRoot("kill", "-9", docker("inspect", "--format", "{{.State.Pid}}", outputs.containers.guard));
    takeRulesAway();
    await waitFor(there, 20, "the rules after the guard has come back");
    expect(docker("inspect", "--format", "{{.RestartCount}}", outputs.containers.guard)).toBe("1");
    expect(await tried(list)).toEqual(all("shut", list));
});

function takeRulesAway(): void {
    asRoot("iptables", "-D", "DOCKER-USER", "-i", `jh-${instance}`, "-j", `JHG-${instance}`);
    asRoot("iptables", "-F", `JHG-${instance}`);
    asRoot("iptables", "-t", "mangle", "-F", `JHG-${instance}`);
    asRoot("ip6tables", "-t", "mangle", "-D", "PREROUTING", "-i", `jh-${instance}`, "-j", `JHG-${instance}`);
    asRoot("sh", "-c", `for port in /sys/class/net/jh-${instance}/brif/*; do bridge link set dev $(basename $port) isolated off; done`);
}

step("a server that starts before the guard reaches nothing; then it works by itself", async () => {
    expect(bridge("inet").map(({ local, valid_life_time }) => [local, valid_life_time > 0, valid_life_time <= 600])).toEqual([[gateway, true, true]]);
    docker("kill", outputs.containers.guard);
    // Without a guard the bridge's address ends.
    asRoot("ip", "addr", "change", `${gateway}/22`, "dev", `jh-${instance}`, "valid_lft", "1", "preferred_lft", "1");
    await waitFor(async () => bridge("inet").length === 0, 30, "the end of the bridge's address");
    // The rest as after a boot of the machine.
    asRoot("sh", "-c", `for save in iptables ip6tables; do for table in filter mangle; do $save-save -t $table | grep -e '-j JHG-${instance}' | sed 's/^-A/-D/' | while read rule; do $save -t $table $rule; done; $save -t $table -F JHG-${instance} && $save -t $table -X JHG-${instance}; done; done 2>/dev/null`);
    expect(ours().filter(line => line.includes("JHG-"))).toEqual([]);
    // The hub would stop a server that it finds ended. Its port answers all the same: that is the kernel's doing.
    docker("pause", outputs.containers.hub);
    docker("restart", outputs.users.ada.container);
    const inside = (expressions: Record<string, string>) => JSON.parse(docker("exec", outputs.users.ada.container, "python3", "-c", ATTACKS + atOnce(expressions))) as Record<string, string>;
    const list = { ...attacks(), "the way out": `tcp('${OUTSIDE[0]}', 8080)`, "the hub": `tcp('${outputs.containers.hub}', 8081)` };
    expect(inside(list)).toEqual(all("shut", list));
    docker("unpause", outputs.containers.hub);
    expect((await workspace.run("status", workspace.stack)).code).toBe(1);
    docker("start", outputs.containers.guard);
    await waitFor(guarded, 60, "the guard's health");
    await waitFor(async () => JSON.stringify(inside({ hub: `http('${outputs.containers.hub}', 8081, '/hub/health')`, out: `http('${OUTSIDE[0]}', 8080)` })) === '{"hub":"200","out":"200"}', 60, "the way out");
    await waitFor(async () => (await ada.withToken(adasToken, ada.server("api"))).ok, 60, "ada's server");
});

step("the way out is what the list says, at once and without a restart", async () => {
    kernel.close();
    kernel = await ada.startKernel(adasToken);
    await kernel.run(ATTACKS);
    workspace.writeConfig(config(`["${OUTSIDE[1]}"]`));
    await workspace.up();
    expect((await workspace.outputs()).deferred).toEqual([]);
    const { hub } = outputs.containers;
    await waitFor(async () => (await tried({ out: `tcp('${OUTSIDE[0]}', 8080)` })).out === "shut", 30, "the list");
    expect(await tried({ hub: `http('${hub}', 8081, '/hub/health')`, listed: `http('${OUTSIDE[1]}', 8080)` })).toEqual({ hub: "200", listed: "200" });
    const list = attacks();
    expect(await tried(list)).toEqual(all("shut", list));

    workspace.writeConfig(config("none"));
    await workspace.up();
    expect((await workspace.outputs()).deferred).toEqual(["ada", "grace"]); // Their DNS waits; the rules do not.
    await waitFor(async () => (await tried({ out: `tcp('${OUTSIDE[1]}', 8080)` })).out === "shut", 30, "no way out");
    expect(await tried({ hub: `http('${hub}', 8081, '/hub/health')`, out: `tcp('${OUTSIDE[0]}', 8080)` })).toEqual({ hub: "200", out: "shut" });
});

step("nothing is left on the host", async () => {
    await workspace.succeed("down", workspace.stack);
    expect(ours()).toEqual([]);
    expect(asRoot("sh", "-c", `ls /sys/class/net | grep -c jh-${instance} || true`)).toBe("0");
});
