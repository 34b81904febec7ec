/** Somebody at work on one of the nodes. */
import { HEARD } from "../attacks/reach";
import { PRELUDE } from "../attacks/python";
import { arrive, type Arrived } from "../deploy/arrive";
import type { Outputs } from "../deploy/workspace";
import type { Node } from "./node";

interface Interface {
    name: string;
    ip: string;
    mac: string;
    /** Of IPv6; none where it is off. */
    addresses: string[];
}

export interface Working extends Arrived {
    user: string;
    node: Node;
    /** Id of the server's container on the node. */
    container: string;
    interfaces: Interface[];
    /** Whatever others may call it: service, task, container, id. */
    names: string[];
}

const LOOK = `
def interfaces():
    v6 = [line.split() for line in open('/proc/net/if_inet6')] if os.path.exists('/proc/net/if_inet6') else []
    for _, name in socket.if_nameindex():
        with socket.socket() as s:
            try:
                ip = socket.inet_ntoa(fcntl.ioctl(s, 0x8915, struct.pack('16s24x', name.encode()))[20:24])
            except OSError:
                continue
        if not ip.startswith('127.'):
            addresses = [socket.inet_ntop(socket.AF_INET6, bytes.fromhex(line[0])) for line in v6 if line[5] == name]
            mac = open(f'/sys/class/net/{name}/address').read().strip()
            yield {'name': name, 'ip': ip, 'mac': mac, 'addresses': addresses}
import re
container = re.search('/containers/([0-9a-f]{64})/', open('/proc/self/mountinfo').read())[1]
print(json.dumps({'container': container, 'interfaces': list(interfaces())}))`;

/** Notes what arrives, by TCP and UDP, IPv4 and IPv6. */
const LISTEN = `
import threading
heard = []
t = socket.create_server(('', ${HEARD.tcp}), family=socket.AF_INET6, dualstack_ipv6=True, backlog=50)
u = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
u.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
u.bind(('', ${HEARD.udp}))
def accept():
    while True:
        connection, address = t.accept()
        heard.append(f'tcp from {address[0]}')
        connection.close()
def receive():
    while True: heard.append(u.recv(99).decode(errors='replace'))
for run in (accept, receive): threading.Thread(target=run, daemon=True).start()`;

/** Logs in, starts their server and opens a kernel in which attacks run and are heard. */
export async function work(outputs: Outputs, user: string, nodes: readonly Node[]): Promise<Working> {
    return placed(await arrive(outputs, user), user, nodes);
}

/** Where a server is that has started. */
export async function placed(arrived: Arrived, user: string, nodes: readonly Node[]): Promise<Working> {
    await arrived.kernel.run(PRELUDE);
    const seen = JSON.parse(await arrived.kernel.run(LOOK)) as Pick<Working, "container" | "interfaces">;
    const node = await nodeOf(seen.container, nodes);
    await arrived.kernel.run(LISTEN);
    const format = '{{.Name}} {{index .Config.Labels "com.docker.swarm.service.name"}} {{.Config.Hostname}}';
    const names = (await node.docker("inspect", "--format", format, seen.container)).replace("/", "").split(" ");
    return { ...arrived, user, node, ...seen, names: [...names, `tasks.${names[1]}`, seen.container.slice(0, 12)] };
}

async function nodeOf(container: string, nodes: readonly Node[]): Promise<Node> {
    for (const node of nodes) {
        if ((await node.docker("ps", "--quiet", "--no-trunc")).split("\n").includes(container)) {
            return node;
        }
    }
    throw new Error(`no node has the container ${container}`);
}

/** What arrived at somebody since they began. */
export async function heardBy({ kernel }: Arrived): Promise<string[]> {
    return JSON.parse(await kernel.run("print(json.dumps(heard))")) as string[];
}
