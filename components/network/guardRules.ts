/**
 * What the guard holds in force (images/guard): rules by which people's containers reach hub, proxy and the way out,
 * and nothing else. Pure. In `@name` the guard puts the addresses that a name has, in `@resolvers` this machine's DNS
 * servers, in `@bridges` the bridges of Docker's other networks.
 */
import { isIPv4 } from "node:net";
import type { NetworkSettings } from "../config/network/settings";
import { HUB_PORT, PROXY_PORT } from "../docker/ports";

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

/** Rules in nftables' words, each of a chain that has its end in itself. */
export interface GuardRules {
    /** Who reaches whom in the network. */
    inside: string[];
    /** What may leave it. */
    outward: string[];
}

/** Where clouds tell whatever asks from a machine who that machine is, with its credentials. */
export const METADATA = ["169.254.0.0/16", "168.63.129.16", "100.100.100.200", "192.0.0.192"];

/** DNS servers that clouds have among these addresses. */
const CLOUD_DNS = ["169.254.169.253", "169.254.169.254", "168.63.129.16"];

/** Answers to what was asked from outside; what people themselves began is judged by where it goes, each time. */
const REPLY = "ct state established,related ct direction reply";

export function guardRules(at: Addresses, network: Pick<NetworkSettings, "egress" | "dns" | "proxy">): GuardRules {
    return { inside: inside(at), outward: outward(at, network) };
}

/** In Docker's networks this decides before Docker does, whose own rule lets nobody reach anybody. */
function inside({ bridge, hub, proxy }: Addresses): string[] {
    return [
        // Docker's own rule as well; but Docker Engine 20.10 loses it when firewalld loads its rules again.
        "oifname @bridges drop",
        `oifname != "${bridge}" accept`,
        `${REPLY} accept`,
        // To people's servers, to each other, and to services that somebody has put beside them.
        `ip saddr ${hub} accept`,
        `ip saddr ${proxy} accept`,
        `ip daddr ${hub} tcp dport ${HUB_PORT} accept`,
        `ip daddr ${proxy} tcp dport ${PROXY_PORT} accept`,
        "drop",
    ];
}

/** Before this machine looks where it goes, so that no rule or port of its own comes first. */
function outward(
    { subnet, hub, proxy: front }: Addresses,
    { egress, dns, proxy }: Pick<NetworkSettings, "egress" | "dns" | "proxy">,
): string[] {
    const infrastructure = [hub, front];
    const asking = egress === "none" ? infrastructure.map(address => `ip saddr ${address} `) : [""];
    const servers = ["@resolvers", ...CLOUD_DNS, ...dns.filter(isIPv4)];
    const asked = asking.flatMap(from =>
        servers.flatMap(server => [
            `${from}ip daddr ${server} udp dport 53 accept`,
            `${from}ip daddr ${server} tcp dport 53 accept`,
        ]),
    );
    const proxies = egress === "none" ? [] : [...new Set([proxy?.http, proxy?.https])].flatMap(url => url ?? []);
    const listed = Array.isArray(egress) ? egress.map(range => `ip daddr ${range} accept`) : [];
    return [
        // Docker lets a published port be reached by the container's own address too, from wherever there is a route:
        // past
        // the address that it is published at.
        `ip daddr != ${subnet} ct direction reply ct status & dnat == 0 fib daddr type != local drop`,
        `ip daddr != ${subnet} ct state invalid,untracked fib daddr type != local drop`,
        `${REPLY} accept`,
        ...asked,
        ...METADATA.map(range => `ip daddr ${range} drop`),
        // The hub asks whoever knows people, and the proxy leads to services: that may be this machine.
        ...infrastructure.map(address => `ip saddr ${address} accept`),
        ...proxies.map(url => `${target(url)} accept`),
        "fib daddr type { local, broadcast, multicast } drop",
        `ip daddr ${subnet} accept`,
        ...listed,
        ...(egress === "all" ? [] : ["drop"]),
    ];
}

/** A proxy of the place as a destination. */
function target(url: string): string {
    const { hostname, port, protocol } = new URL(url);
    const usual = protocol === "https:" ? "443" : "80";
    return `ip daddr ${isIPv4(hostname) ? hostname : `@${hostname}`} tcp dport ${port || usual}`;
}
