/** A certificate and its key, looked at before they are put into use. Pure. */
import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { isIPv4 } from "node:net";
import type { Problem } from "../messages";

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, or undefined when one of them cannot be read or there is none. */
export function certificatesOf(pem: string): X509Certificate[] | undefined {
    const blocks = pem.match(BLOCK) ?? [];
    try {
        return blocks.length === 0 ? undefined : blocks.map(block => new X509Certificate(block));
    } catch {
        return undefined;
    }
}

export interface CertificateArgs {
    /**
     * PEM: the hub's certificate first, then those that lead to its authority. Undefined where it cannot be read yet.
     */
    certificate?: string;
    /** PEM, without a passphrase. Undefined where it cannot be read yet. */
    key?: string;
    /** Names that people come by, such as `hub.example.org`. */
    hosts: readonly string[];
    now: Date;
}

/** What keeps browsers from accepting the pair, each with the key of the config it stands in. */
export function certificateProblems({ certificate, key, hosts, now }: CertificateArgs): Problem[] {
    const problem = (path: string, message: string): Problem => ({ path, message });
    const chain = certificate === undefined ? undefined : certificatesOf(certificate);
    const privateKey = key === undefined ? undefined : readKey(key);
    const unreadable = [
        ...(certificate !== undefined && chain === undefined
            ? [problem("tlsCertificate", "is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)")]
            : []),
        ...(key !== undefined && privateKey === undefined
            ? [problem("tlsKey", "is not a private key in PEM form, or it needs a passphrase")]
            : []),
    ];
    if (chain === undefined) {
        return unreadable;
    }
    const [own] = chain;
    const wrong = chain.findIndex((issued, i) => i + 1 < chain.length && !issued.checkIssued(chain[i + 1]));
    return [
        ...unreadable,
        ...timeProblems(own, now).map(message => problem("tlsCertificate", message)),
        ...hosts
            .filter(host => !isFor(own, host))
            .map(host => problem("tlsCertificate", `is for ${namesOf(own)} and not for ${host}`)),
        ...(wrong === -1
            ? []
            : [
                  problem(
                      "tlsCertificate",
                      "its certificates are out of order: the hub's own first, then the one that signed it, " +
                          `and so on (number ${wrong + 1} is not signed by the next)`,
                  ),
              ]),
        ...(privateKey !== undefined && !own.checkPrivateKey(privateKey)
            ? [problem("tlsKey", "belongs to another certificate than tlsCertificate")]
            : []),
    ];
}

function readKey(pem: string): KeyObject | undefined {
    try {
        return createPrivateKey(pem);
    } catch {
        return undefined;
    }
}

function timeProblems(certificate: X509Certificate, now: Date): string[] {
    const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
    const day = (date: Date) => date.toISOString().slice(0, 10);
    if (to <= now) {
        return [`expired on ${day(to)}; renew it`];
    }
    return from > now ? [`is not valid before ${day(from)}`] : [];
}

function isFor(certificate: X509Certificate, host: string): boolean {
    // As browsers do it: the subject alternative names alone count.
    return (isIPv4(host) ? certificate.checkIP(host) : certificate.checkHost(host, { subject: "never" })) !== undefined;
}

function namesOf(certificate: X509Certificate): string {
    const names = (certificate.subjectAltName ?? "")
        .split(", ")
        .map(name => name.replace(/^(DNS|IP Address):/, ""))
        .filter(name => name !== "");
    return names.join(", ") || "no host";
}
