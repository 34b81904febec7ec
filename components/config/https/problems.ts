/** What is wrong with `https` beside `publicUrl`, `listen` and the certificate. Pure. */
import { isIPv4 } from "node:net";
import { certificateProblems } from "./tlsPair";
import { ENCRYPTED } from "../fields";
import { didYouMean, type Problem } from "../messages";
import { derivedUrl, HTTPS_KEYS, type HttpsSection } from "./settings";
import { isLoopback, meet, type Listen } from "../values";

type Mode = HttpsSection["mode"];

/** Config keys that only make sense with a certificate of one's own. */
const PAIR = ["tlsCertificate", "tlsKey"] as const;

/** What the section is looked at beside; what is wrong of it is undefined. */
export interface BesideHttps {
    listen?: Listen;
    /** In its one form. */
    publicUrl?: string;
    /** Whether `publicUrl` is in the config, right or wrong. */
    hasPublicUrl: boolean;
    /** Host and port that a URL is made of where none is given. */
    derived?: string;
}

/** What the certificate is looked at with. */
export interface CertificateCheck {
    stack: string;
    now: Date;
    /** `tlsCertificate` and `tlsKey` as they are written. */
    raw: Readonly<Record<string, unknown>>;
}

/** What only shows when `https`, `publicUrl` and `listen` are looked at together. */
export function httpsProblems(https: HttpsSection, beside: BesideHttps): Problem[] {
    return [
        ...(beside.listen === undefined ? [] : addressProblems(https, beside.listen)),
        ...urlProblems(https.mode, beside),
    ];
}

/** @param raw the section as it is written */
export function unknownHttpsKeys({ mode }: HttpsSection, raw: unknown): Problem[] {
    return Object.keys(raw ?? {})
        .filter(key => key !== "mode" && !HTTPS_KEYS[mode].some(known => known === key))
        .map(key => ({
            path: "https",
            message: `unknown key "${key}" beside mode: ${mode}${didYouMean(key, HTTPS_KEYS[mode])}`,
        }));
}

function addressProblems({ mode, insecure, redirectFrom, trustedProxies }: HttpsSection, listen: Listen): Problem[] {
    if (mode === "none" && !isLoopback(listen.ip) && insecure !== true) {
        return [
            {
                path: "listen",
                message:
                    `${listen.ip} can be reached from other machines, and without HTTPS passwords would cross ` +
                    "the network readably; listen on 127.0.0.1, or accept it by https: {mode: none, insecure: " +
                    "true}",
            },
        ];
    }
    if (mode === "external" && !isLoopback(listen.ip) && (trustedProxies ?? []).length === 0) {
        return [
            {
                path: "https.trustedProxies",
                message:
                    `is missing: other machines reach ${listen.ip}, and only your proxy's word about who comes ` +
                    "may be taken; name its address",
            },
        ];
    }
    return redirectFrom !== undefined && HTTPS_KEYS[mode].includes("redirectFrom") && meet(redirectFrom, listen)
        ? [{ path: "https.redirectFrom", message: "is where HTTPS listens already" }]
        : [];
}

function urlProblems(mode: Mode, { publicUrl, hasPublicUrl }: BesideHttps): Problem[] {
    const problem = (message: string) => [{ path: "publicUrl", message }];
    if (!hasPublicUrl && (mode === "acme" || mode === "external")) {
        return problem(`is missing: with https.mode ${mode} it cannot be derived from listen`);
    }
    if (publicUrl === undefined) {
        return [];
    }
    const { protocol, hostname } = new URL(publicUrl);
    if ((protocol === "https:") === (mode === "none")) {
        return problem(`begins with ${protocol}//, but https.mode is ${mode}`);
    }
    // A public authority has no word on names without a dot, a private one may.
    return mode === "acme" && isIPv4(hostname)
        ? problem(`ACME certificates are for names, and ${hostname} is an address`)
        : [];
}

/** What keeps browsers from accepting the certificate, or what there is of one that nobody asks for. */
export function pairProblems(
    https: HttpsSection,
    beside: BesideHttps,
    { stack, now, raw }: CertificateCheck,
): Problem[] {
    const { mode } = https;
    if (mode !== "files") {
        return PAIR.filter(key => raw[key] !== undefined).map(key => ({
            path: key,
            message: `is for https.mode files, and it is ${mode}; leave it out`,
        }));
    }
    const missing = PAIR.filter(key => raw[key] === undefined).map(key => ({
        path: key,
        message:
            `is missing; https.mode files needs it: npm run secret -- ${stack} ${key} < ` +
            `${key === "tlsKey" ? "key" : "certificate"}.pem`,
    }));
    // What the check before Pulumi cannot read, the program looks at.
    const read = (key: string) => (typeof raw[key] === "string" && raw[key] !== ENCRYPTED ? raw[key] : undefined);
    return [
        ...missing,
        ...certificateProblems({
            certificate: read("tlsCertificate"),
            key: read("tlsKey"),
            hosts: urlsOf(https, beside).map(url => new URL(url).hostname),
            now,
        }),
    ];
}

/** What people open, if that is known. */
function urlsOf(https: HttpsSection, { publicUrl, hasPublicUrl, derived }: BesideHttps): string[] {
    if (publicUrl !== undefined) {
        return [publicUrl];
    }
    return hasPublicUrl || derived === undefined ? [] : [derivedUrl(https, derived)];
}
