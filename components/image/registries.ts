/** Which registry an image comes from, and how Docker logs in there. */
import { base64url } from "rfc4648";
import { DEFAULT_BASE } from "../config/settings";
import type { Registry } from "../config/network/settings";

/** Names of Docker Hub. */
const DOCKER_HUB = ["docker.io", "index.docker.io", "registry-1.docker.io"];
/** Docker's own name for it in stored log-ins. */
const DOCKER_HUB_LOGIN = "https://index.docker.io/v1/";

/** One address for each registry: `docker.io` for every name of Docker Hub. */
export function canonical(address: string): string {
    return DOCKER_HUB.includes(address) ? "docker.io" : address;
}

/** Canonical address of the registry in a reference; `docker.io` if it names none. */
export function registryOf(reference: string): string {
    const [first, ...rest] = reference.split("/");
    const named = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
    return named ? canonical(first) : "docker.io";
}

/**
 * The reference to pull: Docker Hub's images come from the mirror, others from where they are. The base image that is
 * made on this machine comes from nowhere.
 */
export function mirrored(reference: string, mirror: string | undefined): string {
    if (mirror === undefined || registryOf(reference) !== "docker.io" || reference === DEFAULT_BASE) {
        return reference;
    }
    const [first, ...rest] = reference.split("/");
    const path = DOCKER_HUB.includes(first) && rest.length > 0 ? rest.join("/") : reference;
    return `${mirror}/${path.includes("/") ? path : `library/${path}`}`;
}

/** Address, as in `registries`, → password. */
export type RegistryPasswords = Readonly<Record<string, string>>;

/** A log-in in the Docker provider's form. */
export function providerLogin(
    { address, username }: Registry,
    password: string,
): { address: string; username: string; password: string } {
    // The provider knows Docker Hub only by this name.
    return { address: canonical(address) === "docker.io" ? "registry-1.docker.io" : address, username, password };
}

/** A registry as `docker login` takes it. */
export function clientAddress(address: string): string {
    return canonical(address) === "docker.io" ? DOCKER_HUB_LOGIN : address;
}

/** A log-in as Docker's API takes it for pulls (`X-Registry-Auth`): base64 for URLs, with the padding. */
export function pullAuth({ address, username }: Registry, password: string): string {
    const login = JSON.stringify({ username, password, serveraddress: clientAddress(address) });
    return base64url.stringify(Buffer.from(login, "utf8"));
}

/** Log-ins as the docker client reads them from its config.json. */
export function clientLogins(registries: readonly Registry[], passwords: RegistryPasswords): string {
    const auths = registries.map(({ address, username }) => [
        clientAddress(address),
        { auth: Buffer.from(`${username}:${passwords[address] ?? ""}`, "utf8").toString("base64") },
    ]);
    return JSON.stringify({ auths: Object.fromEntries(auths) as unknown });
}
