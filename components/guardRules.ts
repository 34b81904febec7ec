/**
 * What the guard holds in force (images/guard): rules by which people's containers reach hub, proxy and the way out, and
 * nothing else. Pure. In `@name` the guard puts the addresses that a name has, in `@resolvers` this machine's DNS servers,
 * in `@bridges` the bridges of Docker's other networks.
 */
import { isIPv4 } from "node:net";
import type { NetworkSettings } from "./networkSettings";
import { HUB_PORT, PROXY_PORT } from "./ports";

/** Where the parts of a network are whose people are kept apart. */
export interface Addresses {
    /** Docker's bridge, an interface of the host. */
    bridge: string;
    subnet: string;
    /** Its address, by which containers reach what is outside. */
    gateway: string;
    hub: string;
    proxy: string;
}

/** Rules of a chain by `FAMILY-TABLE`; each in iptables' words, without the chain. */
export type GuardRules = Record<"iptables-filter" | "iptables-mangle" | "ip6tables-mangle", string[]>;

/** Where clouds tell whatever asks from a machine who that machine is, with its credentials. */
export const METADATA = ["169.254.0.0/16", "168.63.129.16", "100.100.100.200", "192.0.0.192"];

/** DNS servers that clouds have among these addresses. */
const CLOUD_DNS = ["169.254.169.253", "169.254.169.254", "168.63.129.16"];

/** Answers to what was asked from outside; what people themselves began is judged by where it goes, each time. */
const REPLY = "-m conntrack --ctstate RELATED,ESTABLISHED --ctdir REPLY";

export function guardRules(at: Addresses, network: Pick<NetworkSettings, "egress" | "dns" | "proxy">): GuardRules {
    return { "iptables-filter": inside(at), "iptables-mangle": outward(at, network), "ip6tables-mangle": ["-j DROP"] };
}

/** Who reaches whom in the network. Docker's own rule after it lets nobody reach anybody. */
function inside({ bridge, hub, proxy }: Addresses): string[] {
    const tcp = (port: number) => `-p tcp --dport ${port} -j ACCEPT`;
    return [
        // Docker's own rule as well; but Docker Engine 20.10 loses it when firewalld loads its rules again.
        "-o @bridges -j DROP",
        `! -o ${bridge} -j RETURN`,
        `${REPLY} -j ACCEPT`,
        // To people's servers, to each other, and to services that somebody has put beside them.
        `-s ${hub} -j ACCEPT`,
        `-s ${proxy} -j ACCEPT`,
        `-d ${hub} ${tcp(HUB_PORT)}`,
        `-d ${proxy} ${tcp(PROXY_PORT)}`,
        "-j DROP",
    ];
}

/** What may leave the network: before this machine looks where it goes, so that no rule or port of its own comes first. */
function outward({ subnet, hub, proxy: front }: Addresses, { egress, dns, proxy }: Pick<NetworkSettings, "egress" | "dns" | "proxy">): string[] {
    const infrastructure = [hub, front];
    const asking = egress === "none" ? infrastructure.map(address => `-s ${address} `) : [""];
    const asked = asking.flatMap(from => ["@resolvers", ...CLOUD_DNS, ...dns.filter(isIPv4)].flatMap(server => ["udp", "tcp"].map(protocol => `${from}-d ${server} -p ${protocol} --dport 53 -j RETURN`)),
    );
    return [
        // Docker lets a published port be reached by the container's own address too, from wherever there is a route: past
        // the address that it is published at.
        `! -d ${subnet} -m conntrack ! --ctstate DNAT --ctdir REPLY -m addrtype ! --dst-type LOCAL -j DROP`,
        `${REPLY} -j RETURN`,
        ...asked,
        ...METADATA.map(range => `-d ${range} -j DROP`),
        // The hub asks whoever knows people, and the proxy leads to services: that may be this machine.
        ...infrastructure.map(address => `-s ${address} -j RETURN`),
        ...(egress === "none" ? [] : [...new Set([proxy?.http, proxy?.https])].flatMap(url => (url === undefined ? [] : [`-d ${target(url)} -j RETURN`]))),
        ...["LOCAL", "BROADCAST", "MULTICAST"].map(type => `-m addrtype --dst-type ${type} -j DROP`),
        `-d ${subnet} -j RETURN`,
        ...(egress === "all" ? [] : [...(egress === "none" ? [] : egress.map(range => `-d ${range} -j RETURN`)), "-j DROP"]),
    ];
}

/** A proxy of the place as a destination. */
function target(url: string): string {
    const { hostname, port, protocol } = new URL(url);
    return `${isIPv4(hostname) ? hostname : `@${hostname}`} -p tcp --dport ${port || (protocol === "https:" ? "443" : "80")}`;
}
