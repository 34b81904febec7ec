/**
 * The guard of a Swarm's nodes (images/guard/node.py): a service with a task on each, which the launcher makes and
 * keeps. Its rules, and its definition as Docker's API takes it, with placeholders for what only the launcher knows.
 */
import type { DatabaseServer } from "../config/database";
import { HARDENED } from "../docker/container";
import { guardedVolume } from "../docker/guarded";
import { LABEL } from "../docker/labels";
import type { StackNames } from "../docker/names";
import { HUB_PORT, PROXY_PORT, SERVER_PORT } from "../docker/ports";
import { CLOUD_DNS, METADATA, REPLY, type Addresses } from "./guardRules";

/** Docker's bridge by which containers of an overlay network get out of it. */
const GATEWAY = "docker_gwbridge";

/** nftables rules by chain. `@nodes`, `@resolvers` and `@port` are filled in on each node. */
export interface NodeRules {
    /** Between the containers of people's network, on this node and to others; what is not accepted is dropped. */
    overlay: string[];
    /** What leaves it, before routing. */
    outward: string[];
    /** What leaves it, after routing; and what stays on the bridge that leads out. */
    forward: string[];
}

/** What of the outside people's servers do not reach, by its address. */
export interface Kept {
    /** The hub's alone. */
    database?: DatabaseServer;
    /** Nodes' alone: it knows people's servers by the address of their node. */
    fileServer?: string;
}

export function nodeRules(
    { hub, proxy }: Pick<Addresses, "hub" | "proxy">,
    { database, fileServer }: Kept = {},
): NodeRules {
    const out = `iifname "${GATEWAY}"`;
    return {
        overlay: [
            "ether type arp accept",
            `ip saddr { ${hub}, ${proxy} } accept`,
            `ip daddr ${hub} tcp dport ${HUB_PORT} accept`,
            `ip daddr ${proxy} tcp dport ${PROXY_PORT} accept`,
            // Answers. Without a first packet of its own nobody opens a connection.
            `ip daddr { ${hub}, ${proxy} } tcp sport ${SERVER_PORT} tcp flags & (syn | ack) != syn accept`,
        ],
        outward: [
            `${out} meta nfproto ipv6 drop`,
            `${out} ${REPLY} accept`,
            ...["@resolvers", ...CLOUD_DNS].flatMap(server => [
                `${out} ip daddr ${server} udp dport 53 accept`,
                `${out} ip daddr ${server} tcp dport 53 accept`,
            ]),
            ...METADATA.map(range => `${out} ip daddr ${range} drop`),
            `${out} fib daddr type { local, broadcast, multicast } drop`,
            // Whoever sends to this port of a node speaks in its network with whichever address.
            `${out} udp dport @port drop`,
            `${out} ip daddr @nodes drop`,
            ...(database === undefined ? [] : [`${out} ip daddr ${database.host} tcp dport ${database.port} drop`]),
            ...(fileServer === undefined ? [] : [`${out} ip daddr ${fileServer} drop`]),
        ],
        forward: [
            `${out} ${REPLY} accept`,
            // Networks of this machine's own containers.
            `${out} oifname "docker0" drop`,
            `${out} oifname "br-*" drop`,
            `${out} oifname "jh-*" drop`,
            // Docker has the same rule (`enable_icc`), which somebody may remove.
            `${out} oifname "${GATEWAY}" drop`,
        ],
    };
}

export interface NodeGuardArgs {
    names: StackNames;
    instance: string;
    addresses: Pick<Addresses, "hub" | "proxy">;
    kept: Kept;
    /** Reference of its image, as nodes pull it. */
    image: string;
    /** A placeholder that the launcher fills in. */
    placeholder: (name: string) => string;
}

/** The body of `POST /services/create`, without the name. */
export function nodeGuardService({
    names,
    instance,
    addresses,
    kept,
    image,
    placeholder,
}: NodeGuardArgs): Record<string, unknown> {
    const labels = { [LABEL.instance]: instance };
    const environment = {
        GUARD_NETWORK: placeholder("network"),
        GUARD_NODES: placeholder("nodes"),
        GUARD_PORT: placeholder("port"),
        GUARD_SETTINGS: JSON.stringify({ instance, rules: nodeRules(addresses, kept) }),
    };
    const mount = (Source: string, Target: string, more: Record<string, unknown> = {}) => ({
        Type: "bind",
        Source,
        Target,
        ReadOnly: true,
        ...more,
    });
    return {
        Labels: labels,
        TaskTemplate: {
            ContainerSpec: {
                Image: image,
                Command: ["python3", "/opt/guard/node.py"],
                User: "0",
                Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
                Labels: labels,
                CapabilityDrop: HARDENED.capabilities.drops,
                // The second is to enter network namespaces.
                CapabilityAdd: ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"],
                Privileges: { NoNewPrivileges: true },
                ReadOnly: true,
                Init: true,
                StopGracePeriod: 10e9,
                Mounts: [
                    // A namespace appears there when Docker makes it, also after the guard's start.
                    mount("/run/docker/netns", "/namespaces", { BindOptions: { Propagation: "rslave" } }),
                    mount("/proc/1/ns/net", "/machine"),
                    { ...guardedVolume(names), Target: "/guarded" },
                    { Type: "tmpfs", Target: "/run", TmpfsOptions: { SizeBytes: 2 ** 20, Mode: 0o755 } },
                ],
            },
            Networks: [{ Target: names.peopleNetwork }],
            Resources: { Limits: { MemoryBytes: 128 * 2 ** 20, Pids: 128 } },
            RestartPolicy: { Condition: "any", Delay: 1e9 },
            LogDriver: { Name: HARDENED.logDriver, Options: HARDENED.logOpts },
        },
        Mode: { Global: {} },
        EndpointSpec: { Mode: "dnsrr" },
    };
}
