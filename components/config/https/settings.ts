/** How the hub is reached by HTTPS: `https`, `publicUrl` and the certificate of the config, together. Pure. */
import { isIPv4 } from "node:net";
import { z } from "zod";
import { certificatesOf } from "./tlsPair";
import { normalUrl } from "../publicUrl";
import { addressAndPort, choice, DOCUMENT, duration, flag, kindOf, list, section, text, writtenAs } from "../fields";
import type { Listen } from "../values";
import { urlOf } from "../values";

const DEFAULT_DIRECTORY = "https://acme-v02.api.letsencrypt.org/directory";
/** How long browsers are told to come by HTTPS only, in seconds: a year. */
const DEFAULT_HSTS = 365 * 86_400;

/** What all ways have in common in which HTTPS ends here. */
interface Tls {
    /** Where plain HTTP is answered, by leading to HTTPS. */
    redirectFrom?: Listen;
    /**
     * Seconds for which browsers come by HTTPS only; 0 does not ask them to.
     * @default a year; 0 for localhost
     */
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

/** What each way of coming is. */
const MODES = {
    none: "plain HTTP",
    files: "with the certificate of tlsCertificate and tlsKey",
    acme: "with a certificate from an ACME server, such as Let's Encrypt",
    internal: "with a certificate from an authority of the hub's own",
    external: "HTTPS ends in a proxy of yours in front",
};

type Mode = keyof typeof MODES;

const httpsFields = {
    insecure: flag.optional().describe("plain HTTP although other machines reach the address"),
    redirectFrom: addressAndPort("0.0.0.0:80")
        .optional()
        .describe("where plain HTTP is answered, by leading to HTTPS; acme also proves there whose host it is"),
    hsts: duration
        .optional()
        .describe(
            "how long browsers come by HTTPS only (Strict-Transport-Security), or never; a year where it is left out",
        ),
    directory: text("a URL")
        .refine(value => urlOf(value) !== undefined && value.startsWith("https://"), {
            error: "expected a URL such as https://acme.example.org/directory",
        })
        .optional()
        .describe("the ACME server's directory; Let's Encrypt's where it is left out"),
    email: text("an e-mail address")
        .refine(value => /^[^\s@]+@[^\s@]+$/.test(value), { error: "expected an e-mail address" })
        .optional()
        .describe("whom the ACME server may write to"),
    ca: text("a certificate", DOCUMENT)
        .refine(value => certificatesOf(value) !== undefined, {
            error: "expected certificates in PEM form (-----BEGIN CERTIFICATE-----)",
        })
        .optional()
        .describe("the authority behind a private ACME server"),
    trustedProxies: list(range)
        .optional()
        .describe("addresses of the proxy in front, of which its word is taken about who comes"),
};

type Key = keyof typeof httpsFields;

const TLS: readonly Key[] = ["redirectFrom", "hsts"];

/** The keys of each mode besides itself. */
export const HTTPS_KEYS: Record<Mode, readonly Key[]> = {
    none: ["insecure"],
    files: TLS,
    acme: [...TLS, "directory", "email", "ca"],
    internal: TLS,
    external: ["trustedProxies"],
};

const modes = Object.keys(MODES) as [Mode, ...Mode[]];

const oneMode = (mode: Mode) =>
    section({
        mode: z.literal(mode).describe(MODES[mode]),
        ...Object.fromEntries(HTTPS_KEYS[mode].map(key => [key, httpsFields[key]])),
    });

export const httpsSection = writtenAs(
    z.object(
        { mode: choice(modes), ...httpsFields },
        { error: ({ input }) => `expected keys and values such as {mode: none}, got ${kindOf(input)}` },
    ),
    z.union(modes.map(oneMode)),
);

export type HttpsSection = z.infer<typeof httpsSection>;

/** What people open where the config does not say it. @param derived host and port */
export function derivedUrl({ mode }: HttpsSection, derived: string): string {
    return normalUrl(`${mode === "none" ? "http" : "https"}://${derived}/`);
}

/**
 * The settings of a config that has no problems.
 * @param url what people open
 * @param certificate the hub's own, with `mode: files`
 */
export function httpsSettings(given: HttpsSection, url: string, certificate = ""): HttpsSettings {
    const { mode, redirectFrom, directory = DEFAULT_DIRECTORY, email, ca, trustedProxies = [] } = given;
    // A browser that heard it from `localhost` would refuse every other program there, whatever its port.
    const isLocal = /(^|\.)localhost$/.test(new URL(url).hostname);
    const tls = {
        ...(redirectFrom === undefined ? {} : { redirectFrom }),
        hsts: given.hsts ?? (isLocal ? 0 : DEFAULT_HSTS),
    };
    switch (mode) {
        case "none":
            return { mode };
        case "external":
            return { mode, trustedProxies };
        case "files":
            return { mode, certificate, ...tls };
        case "internal":
            return { mode, ...tls };
        case "acme":
            return {
                mode,
                directory,
                ...(email === undefined ? {} : { email }),
                ...(ca === undefined ? {} : { ca }),
                ...tls,
            };
    }
}
