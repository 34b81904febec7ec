/** Where code in a person's server must not get to over the network. */
import { hostAddress } from "../hostAddress";
import { asRoot } from "../deploy/host";
import { docker } from "../deploy/docker";
import type { AttackSurroundings } from "./surroundings";

/** Ports at which a listening person hears. */
export const HEARD = { tcp: 7777, udp: 7778 };

/** A container. */
export interface Place {
    name: string;
    ip: string;
}

/** All that there is to get to. */
export interface Reachable {
    neighbour: Place;
    hub: Place;
    proxy: Place;
    gate?: Place;
    /** The address of the machine in people's network, and the one of IPv6 that its bridge has. */
    gateway: string;
    linkLocal: string;
    surroundings: AttackSurroundings;
}

export interface Reach {
    name: string;
    /** A Python expression that answers `shut` or `reached`; undefined where there is no such thing. */
    code(at: Reachable): string | undefined;
}

export const REACH: readonly Reach[] = [
    { name: "a neighbour's server", code: ({ neighbour }) => `tcp('${neighbour.ip}', 8888)` },
    {
        name: "a neighbour's server by its name or id",
        code: ({ neighbour: { name } }) =>
            `first(tcp('${name}', 8888), tcp('${docker("inspect", "--format", "{{.Id}}", name).slice(0, 12)}', 8888))`,
    },
    { name: "a port that a neighbour opened", code: ({ neighbour }) => `tcp('${neighbour.ip}', ${HEARD.tcp})` },
    { name: "a neighbour by ping", code: ({ neighbour }) => `ping('${neighbour.ip}')` },
    { name: "the proxy's API", code: ({ proxy }) => `tcp('${proxy.ip}', 8001)` },
    { name: "other ports of the hub", code: ({ hub }) => `tcp('${hub.ip}', 22)` },
    { name: "the gate", code: ({ gate }) => gate && `tcp('${gate.ip}', 2375)` },
    { name: "the gate by its name", code: ({ gate }) => gate && `tcp('${gate.name}', 2375)` },
    {
        name: "a service of the machine, by the network's gateway",
        code: ({ gateway, surroundings }) => `tcp('${gateway}', ${surroundings.port})`,
    },
    {
        name: "a service of the machine, by Docker's own bridge",
        code: ({ surroundings }) => `tcp('${hostAddress()}', ${surroundings.port})`,
    },
    {
        name: "a service of the machine, by its address outside",
        code: ({ surroundings }) => `tcp('${surroundings.machine}', ${surroundings.port})`,
    },
    {
        name: "a service of the machine, with the hub's address as one's own",
        code: ({ hub, gateway, surroundings }) => `posing('${hub.ip}', '${gateway}', ${surroundings.port})`,
    },
    { name: "the machine by ping", code: ({ gateway }) => `ping('${gateway}')` },
    {
        name: "the machine by IPv6",
        code: ({ linkLocal, surroundings }) =>
            `tcp(('${linkLocal}', ${surroundings.port}, 0, socket.if_nametoindex('eth0')), 0, socket.AF_INET6)`,
    },
    {
        name: "another container's published port, by the gateway",
        code: ({ gateway, surroundings }) => `tcp('${gateway}', ${surroundings.stranger.port})`,
    },
    {
        name: "another container's published port, by the machine's address",
        code: ({ surroundings }) => `tcp('${surroundings.machine}', ${surroundings.stranger.port})`,
    },
    { name: "a container of another network", code: ({ surroundings }) => `tcp('${surroundings.stranger.ip}', 8080)` },
    {
        name: "cloud metadata addresses",
        code: ({ surroundings }) =>
            `first(${surroundings.metadata.map(address => `tcp('${address}', ${surroundings.port})`).join(", ")})`,
    },
];

/** Those that there are, by name. */
export function reachOf(at: Reachable): Record<string, string> {
    return Object.fromEntries(
        REACH.flatMap(({ name, code }) => {
            const expression = code(at);
            return expression === undefined ? [] : [[name, expression]];
        }),
    );
}

/** What the bridge of people's network has of IPv6; somewhere at least, where it has none. */
export function linkLocalOf(bridge: string): string {
    const [{ addr_info: addresses }] = JSON.parse(asRoot("ip", "-json", "addr", "show", "dev", bridge)) as [
        { addr_info: { family: string; local: string }[] },
    ];
    return addresses.find(({ family }) => family === "inet6")?.local ?? "fe80::1";
}

export function networkGateway(network: string): string {
    return docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", network);
}
