/** Where a server must not get to over the network: other servers and nodes, on its own node and on others. */
import { HEARD } from "../attacks/reach";
import { METADATA } from "../attacks/surroundings";
import type { Around } from "./around";
import type { Working } from "./working";

/** Python expressions that answer `shut` or `reached`, by what is tried. */
export type Tries = Record<string, string>;

/** Docker's own ports between nodes: management, gossip, VXLAN. */
const SWARM_PORTS = [2377, 7946, 4789];

/** By each address and name of another server. */
export function toServer(from: Working, to: Working): Tries {
    const at = (text: string) => `${to.user} ${text}`;
    const tries: Tries = {};
    // Docker's bridges give the same addresses on each node.
    const own = from.interfaces.map(({ ip }) => ip);
    for (const { name, ip, mac, addresses } of to.interfaces.filter(({ ip }) => !own.includes(ip))) {
        tries[at(`${name} ${ip}, server`)] = `tcp('${ip}', 8888)`;
        tries[at(`${name} ${ip}, a port that they opened`)] = `tcp('${ip}', ${HEARD.tcp})`;
        tries[at(`${name} ${ip}, ping`)] = `ping('${ip}')`;
        // The link-local address that it has, or would have.
        for (const address of new Set([...addresses, linkLocal(mac)])) {
            for (const { name: by } of from.interfaces) {
                tries[at(`${name} ${address} by ${by}`)] =
                    `tcp(('${address}', ${HEARD.tcp}, 0, socket.if_nametoindex('${by}')), 0, socket.AF_INET6)`;
            }
        }
    }
    to.names.forEach(name => (tries[at(`by the name ${name}`)] = `tcp('${name}', 8888)`));
    return tries;
}

/** The address that IPv6 derives from a hardware address. */
function linkLocal(mac: string): string {
    const bytes = mac.split(":").map(byte => parseInt(byte, 16));
    const eui = [bytes[0] ^ 2, bytes[1], bytes[2], 0xff, 0xfe, bytes[3], bytes[4], bytes[5]];
    const words = [0, 2, 4, 6].map(i => ((eui[i] << 8) | eui[i + 1]).toString(16));
    return `fe80::${words.join(":")}`;
}

/**
 * Services of a node, by each address at which a server could get to it, and what else is there. Of another node that
 * is the one address: the way out ends elsewhere with all that it has for itself.
 */
export async function toNode(from: Working, around: Around): Promise<Tries> {
    const { node, port, strangerIp, strangerPort } = around;
    const own = from.node === node;
    const tries: Tries = {};
    for (const address of own ? await around.gateways() : [node.address]) {
        tries[`${node.name}'s service at ${address}`] = `tcp('${address}', ${port})`;
        tries[`${node.name}'s published port at ${address}`] = `tcp('${address}', ${strangerPort})`;
        SWARM_PORTS.forEach(
            swarm => (tries[`${node.name}'s Swarm at ${address}:${swarm}`] = `tcp('${address}', ${swarm})`),
        );
    }
    tries[`${node.name} by ping`] = `ping('${node.address}')`;
    if (own) {
        tries[`a container on ${node.name}`] = `tcp('${strangerIp}', 8080)`;
    }
    METADATA.forEach(address => (tries[`metadata at ${address}:${port}`] = `tcp('${address}', ${port})`));
    return tries;
}

/** Datagrams, which say by themselves whether they have arrived. @returns code that sends them */
export async function datagrams(from: Working, others: readonly Working[], around: readonly Around[]): Promise<Tries> {
    const text = `from ${from.user}`;
    const tries: Tries = {};
    const own = from.interfaces.map(({ ip }) => ip);
    for (const { user, interfaces } of others) {
        for (const { ip } of interfaces.filter(({ ip }) => !own.includes(ip))) {
            tries[`${user} ${ip}`] = `udp('${ip}', ${HEARD.udp}, '${text}')`;
            const broadcast = ip.replace(/\d+$/, "255");
            tries[`${user} ${broadcast}`] = `udp('${broadcast}', ${HEARD.udp}, '${text}')`;
        }
    }
    tries.everybody = `udp('255.255.255.255', ${HEARD.udp}, '${text}')`;
    for (const one of around) {
        for (const address of [...(await one.gateways()), ...METADATA]) {
            tries[`${one.node.name} ${address}`] = `udp('${address}', ${one.port}, '${text}')`;
        }
    }
    return tries;
}
