/** What people's servers are told of the place: its proxies and mirrors, and where its authorities are. Pure. */
import { directHosts, packageEnv, proxyEnv, type NetworkSettings } from "./settings";
import type { StackNames } from "../../docker/names";

/** In each server: a volume, and the file in it. */
export const AUTHORITIES_FOLDER = "/run/authorities";
export const AUTHORITIES_FILE = "ca.pem";

/**
 * Variables that name a file of certificate authorities, which is read instead of the image's own, and by Node beside
 * them: OpenSSL and Python's ssl, requests, curl, pip, Node and npm, git, conda, AWS's tools.
 */
const AUTHORITY_VARIABLES = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "CONDA_SSL_VERIFY",
    "AWS_CA_BUNDLE",
];

/** What is known of this machine's authorities, and of the volume that has them for servers. */
export interface KnownAuthorities {
    /** Hash of those that this machine names for builds; empty: none. */
    hash: string;
    /** Whether the volume is there. */
    present: boolean;
}

/**
 * Whether servers get the authorities: where builds get some. What is there stays: the next `up` may come from a shell
 * that names none.
 */
export function givesAuthorities(
    { servers, egress }: Pick<NetworkSettings, "servers" | "egress">,
    { hash, present }: KnownAuthorities,
): boolean {
    return servers.asBuilds !== false && egress !== "none" && (hash !== "" || present);
}

/** Variables of the place. @param authorities whether the server has them */
export function placeEnv(
    names: StackNames,
    network: NetworkSettings,
    { authorities, proxyCredentials }: { authorities: boolean; proxyCredentials?: string },
): Record<string, string> {
    if (network.servers.asBuilds === false) {
        return {};
    }
    const file = `${AUTHORITIES_FOLDER}/${AUTHORITIES_FILE}`;
    return {
        ...(authorities ? Object.fromEntries(AUTHORITY_VARIABLES.map(name => [name, file])) : {}),
        ...proxyEnv(
            network.proxy,
            directHosts(names, network),
            network.servers.proxyCredentials ? proxyCredentials : undefined,
        ),
        ...packageEnv(network.packages),
    };
}
