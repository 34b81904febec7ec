/** The contract of `authentication`: the types, and what each of them has besides. Pure. */
import { z } from "zod";
import { authorities, choice, flag, kindOf, list, map, section, text, whole } from "../fields";
import { urlOf } from "../values";

const TYPES = ["password", "github", "oidc", "lti", "ldap", "native", "dummy", "anonymous", "custom"] as const;

const MEANING: Record<(typeof TYPES)[number], string> = {
    password: "a password for each person, which is derived and printed",
    github: "an OAuth app at GitHub, or at a GitHub Enterprise Server",
    oidc: "any OpenID Connect provider",
    lti: "a course at a learning platform, by LTI 1.3: Moodle, Canvas, ILIAS and others",
    ldap: "a directory",
    native: "people sign up with an invitation, and choose a password",
    dummy: "no password: for trying things out on this machine",
    anonymous: "no log-in: a temporary server with one click",
    custom: "another of JupyterHub's authenticator classes",
};

/** The keys of one type, which are refused beside another. */
function type<const T extends (typeof TYPES)[number], S extends z.ZodRawShape>(name: T, shape: S) {
    return section({ type: z.literal(name).describe(MEANING[name]), ...shape }, ` beside type: ${name}`);
}

const password = type("password", {
    version: whole("a version", 1).default(1).describe("counted up, everybody has a new password"),
});

const GITHUB_NAME = /^[A-Za-z0-9](?:-?[A-Za-z0-9])*$/;

const ca = authorities("ca");

/** An address that secrets are sent to. */
const secureUrl = (what: string, path: boolean) =>
    text(what).superRefine((value, context) => {
        const url = urlOf(value);
        if (
            url === undefined ||
            url.protocol !== "https:" ||
            url.username !== "" ||
            url.search !== "" ||
            url.hash !== "" ||
            (!path && url.pathname !== "/")
        ) {
            context.addIssue(
                `expected ${what}, such as https://${path ? "login.example.org/realm" : "github.example.org"}`,
            );
        }
    });

const clientId = text("a client id").min(1, { error: "expected a client id" });

export const claim = text("a claim's name").min(1, { error: "expected a claim's name" });

export const organization = text("an organization's name").regex(GITHUB_NAME, {
    error: "is no name of an organization",
});

export const team = text("a team's name").regex(/^[A-Za-z0-9](?:-?[A-Za-z0-9])*\/[a-z0-9_-]+$/, {
    error: "expected organization/team, as in the team's address",
});

const github = type("github", {
    clientId: clientId.describe("client id of the OAuth app"),
    organizations: list(organization).default([]).describe("only their members get in, or those of teams"),
    teams: list(team).default([]).describe("only their members get in, or those of organizations"),
    host: secureUrl("the address of a GitHub Enterprise Server", false)
        .default("https://github.com")
        .describe("address of a GitHub Enterprise Server"),
    ca: ca.optional().describe("authorities that signed the host's certificate, where the system does not know them"),
});

const label = text("a label").min(1, { error: "expected a label" }).optional();

const oidc = type("oidc", {
    issuer: secureUrl("the issuer's address", true).describe(
        "what the provider calls itself; /.well-known/openid-configuration is below it",
    ),
    clientId: clientId.describe("client id that the provider gave this hub"),
    label: label.describe("name of the provider on the log-in page; its host name where it is left out"),
    nameClaim: claim.default("preferred_username").describe("what of the provider's claims is a person's log-in name"),
    scopes: list(text("a scope").regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, { error: "is no scope" }))
        .default(["openid", "profile", "email"])
        .describe("what the provider is asked for"),
    groupsClaim: claim.default("groups").describe("claim with the groups that allowedGroups is about"),
    allowedGroups: list(text("a group's name").min(1, { error: "is empty" }))
        .default([])
        .describe("only members of one of these groups get in"),
    ca: ca
        .optional()
        .describe("authorities that signed the provider's certificate, where the system does not know them"),
});

/** Issuers of many schools at once: there, whoever runs a school of their own says who its people are. */
const SHARED = [
    "https://canvas.instructure.com",
    "https://canvas.beta.instructure.com",
    "https://canvas.test.instructure.com",
    "https://blackboard.com",
];

const lti = type("lti", {
    issuer: secureUrl("the issuer's address", true).describe("what the platform calls itself, as it spells it"),
    clientIds: list(clientId)
        .min(1, { error: "expected the client id that the platform gave this hub" })
        .describe("client ids that the platform gave this hub"),
    authorizeUrl: secureUrl("the address for authentication requests", true).describe(
        "the platform's address for authentication requests (OIDC)",
    ),
    keysUrl: secureUrl("the address of the platform's keys", true).describe(
        "address of the platform's public keyset (JWKS)",
    ),
    deploymentIds: list(text("a deployment id").min(1, { error: "is empty" }))
        .default([])
        .describe("where the platform has put the tool, as it numbers that; anywhere where it is left out"),
    label: label.describe("name of the platform on the hub's pages; its host name where it is left out"),
    nameClaim: claim
        .default("email")
        .describe("what of the platform's claims is a person's log-in name; custom_x is the tool's parameter x"),
    ca: ca
        .optional()
        .describe("authorities that signed the platform's certificate, where the system does not know them"),
}).superRefine(({ issuer, deploymentIds }, context) => {
    if (SHARED.includes(issuer.replace(/\/$/, "")) && deploymentIds.length === 0) {
        const message = `is missing: ${issuer} is the issuer of many schools; say which deployments are yours`;
        context.addIssue({ code: "custom", path: ["deploymentIds"], message });
    }
});

/** With one place for the name, and no other braces. */
const withName = (what: string, example: string) =>
    text(what).refine(
        value => value.split("{username}").length === 2 && !/[{}]/.test(value.replace("{username}", "")),
        { error: `expected ${what} with {username} in it, such as ${example}` },
    );

const ldap = type("ldap", {
    server: text("the directory's address")
        .regex(/^ldaps?:\/\/[A-Za-z0-9.-]+(:[1-9]\d{0,4})?\/?$/, {
            error: "expected the directory's address, such as ldaps://ldap.example.org or ldap://ldap.example.org:389",
        })
        .describe("ldaps:// is TLS from the beginning, ldap:// begins TLS before anything is said"),
    insecure: flag.optional().describe("ldap:// without TLS: passwords cross the network readably"),
    ca: ca
        .optional()
        .describe("authorities that signed the directory's certificate, where the system does not know them"),
    bindDn: withName("a DN", "uid={username},ou=people,dc=example,dc=org")
        .optional()
        .describe("who people are in the directory, where the name makes the DN"),
    search: section({
        base: text("a DN").min(1, { error: "expected a DN" }).describe("where people are looked for"),
        attribute: text("an attribute")
            .regex(/^[A-Za-z][A-Za-z0-9-]*$/, { error: "is no name of an attribute" })
            .default("uid")
            .describe("attribute with the log-in name"),
        filter: withName("a filter", "(&(objectClass=person)(uid={username}))")
            .optional()
            .describe("the attribute alone where it is left out"),
        bindDn: text("a DN")
            .min(1, { error: "expected a DN" })
            .optional()
            .describe("account that may look; its password is ldapBindPassword. Anonymous where it is left out"),
    })
        .optional()
        .describe("how people are found, where the name does not make the DN"),
    allowedGroups: list(text("a group's DN").min(1, { error: "expected a group's DN" }))
        .default([])
        .describe("only members of one of these groups get in"),
}).superRefine((given, context) => {
    if ((given.bindDn === undefined) === (given.search === undefined)) {
        context.addIssue("needs one of bindDn (the name makes the DN) and search (it has to be looked up)");
    }
    if (given.insecure === true && given.server.startsWith("ldaps:")) {
        context.addIssue({ code: "custom", path: ["insecure"], message: "is for ldap:// only; leave it out" });
    }
});

const dummy = type("dummy", {});

const anonymous = type("anonymous", {});

const custom = type("custom", {
    class: text("a class")
        .regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/, {
            error: "expected a class with its module, such as oauthenticator.gitlab.GitLabOAuthenticator",
        })
        .describe("one of JupyterHub's authenticator classes; its package is named in images.hub.pip"),
    config: map(
        "names and values",
        text("a setting's name").regex(/^[a-z_]\w*$/, { error: "is no name of a setting" }),
        z.unknown(),
    )
        .default({})
        .describe("settings of the class; secret ones are in authenticatorSecrets"),
});

const native = type("native", {
    version: whole("a version", 1).default(1).describe("counted up, everybody has a new invitation and signs up again"),
});

/** `authentication` of the stack config. */
export const authentication = z
    .discriminatedUnion("type", [password, github, oidc, lti, ldap, native, dummy, anonymous, custom], {
        error: issue => {
            if (issue.code !== "invalid_union") {
                return `expected keys and values such as {type: password}, got ${kindOf(issue.input)}`;
            }
            const given = (issue.input as { type?: unknown }).type;
            return choice(TYPES).safeParse(given).error?.issues[0].message;
        },
    })
    .default({ type: "password", version: 1 });

export type AuthenticationSettings = z.infer<typeof authentication>;

/** The part that others look at, also where the rest of the section is wrong. */
export const wayIn = z
    .object({ type: z.enum(TYPES), search: z.object({ bindDn: z.string() }).partial().optional().catch(undefined) })
    .default({ type: "password" });

export type WayIn = z.infer<typeof wayIn>;

/** A hash of a password that somebody chose: a slow one, as `npm run hash` makes it. */
export const passwordHash = text("a password's hash").refine(
    value => /^scrypt\$16384\$8\$5\$[0-9a-f]{32}\$[0-9a-f]{64}$/.test(value),
    {
        error: "is no hash of a password; `npm run hash` makes one",
    },
);

/** What somebody is called by whom they log in with. */
export const login = text("a log-in name").superRefine((value, context) => {
    if (
        value === "" ||
        value.trim() !== value ||
        [...value].length > 255 ||
        /[\p{C}\p{Default_Ignorable_Code_Point}]/u.test(value)
    ) {
        context.addIssue("a log-in name has 1 to 255 visible characters, and no spaces around them");
    }
});
