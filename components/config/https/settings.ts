/** How the hub is reached by HTTPS: `https`, `publicUrl` and the certificate of the config, together. Pure. */
import { isIPv4 } from "node:net";
import { z } from "zod";
import { certificateProblems, certificatesOf } from "./tlsPair";
import { didYouMean, type Problem } from "../messages";
import { normalUrl, publicUrlProblem } from "../publicUrl";
import {
    addressAndPort,
    choice,
    DEFAULT_LISTEN,
    DOCUMENT,
    duration,
    ENCRYPTED,
    flag,
    kindOf,
    list,
    text,
} from "../fields";
import { durationInSeconds, isLoopback, parseListen, type Listen } from "../values";

const DEFAULT_DIRECTORY = "https://acme-v02.api.letsencrypt.org/directory";
/** How long browsers are told to come by HTTPS only. */
const DEFAULT_HSTS = "365d";

/** What all ways have in common in which HTTPS ends here. */
interface Tls {
    /** Where plain HTTP is answered, by leading to HTTPS. */
    redirectFrom?: Listen;
    /** Seconds for which browsers come by HTTPS only; 0 does not ask them to. */
    hsts: number;
}

export type HttpsSettings =
    | { mode: "none" }
    | ({ mode: "files"; certificate: string } & Tls)
    | ({ mode: "internal" } & Tls)
    | ({ mode: "acme"; directory: string; email?: string; ca?: string } & Tls)
    | { mode: "external"; trustedProxies: string[] };

/** An IPv4 address, or a range of them: `10.0.0.0/8`. */
const range = text("an address or a range").refine(
    value => {
        const [ip, bits, more] = value.split("/");
        return more === undefined && isIPv4(ip) && (bits === undefined || /^([0-9]|[12][0-9]|3[0-2])$/.test(bits));
    },
    { error: "expected an IPv4 address or a range such as 10.0.0.0/8" },
);

export const httpsSchema = z.looseObject(
    {
        mode: choice(["none", "files", "acme", "internal", "external"]).describe(
            "none: plain HTTP; files: tlsCertificate and tlsKey; acme: from an ACME server; internal: from " +
                "an authority of its own; external: a proxy of yours in front",
        ),
        insecure: flag.optional().describe("none: plain HTTP although other machines reach the address"),
        redirectFrom: addressAndPort("0.0.0.0:80")
            .optional()
            .describe("where plain HTTP is answered, by leading to HTTPS; acme also proves there whose host it is"),
        hsts: duration
            .optional()
            .describe("how long browsers come by HTTPS only (Strict-Transport-Security), or never"),
        directory: text("a URL")
            .refine(value => URL.canParse(value) && value.startsWith("https://"), {
                error: "expected a URL such as https://acme.example.org/directory",
            })
            .optional()
            .describe("acme: the server's directory"),
        email: text("an e-mail address")
            .refine(value => /^[^\s@]+@[^\s@]+$/.test(value), { error: "expected an e-mail address" })
            .optional()
            .describe("acme: whom the server may write to"),
        ca: text("a certificate", DOCUMENT)
            .refine(value => certificatesOf(value) !== undefined, {
                error: "expected certificates in PEM form (-----BEGIN CERTIFICATE-----)",
            })
            .optional()
            .describe("acme: the authority behind a private ACME server"),
        trustedProxies: list(range).optional().describe("external: addresses of the proxy in front"),
    },
    { error: ({ input }) => `expected keys and values such as {mode: none}, got ${kindOf(input)}` },
);

type HttpsConfig = z.infer<typeof httpsSchema>;

const TLS = ["redirectFrom", "hsts"];
const KEYS: Record<HttpsConfig["mode"], string[]> = {
    none: ["insecure"],
    files: TLS,
    internal: TLS,
    acme: [...TLS, "directory", "email", "ca"],
    external: ["trustedProxies"],
};

/** Config keys that only make sense with a certificate of one's own. */
const PAIR = ["tlsCertificate", "tlsKey"] as const;

/**
 * What only shows when `https`, `publicUrl`, `listen` and the certificate are looked at together.
 * @param derived host and port that a URL is made of where none is given
 */
export function httpsProblems(
    raw: Record<string, unknown>,
    stack: string,
    derived: (listen: Listen) => string,
    now: Date,
): Problem[] {
    const parsed = httpsSchema.safeParse(raw.https ?? { mode: "none" });
    const { listen: given = DEFAULT_LISTEN } = raw;
    const listen = typeof given === "string" ? parseListen(given) : undefined;
    const mode = parsed.success ? parsed.data.mode : undefined;
    if (mode === undefined || !parsed.success) {
        return [];
    }
    const unknown = Object.keys(raw.https ?? {})
        .filter(key => key !== "mode" && !KEYS[mode].includes(key))
        .map(key => ({
            path: "https",
            message: `unknown key "${key}" beside mode: ${mode}${didYouMean(key, KEYS[mode])}`,
        }));
    return [
        ...unknown,
        ...(listen === undefined ? [] : addressProblems(parsed.data, listen)),
        ...urlProblems(raw.publicUrl, mode),
        ...(mode === "files" ? pairProblems(raw, stack, listen && derived(listen), now) : unusedPair(raw, mode)),
    ];
}

function addressProblems({ mode, insecure, redirectFrom, trustedProxies }: HttpsConfig, listen: Listen): Problem[] {
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
    const redirect =
        redirectFrom === undefined || !KEYS[mode].includes("redirectFrom") ? undefined : parseListen(redirectFrom);
    const meet =
        redirect !== undefined &&
        redirect.port === listen.port &&
        (redirect.ip === listen.ip || [redirect.ip, listen.ip].includes("0.0.0.0"));
    return meet ? [{ path: "https.redirectFrom", message: "is where HTTPS listens already" }] : [];
}

function urlProblems(given: unknown, mode: HttpsConfig["mode"]): Problem[] {
    const problem = (message: string) => [{ path: "publicUrl", message }];
    if (given === undefined) {
        return mode === "acme" || mode === "external"
            ? problem(`is missing: with https.mode ${mode} it cannot be told from listen`)
            : [];
    }
    if (typeof given !== "string" || publicUrlProblem(given) !== undefined) {
        return [];
    }
    const { protocol, hostname } = new URL(given);
    if ((protocol === "https:") === (mode === "none")) {
        return problem(`begins with ${protocol}//, but https.mode is ${mode}`);
    }
    // A public authority has no word on names without a dot, a private one may.
    return mode === "acme" && isIPv4(hostname)
        ? problem(`an ACME server vouches for names, and ${hostname} is an address`)
        : [];
}

function pairProblems(raw: Record<string, unknown>, stack: string, derived: string | undefined, now: Date): Problem[] {
    const missing = PAIR.filter(key => raw[key] === undefined).map(key => ({
        path: key,
        message:
            `is missing; https.mode files needs it: npm run secret -- ${stack} ${key} < ` +
            `${key === "tlsKey" ? "key" : "certificate"}.pem`,
    }));
    // What the check before Pulumi cannot read, the program looks at.
    const read = (key: string) => (typeof raw[key] === "string" && raw[key] !== ENCRYPTED ? raw[key] : undefined);
    const url = publicUrlOf(raw.publicUrl, "files", derived);
    return [
        ...missing,
        ...certificateProblems({
            certificate: read("tlsCertificate"),
            key: read("tlsKey"),
            hosts: url === undefined ? [] : [new URL(url).hostname],
            now,
        }),
    ];
}

function unusedPair(raw: Record<string, unknown>, mode: string): Problem[] {
    return PAIR.filter(key => raw[key] !== undefined).map(key => ({
        path: key,
        message: `is for https.mode files, and it is ${mode}; leave it out`,
    }));
}

function publicUrlOf(given: unknown, mode: HttpsConfig["mode"], derived: string | undefined): string | undefined {
    if (given === undefined) {
        return derived && normalUrl(`${mode === "none" ? "http" : "https"}://${derived}/`);
    }
    return typeof given === "string" && publicUrlProblem(given) === undefined ? normalUrl(given) : undefined;
}

/** The settings of a config that has no problems; `derived` as above. */
export function resolveHttps(
    config: HttpsConfig,
    derived: string,
    given: { publicUrl?: string; tlsCertificate?: string },
): { url: string; https: HttpsSettings } {
    const { mode } = config;
    const url = publicUrlOf(given.publicUrl, mode, derived) as string;
    if (mode === "none") {
        return { url, https: { mode } };
    }
    if (mode === "external") {
        return { url, https: { mode, trustedProxies: config.trustedProxies ?? [] } };
    }
    const redirectFrom = config.redirectFrom === undefined ? {} : { redirectFrom: parseListen(config.redirectFrom) };
    const tls = { ...redirectFrom, hsts: hstsSeconds(config.hsts, new URL(url).hostname) };
    if (mode === "files") {
        return { url, https: { mode, certificate: given.tlsCertificate as string, ...tls } };
    }
    if (mode === "internal") {
        return { url, https: { mode, ...tls } };
    }
    const { directory = DEFAULT_DIRECTORY, email, ca } = config;
    return {
        url,
        https: {
            mode,
            directory,
            ...(email === undefined ? {} : { email }),
            ...(ca === undefined ? {} : { ca }),
            ...tls,
        },
    };
}

/** A browser that heard it from `localhost` would refuse every other program there, whatever its port. */
function hstsSeconds(given: string | undefined, host: string): number {
    const own = /(^|\.)localhost$/.test(host) ? "never" : DEFAULT_HSTS;
    const value = given ?? own;
    return value === "never" ? 0 : (durationInSeconds(value) as number);
}
