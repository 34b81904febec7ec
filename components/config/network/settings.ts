/** `jupyterhub:network` → settings, and what they mean for networks, containers and builds. Pure. */
import { createHash } from "node:crypto";
import { gatewayOf, type Subnet } from "../cidr";
import type { StackNames } from "../../docker/names";
import type { NetworkSection } from "./schema";

/** How one of the stack's networks is made; what is left out is Docker's choice. */
export interface NetworkDefinition {
    subnet?: string;
    /** Address of Docker's bridge: the subnet's first. */
    gateway?: string;
    /** Where the addresses are that Docker gives to whoever has none of its own. */
    ipRange?: string;
    /** Name of the bridge, where a guard keeps people on it apart. */
    bridge?: string;
    /** Largest packet in bytes. */
    mtu?: number;
    /** Of all nodes of a Swarm, and whether what goes between them is encrypted. */
    overlay?: "plain" | "encrypted";
}

/** Proxies of the place for requests that go out, without user and password. */
export interface HttpProxy {
    http?: string;
    https?: string;
    /** Hosts, domains and subnets that are reached without them. */
    direct: string[];
}

export interface Registry {
    /** Host and port; `docker.io` is Docker Hub. */
    address: string;
    username: string;
}

/** URLs; what is left out is the public one. */
export interface PackageMirrors {
    pip?: string;
    npm?: string;
}

export interface ServersInNetwork {
    /**
     * Whether they get what builds get.
     * @default where builds need it
     */
    asBuilds?: boolean;
    /** Whether they get the user and password of the proxies. */
    proxyCredentials: boolean;
}

export interface NetworkSettings {
    /** Network of hub, proxy and people's servers. */
    people: NetworkDefinition;
    /** Network between hub and gate. */
    gate: NetworkDefinition;
    /** Network between Caddy and proxy. */
    front: NetworkDefinition;
    /** DNS servers of hub and people's servers; none: this machine's. */
    dns: string[];
    dnsSearch: string[];
    /** Whether people's servers are kept apart from each other and from the host (isolation.ts). */
    isolation: "full" | "none";
    /**
     * Where people's servers may go outside: anywhere but to the Docker host, nowhere, or to these addresses and
     * subnets.
     */
    egress: "all" | "none" | string[];
    proxy?: HttpProxy;
    /** Mirrors of package registries. */
    packages: PackageMirrors;
    /** What people's servers are told of the place. */
    servers: ServersInNetwork;
    /** Where Docker Hub's images are pulled from instead. */
    registryMirror?: string;
    /** Registries that ask for a name and a password. */
    registries: Registry[];
}

export function networkSettings(given: NetworkSection = {}): NetworkSettings {
    const {
        subnet,
        frontSubnet,
        gateSubnet,
        mtu,
        dns = [],
        dnsSearch = [],
        isolation = "full",
        egress = "all",
        httpProxy,
        httpsProxy,
        noProxy = [],
        packages = {},
        servers = { proxyCredentials: false },
        registryMirror,
        registries = [],
    } = given;
    const proxied = httpProxy !== undefined || httpsProxy !== undefined;
    return {
        people: definition(subnet, mtu),
        gate: definition(gateSubnet, mtu),
        front: definition(frontSubnet, mtu),
        dns,
        dnsSearch,
        isolation,
        egress,
        ...(proxied
            ? {
                  proxy: {
                      ...optional("http", withoutSlash(httpProxy)),
                      ...optional("https", withoutSlash(httpsProxy)),
                      direct: noProxy,
                  },
              }
            : {}),
        packages,
        servers,
        ...optional("registryMirror", registryMirror),
        registries,
    };
}

function definition(subnet: Subnet | undefined, mtu: number | undefined): NetworkDefinition {
    return {
        ...(subnet === undefined ? {} : { subnet: subnet.text, gateway: gatewayOf(subnet) }),
        ...optional("mtu", mtu),
    };
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
    return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

function withoutSlash(url: string | undefined): string | undefined {
    return url?.replace(/\/$/, "");
}

/** Hash of how a network is made, for its label; empty where all is Docker's choice. */
export function networkHash(definition: NetworkDefinition): string {
    const given = Object.entries(definition).sort();
    return given.length === 0 ? "" : createHash("sha256").update(JSON.stringify(given)).digest("hex").slice(0, 16);
}

/**
 * The variables by which programs know of proxies, in both spellings: programs differ in which they read.
 * @param direct what is reached without a proxy besides the settings' own
 * @param credentials `user:password`; what it returns is a secret then
 */
export function proxyEnv(
    proxy: HttpProxy | undefined,
    direct: readonly string[],
    credentials?: string,
): Record<string, string> {
    if (proxy === undefined) {
        return {};
    }
    const variables = {
        ...optional("http_proxy", withCredentials(proxy.http, credentials)),
        ...optional("https_proxy", withCredentials(proxy.https, credentials)),
        no_proxy: [...new Set([...LOCAL, ...direct, ...proxy.direct])].join(","),
    };
    return Object.fromEntries(
        Object.entries(variables).flatMap(
            ([name, value]) =>
                [
                    [name, value],
                    [name.toUpperCase(), value],
                ] as [string, string][],
        ),
    );
}

/** The variables by which pip and npm know of mirrors. */
export function packageEnv({ pip, npm }: PackageMirrors = {}): Record<string, string> {
    return { ...optional("PIP_INDEX_URL", pip), ...optional("NPM_CONFIG_REGISTRY", npm) } as Record<string, string>;
}

/** What hub and people's servers reach without a proxy whatever the config says: the stack's own parts. */
export function directHosts(names: Pick<StackNames, "hub" | "proxy">, { people }: NetworkSettings): string[] {
    return [names.hub, names.proxy, ...(people.subnet === undefined ? [] : [people.subnet])];
}

/**
 * DNS of people's servers. Docker's own DNS, which knows the stack's parts, asks outside by itself: with `egress: none`
 * it has nobody to ask.
 */
export function peopleDns(network: NetworkSettings): { dns?: string[]; dnsSearches?: string[] } {
    return network.egress === "none" ? { dns: ["127.0.0.1"] } : dnsOf(network);
}

/** DNS in the form of a container's properties. */
export function dnsOf({ dns, dnsSearch }: NetworkSettings): { dns?: string[]; dnsSearches?: string[] } {
    return { ...(dns.length > 0 ? { dns } : {}), ...(dnsSearch.length > 0 ? { dnsSearches: dnsSearch } : {}) };
}

const LOCAL = ["localhost", "127.0.0.1", "::1"];

function withCredentials(url: string | undefined, credentials: string | undefined): string | undefined {
    if (url === undefined || credentials === undefined) {
        return url;
    }
    const [user, ...password] = credentials.split(":");
    return url.replace("://", () => `://${encodeURIComponent(user)}:${encodeURIComponent(password.join(":"))}@`);
}
