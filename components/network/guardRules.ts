/**
 * The rules that the guard enforces (images/guard): people's containers reach the hub, the proxy and the outside, and
 * nothing else. The guard replaces `@name` by the addresses of a name, `@resolvers` by this machine's DNS servers, and
 * `@bridges` by the bridges of Docker's other networks.
 */
import { isIPv4 } from "node:net";
import type { DatabaseServer } from "../config/database";
import type { NetworkSettings } from "../config/network/settings";
import { HUB_PORT, PROXY_PORT } from "../docker/ports";

/** Addresses and interfaces of a network with isolation. */
export interface Addresses {
    /** Docker's bridge, an interface of the host. */
    bridge: string;
    subnet: string;
    /** Its address, the containers' gateway. */
    gateway: string;
    hub: string;
    proxy: string;
}

/** nftables rules by chain. Every chain decides about each packet it gets. */
export interface GuardRules {
    /** Traffic within the network. */
    inside: string[];
    /** Traffic that leaves the network. */
    outward: string[];
}

/** Metadata services of clouds. They give a machine's credentials to everything that asks from it. */
export const METADATA = ["169.254.0.0/16", "168.63.129.16", "100.100.100.200", "192.0.0.192"];

/** DNS servers of clouds within these ranges. */
export const CLOUD_DNS = ["169.254.169.253", "169.254.169.254", "168.63.129.16"];

/**
 * Answers to connections from outside. Connections that people open are judged by their destination, packet by packet.
 */
export const REPLY = "ct state established,related ct direction reply";

type Outside = Pick<NetworkSettings, "egress" | "dns" | "proxy"> & { database?: DatabaseServer };

export function guardRules(at: Addresses, network: Outside): GuardRules {
    return { inside: inside(at), outward: outward(at, network) };
}

/** These rules come before Docker's own, which let nobody reach anybody. */
function inside({ bridge, hub, proxy }: Addresses): string[] {
    return [
        // Docker has the same rule, but Docker Engine 20.10 loses it when firewalld reloads.
        "oifname @bridges drop",
        `oifname != "${bridge}" accept`,
        `${REPLY} accept`,
        // To people's servers, to each other, and to services that somebody added to the network.
        `ip saddr ${hub} accept`,
        `ip saddr ${proxy} accept`,
        `ip daddr ${hub} tcp dport ${HUB_PORT} accept`,
        `ip daddr ${proxy} tcp dport ${PROXY_PORT} accept`,
        "drop",
    ];
}

/** Before routing, so that no rule or port of this machine comes first. */
function outward({ subnet, hub, proxy: front }: Addresses, { egress, dns, proxy, database }: Outside): string[] {
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
        // The hub's database is nobody else's, whatever they may reach besides.
        ...(database === undefined ? [] : ofHubAlone(hub, database)),
        // The hub talks to identity providers, and the proxy to services. Both may be on this machine.
        ...infrastructure.map(address => `ip saddr ${address} accept`),
        ...proxies.map(url => `${target(url)} accept`),
        "fib daddr type { local, broadcast, multicast } drop",
        `ip daddr ${subnet} accept`,
        ...listed,
        ...(egress === "all" ? [] : ["drop"]),
    ];
}

/** Until the guard knows the addresses of a name, nobody but the hub reaches that port anywhere. */
function ofHubAlone(hub: string, { host, port }: DatabaseServer): string[] {
    const there = `ip daddr ${isIPv4(host) ? host : `@${host}|any`} tcp dport ${port}`;
    return [`ip saddr ${hub} ${there} accept`, `${there} drop`];
}

const address = (host: string) => `ip daddr ${isIPv4(host) ? host : `@${host}`}`;

/** A proxy of the site as a destination. */
function target(url: string): string {
    const { hostname, port, protocol } = new URL(url);
    const usual = protocol === "https:" ? "443" : "80";
    return `${address(hostname)} tcp dport ${port || usual}`;
}
