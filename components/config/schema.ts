/**
 * The contract: every key of the stack config, its type, its default and what it means. Pure.
 *
 * Parsing gives what the file says, with defaults; settings.ts makes `Settings` of it. zod, because one
 * schema gives the check, the TypeScript types, completion in editors (stacks/schema.json) and docs/reference.md.
 */
import { z } from "zod";
import { authentication } from "./authentication/schema";
import { allow, launcherSection } from "./dynamic/schema";
import { hubSection, revoke } from "./hub/schema";
import { databaseProblem, SQLITE } from "./database";
import { dockerSection } from "./docker";
import { lookSection } from "./look/schema";
import { metricsSection } from "./metrics";
import { networkSection, proxyCredentials, registryPasswords } from "./network/schema";
import { httpsSection } from "./https/settings";
import { homesSection } from "./homes";
import { imagesSection } from "./images";
import { schedules } from "./schedule/schema";
import { swarmRegistryPassword, swarmSection } from "./swarm/schema";
import { secretEnv, secretFiles } from "./secrets/schema";
import { groupName, groupSection, personName, serverSection, user } from "./users/schema";
import { namedServers, pool, profiles } from "./profiles/schema";
import { addressAndPort, authorities, checked, choice, DOCUMENT, duration, list, map, section, text } from "./fields";
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

/** Pulumi's rule for names of stacks. */
export const STACK_NAME = /^[A-Za-z0-9_.-]{1,100}$/;

export const configSchema = {
    users: list(user).describe("the people; the one list that is edited"),
    blockedUsers: list(personName)
        .default([])
        .describe(
            "people who are not let in, whoever lets them in otherwise; their server is stopped, their home stays",
        ),
    renamedFrom: text("the name of a stack")
        .regex(STACK_NAME, { error: "is no name of a stack: letters, digits, and . _ - alone" })
        .optional()
        .describe("the name that this stack was first deployed under; names and passwords are derived from it"),
    defaults: serverSection
        .default({})
        .describe("what each person's server has, where neither the person nor a group of theirs says otherwise"),
    groups: map("groups and their settings", groupName, groupSection)
        .default({})
        .describe("settings of groups; a person's own win, then those of the group listed last, then the defaults"),
    homes: homesSection
        .prefault({})
        .describe("where system people's homes are, how missing ones are made, and how large temporary ones are"),
    storage: choice(["volume", "none"])
        .default("volume")
        .describe(
            "homes of plain people. volume: kept until they are purged; none: in memory, gone when the server stops",
        ),
    authentication: authentication.describe("how people prove who they are. Default: {type: password}"),
    https: httpsSection
        .default({ mode: "none" })
        .describe(
            "whether people come by HTTPS, and where the certificate is from. Default: plain HTTP, for this machine",
        ),
    listen: addressAndPort("127.0.0.1:8000")
        .prefault("127.0.0.1:8000")
        .describe("IPv4 address and port where the hub listens; 0.0.0.0 is every address of the machine"),
    publicUrl: checked("a URL", publicUrlProblem)
        .transform(normalUrl)
        .optional()
        .describe("what people open; a path is one that the hub is below. Default: made of listen and https"),
    images: imagesSection
        .default({})
        .describe("what the containers' images are built of, or pulled from. Default: built of the folders in images/"),
    spawning: choice(["declared", "dynamic"])
        .default("declared")
        .describe(
            "declared: a container for each person of the list; dynamic: a container is made when a server starts",
        ),
    allow: allow
        .optional()
        .describe("spawning: dynamic: who gets in besides the list. Default: listed, nobody; of anonymous, all"),
    launcher: launcherSection.optional().describe("spawning: dynamic: limits, and ids of system people"),
    profiles: profiles
        .default({})
        .describe(
            "spawning: dynamic: what people choose from when they start a server, and who may take it; shown in the " +
                "order of their keys",
        ),
    namedServers: namedServers
        .default(0)
        .describe(
            "spawning: dynamic: how many further servers each person may have, beside the one of their name. " +
                "Default: 0",
        ),
    gpus: pool
        .optional()
        .describe(
            'the pool of GPUs, as ["0", "1"]: numbers of GPUs are taken from it; with spawning: dynamic at the start ' +
                "of a server, and given back when it has stopped",
        ),
    idle: section({
        cullAfter: duration.prefault("1h").describe("stop a server after so much time without activity"),
        maxAge: duration
            .optional()
            .describe("stop a server so long after its start, whatever runs in it. Default: never; of anonymous, 4h"),
    })
        .prefault({})
        .describe("when servers are stopped by themselves"),
    updates: choice(["when-idle", "now"])
        .default("when-idle")
        .describe("when-idle: a changed definition waits until the person's server has stopped; now: it interrupts"),
    deferAtMost: duration
        .prefault("never")
        .describe("updates: when-idle waits no longer than this for a server to stop, then interrupts it"),
    schedule: schedules
        .default({})
        .describe("servers that are started before a lecture, a few at a time, and stopped after it, by the clock"),
    database: checked("sqlite, or the URL of a database of PostgreSQL", databaseProblem)
        .default(SQLITE)
        .describe(
            "the hub's database. sqlite: a file in the hub's volume; or secret: " +
                "postgresql://user:password@host:5432/name?sslmode=verify-full",
        ),
    databaseCa: authorities("databaseCa")
        .optional()
        .describe("authorities that signed the database server's certificate, where the system does not know them"),
    docker: dockerSection.default({}).describe("which Docker engine all of this runs on. Default: this machine's own"),
    hub: hubSection.prefault({}).describe("JupyterHub itself: services, roles, pages, limits, Python of one's own"),
    look: lookSection
        .prefault({})
        .describe("name, logo, colors, announcement, help and language of the pages of hub and proxy"),
    revoke: revoke
        .default("soft")
        .describe(
            "hard: servers that a removed person had entered are stopped; soft: connections to them last " +
                "until they stop",
        ),
    metrics: metricsSection
        .default({})
        .describe("numbers for Prometheus, besides those that the hub has at hub/metrics"),
    network: networkSection
        .optional()
        .describe("addresses, DNS, proxies, mirrors and registries; what people's servers may reach"),
    swarm: swarmSection
        .optional()
        .describe("people's servers on several machines, the nodes of a Docker Swarm. Default: this Docker host alone"),
    githubClientSecret: secret.optional().describe("client secret of the OAuth app at GitHub"),
    oidcClientSecret: secret.optional().describe("client secret that the OpenID provider gave this hub"),
    ldapBindPassword: secret.optional().describe("password of the account that looks people up in the directory"),
    proxyCredentials: proxyCredentials
        .optional()
        .describe("secret: user:password for network.httpProxy and network.httpsProxy"),
    registryPasswords: registryPasswords.describe("secret: address → password, for network.registries"),
    swarmRegistryPassword: swarmRegistryPassword.optional().describe("secret: password of swarm.registryUsername"),
    secretEnv,
    secretFiles,
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
        .min(32, { error: "needs at least 32 characters; `openssl rand -hex 32` makes good ones" })
        .describe(
            "secret that names, passwords and tokens are derived from; `npm run up` makes it. Keep it: another one " +
                "means other passwords, and empty homes",
        ),
} satisfies z.ZodRawShape;

export const config = section(configSchema);

/** The config as parsed: values of the domain, with defaults. */
export type Config = z.infer<typeof config>;

const SECRETS = [
    "rootSecret",
    "database",
    "githubClientSecret",
    "oidcClientSecret",
    "ldapBindPassword",
    "authenticatorSecrets",
    "proxyCredentials",
    "registryPasswords",
    "swarmRegistryPassword",
    "secretEnv",
    "secretFiles",
    "tlsKey",
] as const;

/** Keys whose value is a secret of its own (`pulumi config set --secret`). */
export const SECRET_KEYS: readonly string[] = SECRETS;

/** Values of these keys that hide nothing, and are written openly. */
export const OPEN_WORDS: Readonly<Record<string, string>> = { database: SQLITE };

/** Keys that may be encrypted and need not be. */
export const OPEN_OR_SECRET: readonly string[] = ["tlsCertificate"];

/** Keys whose values another resource of a program may give: secrets, and the certificate that goes with one. */
export type LateKey = (typeof SECRETS)[number] | "tlsCertificate";

export const LATE_KEYS: readonly LateKey[] = ["tlsCertificate", ...SECRETS];
