/**
 * The contract: every key of the stack config, its type, its default and what it means. Pure.
 *
 * Parsing gives what the file says, with defaults; settings.ts makes `Settings` of it. zod, because one
 * schema gives the check, the TypeScript types and, later, editor completion and a reference page.
 */
import { z } from "zod";
import { authentication } from "./authentication/schema";
import { hubSection, revoke } from "./hub/schema";
import { dockerSection } from "./docker";
import { metricsSection } from "./metrics";
import { networkSection, proxyCredentials, registryPasswords } from "./network/schema";
import { httpsSection } from "./https/settings";
import { homesSection } from "./homes";
import { imagesSection } from "./images";
import { groupName, groupSection, serverSection, user } from "./users/schema";
import { addressAndPort, checked, choice, DOCUMENT, duration, list, map, section, text } from "./fields";
import type { Listen } from "./values";
import { normalUrl, publicUrlProblem } from "./publicUrl";

/** Also what stands for an encrypted value before Pulumi has opened it. */
function isJsonObject(value: string): boolean {
    try {
        return /^x+$/.test(value) || /^\s*\{/.test(JSON.stringify(JSON.parse(value)));
    } catch {
        return false;
    }
}

const secret = text("a secret", DOCUMENT).min(1, { error: "is empty" });

/** Where a hub listens of which nothing is said. */
const DEFAULT_LISTEN: Listen = { ip: "127.0.0.1", port: 8000 };

export const configSchema = {
    users: list(user).describe("the people; the one list that is edited"),
    defaults: serverSection.default({}),
    groups: map("groups and their settings", groupName, groupSection)
        .default({})
        .describe("settings of groups; a person's own win, then those of the group listed last, then the defaults"),
    homes: homesSection.prefault({}),
    storage: choice(["volume", "none"]).default("volume"),
    authentication: authentication.describe("how people prove who they are"),
    https: httpsSection.default({ mode: "none" }),
    listen: addressAndPort("127.0.0.1:8000").default(DEFAULT_LISTEN).describe("where the hub listens"),
    publicUrl: checked("a URL", publicUrlProblem)
        .transform(normalUrl)
        .optional()
        .describe("what people open; a path is one that the hub is below. Default: made of listen and https"),
    images: imagesSection.default({}),
    spawning: choice(["declared", "dynamic"]).default("declared"),
    idle: section({
        cullAfter: duration.default(3600).describe("stop a server after so much time without activity. Default: 1h"),
        maxAge: duration
            .default(0)
            .describe("stop a server so long after its start, whatever runs in it. Default: never"),
    }).prefault({}),
    updates: choice(["when-idle", "now"]).default("when-idle"),
    deferAtMost: duration
        .default(0)
        .describe("updates: when-idle waits no longer than this for a server to stop, then interrupts it"),
    database: text("sqlite or a SQLAlchemy URL")
        .refine(value => value === "sqlite" || /^[a-z][a-z0-9+]*:\/\//.test(value), {
            error: "expected sqlite or a SQLAlchemy URL",
        })
        .default("sqlite"),
    docker: dockerSection.default({}),
    hub: hubSection.prefault({}).describe("JupyterHub itself: services, roles, pages, limits, Python of one's own"),
    revoke: revoke
        .default("soft")
        .describe(
            "hard: servers that a removed person had entered are stopped; soft: connections to them last " +
                "until they stop",
        ),
    metrics: metricsSection
        .default({})
        .describe("numbers for Prometheus, besides those that the hub has at hub/metrics"),
    network: networkSection.optional(),
    swarm: z.unknown().optional(),
    githubClientSecret: secret.optional().describe("client secret of the OAuth app at GitHub"),
    oidcClientSecret: secret.optional().describe("client secret that the OpenID provider gave this hub"),
    ldapBindPassword: secret.optional().describe("password of the account that looks people up in the directory"),
    proxyCredentials: proxyCredentials
        .optional()
        .describe("secret: user:password for network.httpProxy and network.httpsProxy"),
    registryPasswords: registryPasswords.describe("secret: address → password, for network.registries"),
    authenticatorSecrets: text("a JSON object", DOCUMENT)
        .refine(isJsonObject, { error: 'expected a JSON object of settings, such as {"client_secret": "…"}' })
        .optional()
        .describe("secret settings of the class of authentication type custom, as JSON"),
    tlsCertificate: text("a certificate in PEM form", DOCUMENT)
        .optional()
        .describe("https.mode files: the hub's certificate, then those that lead to its authority"),
    tlsKey: text("a private key in PEM form", DOCUMENT).optional().describe("https.mode files: the certificate's key"),
    rootSecret: z
        .string({
            error:
                "is missing; `npm run up` makes it, or: pulumi config set --secret jupyterhub:rootSecret " +
                '"$(openssl rand -hex 32)"',
        })
        .min(32, { error: "needs at least 32 characters; `openssl rand -hex 32` makes good ones" }),
} satisfies z.ZodRawShape;

export const config = section(configSchema);

/** The config as parsed: values of the domain, with defaults. */
export type Config = z.infer<typeof config>;

/** Keys whose value is a secret of its own (`pulumi config set --secret`). */
export const SECRET_KEYS: readonly string[] = [
    "rootSecret",
    "database",
    "githubClientSecret",
    "oidcClientSecret",
    "ldapBindPassword",
    "authenticatorSecrets",
    "proxyCredentials",
    "registryPasswords",
    "tlsKey",
];

/** Keys that may be encrypted and need not be. */
export const OPEN_OR_SECRET: readonly string[] = ["tlsCertificate"];
