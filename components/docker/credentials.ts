/**
 * Everything secret is derived from one root secret, so nothing secret has to be stored twice and the same
 * passwords work after `down` and `up`. Pure.
 */
import type { Input } from "@pulumi/pulumi";
import { createHmac, hkdfSync, scryptSync } from "node:crypto";
import { base32 } from "./names";

/** HKDF (RFC 5869) with SHA-256; every purpose has an `info` of its own, so no value tells another. */
function derive(rootSecret: string, purpose: readonly string[], bytes: number): Buffer {
    // JSON keeps the parts apart: ["a", "b/c"] and ["a/b", "c"] must not meet.
    return Buffer.from(hkdfSync("sha256", rootSecret, "jupyterhub-docker-pulumi", JSON.stringify(purpose), bytes));
}

/**
 * What labels every Docker object of a stack and is a part of its names. Not secret. The stack's name goes
 * in, so that a copied stack file does not reach into the stack it was copied from.
 */
export function instanceId(rootSecret: string, stack: string): string {
    return base32(derive(rootSecret, ["instance", stack], 5));
}

/** Secrets of the infrastructure, all lower-case hex. */
export interface HubSecrets {
    /** Between hub and proxy. */
    proxyToken: string;
    /** Signs the hub's cookies. */
    cookieSecret: string;
    /** Encrypts what the hub keeps for authenticators. */
    cryptKey: string;
    /** Token of the REST API with an admin's rights: sees people, starts and stops servers. */
    adminToken: string;
}

export function hubSecrets(rootSecret: string, stack: string): HubSecrets {
    const hex = (purpose: string) => derive(rootSecret, [purpose, stack], 32).toString("hex");
    return { proxyToken: hex("proxy"), cookieSecret: hex("cookie"), cryptKey: hex("crypt"), adminToken: hex("admin") };
}

/** A secret of the config, and what tells it from the one before without telling anything about it. */
export interface FingerprintedSecret {
    value: Input<string>;
    /** `fingerprint(rootSecret, purpose, value)` */
    fingerprint: string;
}

/**
 * Plain text that changes with the secret. Who has no root secret learns nothing from it, not even by trying passwords.
 */
export function fingerprint(rootSecret: string, purpose: string, secret: string): string {
    return createHmac("sha256", derive(rootSecret, ["fingerprint", purpose], 32))
        .update(secret, "utf8")
        .digest("hex")
        .slice(0, 16);
}

/** Token by which a declared service talks to the hub. */
export function serviceToken(rootSecret: string, stack: string, name: string): string {
    return derive(rootSecret, ["service", stack, name], 32).toString("hex");
}

/** Token by which a person's server talks to the hub; new for every incarnation. */
export function serverToken(rootSecret: string, stack: string, name: string, incarnation: string): string {
    return derive(rootSecret, ["server", stack, name, incarnation], 24).toString("hex");
}

/** How often passwords were changed: everybody's and this person's; both count from 1. */
export interface PasswordVersion {
    everybody: number;
    own: number;
}

const FIRST: PasswordVersion = { everybody: 1, own: 1 };

function versioned({ everybody, own }: PasswordVersion): string[] {
    return everybody === 1 && own === 1 ? [] : [String(everybody), String(own)];
}

/** A person's password: 80 bits in four groups that are easy to read out. */
export function password(rootSecret: string, stack: string, name: string, version = FIRST): string {
    const letters = base32(derive(rootSecret, ["password", stack, name, ...versioned(version)], 10));
    return (letters.match(/.{4}/g) as string[]).join("-");
}

/**
 * `sha256$SALT$HMAC`, what the roster carries. One fast round is enough for 80 random bits, and a plan over
 * hundreds of people must not take hundreds of slow ones; a password that a person chose has `chosenPasswordHash`.
 */
export function passwordHash(rootSecret: string, stack: string, name: string, version = FIRST): string {
    const salt = derive(rootSecret, ["salt", stack, name, ...versioned(version)], 16);
    const mac = createHmac("sha256", salt)
        .update(password(rootSecret, stack, name, version), "utf8")
        .digest("hex");
    return `sha256$${salt.toString("hex")}$${mac}`;
}

/**
 * `scrypt$N$R$P$SALT$KEY`: slow, because a password that a person chose can be guessed. A fifth of a second and 16 MiB
 * for each guess.
 * @param salt 16 random bytes
 */
export function chosenPasswordHash(chosen: string, salt: Uint8Array): string {
    const cost = { N: 16384, r: 8, p: 5 };
    const key = scryptSync(chosen.normalize("NFC"), salt, 32, cost);
    return `scrypt$${cost.N}$${cost.r}$${cost.p}$${Buffer.from(salt).toString("hex")}$${key.toString("hex")}`;
}
