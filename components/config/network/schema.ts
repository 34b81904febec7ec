/** `jupyterhub:network` and its secrets: every key, and what it means. Pure. */
import { isIP } from "node:net";
import { z } from "zod";
import { parseSubnet, readSubnet, type Subnet } from "../cidr";
import { secretMap } from "../secrets/map";
import { rightKeys, type Read } from "../rightKeys";
import { checked, choice, ENCRYPTED, flag, kindOf, list, parsed, section, text, whole, writtenAs } from "../fields";
import { urlOf } from "../values";

const subnet = parsed<Subnet>("a subnet", readSubnet);

/** Where people may go outside. */
const egressChecked = z.custom<"all" | "none" | string[]>().superRefine((value: unknown, context) => {
    if (!Array.isArray(value)) {
        if (value !== "all" && value !== "none") {
            context.addIssue(`expected all, none or a list of addresses and subnets, got ${kindOf(value)}`);
        }
        return;
    }
    value.forEach((given: unknown, i) => {
        const subnet = typeof given === "string" ? parseSubnet(given.includes("/") ? given : `${given}/32`) : undefined;
        if (subnet === undefined || (subnet.text !== given && subnet.text !== `${given as string}/32`)) {
            context.addIssue({
                code: "custom",
                path: [i],
                message:
                    `${JSON.stringify(given)} is no IPv4 address or subnet; write it like 10.0.0.7 or ` +
                    "10.88.0.0/22",
            });
        }
    });
});

const egress = writtenAs(egressChecked, z.union([z.enum(["all", "none"]), z.array(text("an IPv4 address or subnet"))]));

const LOOPBACK = /^(127\.|0\.0\.0\.0$|::1?$|localhost$)/i;

const dnsServer = checked("a DNS server's address", address => {
    if (isIP(address) === 0) {
        return `${JSON.stringify(address)} is no IP address; a DNS server is named by its address, such as 10.0.0.53`;
    }
    return LOOPBACK.test(address)
        ? `${address} is in each container the container itself; name the server that this machine asks ` +
              "(resolvectl dns, or /etc/resolv.conf)"
        : undefined;
});

const DOMAIN = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})?(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*$/;

const domain = checked("a domain", name =>
    DOMAIN.test(name) ? undefined : `${JSON.stringify(name)} is no domain; write it like lab.example`,
);

/** Messages never repeat the URL: somebody may have put a password into it. */
const proxyUrl = text("a proxy's URL").superRefine((value, context) => {
    const url = urlOf(value);
    if (value.includes("@") || (url !== undefined && (url.username !== "" || url.password !== ""))) {
        context.addIssue(
            "has a user and password in it, which anybody could read in the stack file; take them out; this " +
                "asks for user:password: npm run secret -- STACK proxyCredentials",
        );
    } else if (
        url === undefined ||
        !["http:", "https:"].includes(url.protocol) ||
        !["", "/"].includes(url.pathname) ||
        url.search !== "" ||
        url.hash !== ""
    ) {
        context.addIssue("expected a proxy's URL, such as http://proxy.example:3128");
    } else if (LOOPBACK.test(url.hostname.replace(/^\[(.*)\]$/, "$1"))) {
        context.addIssue(
            `${url.hostname} is in each container the container itself; name this machine by an address that ` +
                "other machines use",
        );
    }
});

/** Its messages do not repeat the URL either. */
const packageIndex = text("a URL").superRefine((value, context) => {
    const url = urlOf(value);
    if (value.includes("@")) {
        context.addIssue("has a user and password in it, which anybody could read in the stack file; take them out");
    } else if (url?.protocol !== "https:" || url.search !== "" || url.hash !== "") {
        context.addIssue("expected a URL that begins with https://, such as https://mirror.example/simple");
    } else if (LOOPBACK.test(url.hostname.replace(/^\[(.*)\]$/, "$1"))) {
        context.addIssue(`${url.hostname} is in each container the container itself`);
    }
});

const packages = section({
    pip: packageIndex.optional().describe("index that pip asks instead of the public one"),
    npm: packageIndex.optional().describe("registry that npm asks instead of the public one"),
});

const direct = checked("a host", entry =>
    /^\*?\.?[A-Za-z0-9_[:]([A-Za-z0-9_.:/\]-]*[A-Za-z0-9\]])?$/.test(entry) && !entry.includes("//")
        ? undefined
        : `${JSON.stringify(entry)} is no host, domain or subnet; write it like lab.example, .lab.example or ` +
          "10.0.0.0/8, one an entry",
);

/** A value for a message, unless somebody may have put a password into it. */
const shown = (value: string) => (value.includes("@") ? "this" : JSON.stringify(value));

/** Host and port of a registry. */
export const REGISTRY = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?$/;

const registryAddress = checked("a registry's address", address =>
    REGISTRY.test(address)
        ? undefined
        : `${shown(address)} is no registry; write host and port, such as registry.example:5000, or docker.io`,
);

const mirror = checked("a registry's address", address => {
    const [host, ...path] = address.split("/");
    // Without dot or port Docker would look for a folder of that name on Docker Hub.
    const named = REGISTRY.test(host) && /[.:]|^localhost$/.test(host);
    return named && path.every(part => /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/.test(part))
        ? undefined
        : `${shown(address)} is no registry; write host, port and, if it has one, path, such as ` +
              "mirror.example:5000 or registry.example/docker-hub";
});

export const registryUsername = text("a user name").refine(name => /^[^\s:\0][^:\0]*$/.test(name), {
    error: "a user name is not empty and has no colon",
});

const registry = section({
    address: registryAddress.describe("host and port as in the names of its images; docker.io is Docker Hub"),
    username: registryUsername.describe("whom the registry knows; the password is in registryPasswords"),
});

const servers = section({
    asBuilds: flag
        .optional()
        .describe(
            "whether people's servers get what image builds get: this machine's certificate authorities, proxies, " +
                "package mirrors. " +
                "Default: where builds need it",
        ),
    proxyCredentials: flag
        .default(false)
        .describe("whether they get the user and password of the proxies too; everybody can read their own server's"),
});

/** Networks as they are where this runs: addresses, DNS, proxies, registries. */
export const networkSection = section({
    subnet: subnet
        .optional()
        .describe(
            "IPv4 subnet of the network of hub, proxy and people's servers; Docker's own choice where it is left out",
        ),
    frontSubnet: subnet
        .optional()
        .describe(
            "IPv4 subnet of the network between Caddy and proxy, where HTTPS ends here; Docker's own choice " +
                "where it is left out",
        ),
    gateSubnet: subnet
        .optional()
        .describe("IPv4 subnet of the network between hub and gate; Docker's own choice where it is left out"),
    isolation: choice(["full", "none"])
        .optional()
        .describe(
            "full: people's servers reach hub, proxy and the way out, not each other and not the Docker " +
                "host; none: they share a network, and reach what it reaches. Default: full",
        ),
    egress: egress
        .optional()
        .describe(
            "where people's servers may go outside: all, none, or a list of IPv4 addresses and subnets; the " +
                "Docker host and metadata addresses never. Default: all",
        ),
    mtu: whole("an MTU", 576)
        .max(9216, { error: "an MTU is at most 9216" })
        .optional()
        .describe("largest packet in bytes, where the way out takes less than 1500: VPNs, clouds"),
    dns: list(dnsServer)
        .optional()
        .describe("DNS servers that hub and people's servers ask; this machine's where it is left out"),
    dnsSearch: list(domain).optional().describe("domains in which they look for short names"),
    httpProxy: proxyUrl
        .optional()
        .describe("proxy for http:// addresses, for image builds, people's servers and the hub"),
    httpsProxy: proxyUrl
        .optional()
        .describe("the same for https:// addresses; its own URL mostly begins with http:// too"),
    noProxy: list(direct)
        .optional()
        .describe("hosts, domains and subnets that are reached without the proxy; the stack's own parts always are"),
    registryMirror: mirror
        .optional()
        .describe("registry from which Docker Hub's images are pulled, the Debian base among them"),
    packages: packages.optional().describe("mirrors of package registries, for image builds and people's servers"),
    servers: servers.optional().describe("what of all this people's servers are told"),
    registries: list(registry).optional().describe("registries that ask for a name and a password"),
});

export type NetworkSection = z.infer<typeof networkSection>;

/** The section as far as it is right. */
export interface NetworkParts extends Read<NetworkSection> {
    /** Addresses of `registries`, in their places. */
    addresses: (string | undefined)[];
}

const rightOfNetwork = rightKeys(networkSection);
const rightOfRegistry = rightKeys(registry);

/** All of a section that is right as a whole. */
export function allOfNetwork(right: NetworkSection = {}): NetworkParts {
    return { right, wrong: new Set(), addresses: (right.registries ?? []).map(({ address }) => address) };
}

/** @param raw the section as it is written */
export function partsOfNetwork(raw: unknown): NetworkParts {
    const { right = {}, wrong } = rightOfNetwork(raw);
    const written = typeof raw === "object" && raw !== null && "registries" in raw ? raw.registries : undefined;
    const listed: readonly unknown[] = Array.isArray(written) ? written : [];
    return { right, wrong, addresses: listed.map(one => rightOfRegistry(one).right?.address) };
}

/** `user:password` for both proxies. Its messages do not repeat it. */
export const proxyCredentials = z
    .string({ error: "expected user:password" })
    .refine(value => value === ENCRYPTED || /^[^:\s]+:[^\r\n\0]+$/.test(value), {
        error: "expected user:password; the user's name has no colon",
    });

/** Address → password; as one JSON text, or as a map with an encrypted value each. Its messages repeat no value. */
export const registryPasswords = z
    .unknown()
    .optional()
    .superRefine((value, context) => {
        const map = secretMap(value);
        if (map === undefined) {
            context.addIssue(`expected a password for each registry; this asks for one: ${setPassword()}`);
            return;
        }
        for (const [address, password] of Object.entries(map)) {
            if (typeof password !== "string" || password === "" || /[\r\n\0]/.test(password)) {
                context.addIssue({
                    code: "custom",
                    path: [address],
                    message: "expected a password: text in one line, not empty",
                });
            }
        }
    });

/** How a registry's password gets into a stack file. */
export const setPassword = (stack = "STACK", address = "ADDRESS") =>
    `npm run secret -- ${stack} registryPasswords ${address}`;
