/**
 * All secrets are derived from one root secret. So nothing secret is stored twice, and passwords stay the same after
 * `down` and `up`.
 */
import type { Input } from "@pulumi/pulumi";
import { createHmac, hkdfSync, scryptSync } from "node:crypto";
import { base32 } from "./names";

/** HKDF (RFC 5869) with SHA-256. Every purpose has its own `info`, so no value reveals another. */
function derive(rootSecret: string, purpose: readonly string[], bytes: number): Buffer {
    // JSON keeps the parts apart: ["a", "b/c"] and ["a/b", "c"] must give different keys.
    return Buffer.from(hkdfSync("sha256", rootSecret, "jupyterhub-docker-pulumi", JSON.stringify(purpose), bytes));
}

/**
 * The id that every Docker object of a stack has in a label and in its name. Not secret. It depends on a name, so a
 * copied stack file cannot touch the stack it was copied from.
 * @param deployment the name that the stack was first deployed under
 */
export function instanceId(rootSecret: string, deployment: string): string {
    return base32(derive(rootSecret, ["instance", deployment], 5));
}

/** Secrets of the infrastructure, all lower-case hex. */
export interface HubSecrets {
    /** Between hub and proxy. */
    proxyToken: string;
    /** The hub signs cookies with it. */
    cookieSecret: string;
    /** The hub encrypts the state of authenticators with it. */
    cryptKey: string;
    /** Token for the hub's REST API with admin rights. */
    adminToken: string;
}

export function hubSecrets(rootSecret: string, deployment: string): HubSecrets {
    const hex = (purpose: string) => derive(rootSecret, [purpose, deployment], 32).toString("hex");
    return { proxyToken: hex("proxy"), cookieSecret: hex("cookie"), cryptKey: hex("crypt"), adminToken: hex("admin") };
}

/** A secret of the config with its fingerprint, which changes with the secret and reveals nothing of it. */
export interface FingerprintedSecret {
    value: Input<string>;
    /** `fingerprint(rootSecret, purpose, value)` */
    fingerprint: string;
}

/**
 * Plain text that changes with the secret. Without the root secret it reveals nothing, not even to somebody who tries
 * passwords.
 */
export function fingerprint(rootSecret: string, purpose: string, secret: string): string {
    return createHmac("sha256", derive(rootSecret, ["fingerprint", purpose], 32))
        .update(secret, "utf8")
        .digest("hex")
        .slice(0, 16);
}

/** Token of a service of `hub.services` for the hub's API. */
export function serviceToken(rootSecret: string, deployment: string, name: string): string {
    return derive(rootSecret, ["service", deployment, name], 32).toString("hex");
}

/** Token of a person's server for the hub's API. Every incarnation has a new one. */
export function serverToken(rootSecret: string, deployment: string, name: string, incarnation: string): string {
    return derive(rootSecret, ["server", deployment, name, incarnation], 24).toString("hex");
}

/** How often passwords were changed: everybody's, and this person's. Both count from 1. */
export interface PasswordVersion {
    everybody: number;
    own: number;
}

const FIRST: PasswordVersion = { everybody: 1, own: 1 };

function versioned({ everybody, own }: PasswordVersion): string[] {
    return everybody === 1 && own === 1 ? [] : [String(everybody), String(own)];
}

/** A person's password: 80 bits, in four groups that are easy to read out. */
export function password(rootSecret: string, deployment: string, name: string, version = FIRST): string {
    const letters = base32(derive(rootSecret, ["password", deployment, name, ...versioned(version)], 10));
    return (letters.match(/.{4}/g) as string[]).join("-");
}

/**
 * `sha256$SALT$HMAC`, the hash in the roster. One fast round is enough for 80 random bits, and a plan for hundreds of
 * people cannot afford hundreds of slow ones. `chosenPasswordHash` is for passwords that people chose.
 */
export function generatedPasswordHash(rootSecret: string, deployment: string, name: string, version = FIRST): string {
    const salt = derive(rootSecret, ["salt", deployment, name, ...versioned(version)], 16);
    const mac = createHmac("sha256", salt)
        .update(password(rootSecret, deployment, name, version), "utf8")
        .digest("hex");
    return `sha256$${salt.toString("hex")}$${mac}`;
}

/**
 * `scrypt$N$R$P$SALT$KEY`: slow, because a password that a person chose can be guessed. Each guess costs a fifth of a
 * second and 16 MiB.
 * @param salt 16 random bytes
 */
export function chosenPasswordHash(chosen: string, salt: Uint8Array): string {
    const cost = { N: 16384, r: 8, p: 5 };
    const key = scryptSync(chosen.normalize("NFC"), salt, 32, cost);
    return `scrypt$${cost.N}$${cost.r}$${cost.p}$${Buffer.from(salt).toString("hex")}$${key.toString("hex")}`;
}
