/** What is wrong with `network` beside people and secrets, and between its keys. Pure. */
import { capacity, neededApart, overlaps, prefixFor } from "../cidr";
import { ENCRYPTED } from "../fields";
import { didYouMean, formatPath, type Problem } from "../messages";
import { secretMap } from "../secrets/map";
import { setPassword, type NetworkParts, type NetworkSection } from "./schema";

/** Secrets of the config that belong to the section, as they are written. */
export interface NetworkSecrets {
    proxyCredentials?: unknown;
    registryPasswords?: unknown;
}

/** What only shows when parts of the section are looked at side by side, or beside people. */
export function networkProblems({ right }: NetworkParts, people: number): Problem[] {
    return [...subnetProblems(right, people), ...egressProblems(right), ...serversProblems(right)];
}

/** What only shows beside the secrets. */
export function networkSecretProblems(network: NetworkParts, secrets: NetworkSecrets, stack: string): Problem[] {
    return [...proxyProblems(network, secrets), ...registryProblems(network, secrets, stack)];
}

function subnetProblems(network: Partial<NetworkSection>, people: number): Problem[] {
    const everybody = `${people === 1 ? "1 person" : `${people} people`}, the hub and the proxy`;
    const apart = network.isolation !== "none";
    const keys = [
        // Kept apart, people have one half, and hub and proxy the other.
        { key: "subnet", who: everybody, needed: apart ? neededApart(people) : people + 2 },
        { key: "gateSubnet", who: "gate and hub", needed: 2 },
        { key: "frontSubnet", who: "Caddy and proxy", needed: 2 },
    ] as const;
    const wanted = keys.flatMap(one => {
        const subnet = network[one.key];
        return subnet === undefined ? [] : [{ ...one, subnet }];
    });
    return wanted.flatMap(({ key, who, needed, subnet }, i) => {
        const problem = (message: string): Problem => ({
            path: `network.${key}`,
            message: `${subnet.text} ${message}`,
        });
        const room = capacity(subnet);
        const half = key === "subnet" && apart;
        return [
            ...(room < needed
                ? [
                      problem(
                          half
                              ? `is too small for ${who}, who have a half each; take at least a /${prefixFor(needed)}`
                              : `has room for ${room} containers, but ${who} are ${needed}; take at least a ` +
                                    `/${prefixFor(needed)}`,
                      ),
                  ]
                : []),
            ...wanted
                .slice(0, i)
                .filter(other => overlaps(subnet, other.subnet))
                .map(other => problem(`overlaps with network.${other.key} (${other.subnet.text})`)),
        ];
    });
}

const NO_CREDENTIALS =
    "is of no use without proxyCredentials; this asks for them: npm run secret -- STACK proxyCredentials";

function egressProblems({ isolation, egress }: Partial<NetworkSection>): Problem[] {
    return isolation === "none" && egress !== undefined && egress !== "all"
        ? [
              {
                  path: "network.egress",
                  message: "is held by what keeps people apart, so it goes with network.isolation: full",
              },
          ]
        : [];
}

function serversProblems({ servers, egress }: Partial<NetworkSection>): Problem[] {
    const at = "network.servers";
    const { asBuilds, proxyCredentials } = servers ?? {};
    return [
        ...(asBuilds === true && egress === "none"
            ? [{ path: `${at}.asBuilds`, message: "is of no use with network.egress: none, which lets nobody out" }]
            : []),
        ...(asBuilds === false && proxyCredentials === true
            ? [{ path: `${at}.proxyCredentials`, message: "servers get no proxies with asBuilds: false; leave it out" }]
            : []),
    ];
}

function proxyProblems({ right, wrong }: NetworkParts, { proxyCredentials }: NetworkSecrets): Problem[] {
    const given = (key: keyof NetworkSection) => right[key] !== undefined || wrong.has(key);
    if (given("httpProxy") || given("httpsProxy")) {
        const unused = right.servers?.proxyCredentials === true && proxyCredentials === undefined;
        return unused ? [{ path: "network.servers.proxyCredentials", message: NO_CREDENTIALS }] : [];
    }
    const needing = [
        ...(given("noProxy") ? ["network.noProxy"] : []),
        ...(proxyCredentials === undefined ? [] : ["proxyCredentials"]),
    ];
    return needing.map(path => ({ path, message: "is of no use without network.httpProxy or network.httpsProxy" }));
}

function registryProblems(
    { addresses }: NetworkParts,
    { registryPasswords }: NetworkSecrets,
    stack: string,
): Problem[] {
    const passwords = secretMap(registryPasswords);
    const lacks = (address: string) =>
        registryPasswords !== ENCRYPTED && passwords !== undefined && !Object.hasOwn(passwords, address);
    const problems = addresses.flatMap((address, i): Problem[] => {
        const first = addresses.indexOf(address);
        const at = `network.registries[${i}]`;
        if (address !== undefined && first < i) {
            return [{ path: `${at}.address`, message: `${address} is listed twice (network.registries[${first}])` }];
        }
        return address !== undefined && lacks(address)
            ? [{ path: at, message: `${address} has no password; this asks for it: ${setPassword(stack, address)}` }]
            : [];
    });
    const known = addresses.flatMap(address => address ?? []);
    const unused = Object.keys(passwords ?? {}).filter(address => !known.includes(address));
    return [
        ...problems,
        ...unused.map(address => ({
            path: formatPath(["registryPasswords", address]),
            message: `is of no registry in network.registries${didYouMean(address, known)}`,
        })),
    ];
}
