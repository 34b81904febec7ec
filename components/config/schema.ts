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
import { httpsSchema } from "./https/settings";
import { groupFields, groupName, homeFormat, serverFields, user } from "./users/schema";
import {
    addressAndPort,
    checked,
    choice,
    DEFAULT_LISTEN,
    DOCUMENT,
    duration,
    flag,
    folder,
    list,
    map,
    section,
    size,
    text,
} from "./fields";
import { publicUrlProblem } from "./publicUrl";

const packageNames = (what: string, pattern: RegExp) =>
    list(text(what).refine(name => pattern.test(name), { error: `is no ${what}` }));

/** Docker's grammar of image references, without a digest. */
const REPOSITORY = String.raw`(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*`;

/** A reference that names the same image tomorrow. */
function isPinned(reference: string): boolean {
    const [name, digest] = reference.split(/@(.*)/s);
    const tagged = new RegExp(`^${REPOSITORY}:(?!latest$)[\\w][\\w.-]{0,127}$`);
    return digest === undefined
        ? tagged.test(name)
        : /^sha256:[0-9a-f]{64}$/.test(digest) && new RegExp(`^${REPOSITORY}(?::[\\w][\\w.-]{0,127})?$`).test(name);
}

const pinned = text("an image").refine(isPinned, {
    error: "name a fixed tag or a digest (some/image:1.2 or some/image@sha256:…): latest is something else tomorrow",
});

/** Arguments that have a key of their own, which is checked. */
const OWN_ARGUMENTS: Readonly<Record<string, string>> = { BASE: "base", PACKAGES: "packages", PIP_PACKAGES: "pip" };

const argumentName = checked("a build argument's name", name => {
    if (!/^[A-Za-z_]\w{0,254}$/.test(name)) {
        return "is no name of a build argument";
    }
    return Object.hasOwn(OWN_ARGUMENTS, name) ? `has a key of its own: ${OWN_ARGUMENTS[name]}` : undefined;
});

/** One image: built here (default) or pulled. */
const image = section({
    pull: pinned.optional().describe("take this image instead of building one"),
    build: text("a folder of images/")
        .refine(folder => /^[a-z0-9][a-z0-9-]*$/.test(folder), { error: "expected the name of a folder in images/" })
        .optional(),
    base: pinned.optional(),
    packages: packageNames("Debian package", /^[a-z0-9][a-z0-9.+-]+$/)
        .optional()
        .describe("Debian packages to add"),
    pip: packageNames("pip requirement", /^[A-Za-z0-9][\w.-]*(\[[\w,.-]+\])?((==|>=|<=|~=|!=|<|>)[\w.*,=<>!~-]+)?$/)
        .optional()
        .describe("Python packages to add"),
    args: map("names and values of build arguments", argumentName, text("a build argument", DOCUMENT)).optional(),
}).superRefine((spec, context) => {
    const built = (["build", "base", "packages", "pip", "args"] as const).filter(key => spec[key] !== undefined);
    if (spec.pull !== undefined && built.length > 0) {
        context.addIssue(`pull takes an image as it is: leave out ${built.join(", ")}, or pull`);
    }
});

/** Also what stands for an encrypted value before Pulumi has opened it. */
function isJsonObject(value: string): boolean {
    try {
        return /^x+$/.test(value) || /^\s*\{/.test(JSON.stringify(JSON.parse(value)));
    } catch {
        return false;
    }
}

const secret = text("a secret", DOCUMENT).min(1, { error: "is empty" });

export const configSchema = {
    users: list(user).describe("the people; the one list that is edited"),
    defaults: section(serverFields).default({}),
    groups: map("groups and their settings", groupName, section(groupFields))
        .default({})
        .describe("settings of groups; a person's own win, then those of the group listed last, then the defaults"),
    homes: section({
        hostFormat: homeFormat.default("/home/{username}").describe("a system person's home on the Docker host"),
        imageFormat: homeFormat.default("/home/{username}").describe("a system person's home in the server"),
        create: flag.default(true).describe("make missing homes; false: a missing one is an error"),
        mode: text("a mode")
            .regex(/^0?[0-7]{3}$/, { error: 'expected a mode in octal digits, such as "0700"' })
            .default("0700")
            .describe("rights of homes that are made"),
        skeleton: folder.optional().describe("folder whose files a home gets when it is made, as /etc/skel"),
        size: size(16)
            .optional()
            .describe("size of a temporary home (storage: none); half of the memory limit where it is left out"),
    }).prefault({}),
    storage: choice(["volume", "none"]).default("volume"),
    authentication: authentication.describe("how people prove who they are"),
    https: httpsSchema.default({ mode: "none" }),
    listen: addressAndPort(DEFAULT_LISTEN).default(DEFAULT_LISTEN),
    publicUrl: checked("a URL", publicUrlProblem)
        .optional()
        .describe("what people open; a path is one that the hub is below. Default: made of listen and https"),
    images: section({
        base: pinned.optional(),
        hub: image.optional(),
        proxy: image.optional(),
        gate: image.optional(),
        guard: image.optional(),
        caddy: image.optional(),
        notebooks: map("images by their name", text("an image's name"), image).optional(),
    }).default({}),
    spawning: choice(["declared", "dynamic"]).default("declared"),
    idle: section({
        cullAfter: duration.optional().describe("stop a server after so much time without activity. Default: 1h"),
        maxAge: duration
            .optional()
            .describe("stop a server so long after its start, whatever runs in it. Default: never"),
    }).default({}),
    updates: choice(["when-idle", "now"]).default("when-idle"),
    deferAtMost: duration
        .default("never")
        .describe("updates: when-idle waits no longer than this for a server to stop, then interrupts it"),
    database: text("sqlite or a SQLAlchemy URL")
        .refine(value => value === "sqlite" || /^[a-z][a-z0-9+]*:\/\//.test(value), {
            error: "expected sqlite or a SQLAlchemy URL",
        })
        .default("sqlite"),
    docker: dockerSection.default({}),
    hub: hubSection
        .default(hubSection.parse({}))
        .describe("JupyterHub itself: services, roles, pages, limits, Python of one's own"),
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

/** The config as parsed: defaults are in, names and sizes as written. */
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
