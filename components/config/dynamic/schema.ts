/** The contract of `allow` and `launcher`: who gets a server when, where servers are made when they start. Pure. */
import { z } from "zod";
import { claim, organization, team } from "../authentication/schema";
import { choice, kindOf, list, map, section, text, whole, writtenAs } from "../fields";
import { id } from "../users/schema";

const WORDS = ["listed", "all"] as const;

const value = text("a claim's value").min(1, { error: "is empty" });

/** Each type of authentication knows some of them (problems.ts). */
const conditions = section({
    organizations: list(organization).optional().describe("type github: their members"),
    teams: list(team).optional().describe("type github: their members"),
    claims: map("claims and lists of values", claim, list(value))
        .optional()
        .describe("type oidc: whoever has one of the values"),
    domains: list(
        text("a domain").regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i, {
            error: "is no domain, such as example.org",
        }),
    )
        .optional()
        .describe("type oidc: whoever has an address of email there"),
    courses: list(text("a course's id").min(1, { error: "is empty" }))
        .optional()
        .describe("type lti: whoever comes from one of these; ids as the platform has them"),
    groups: list(text("a group's name").min(1, { error: "is empty" }))
        .optional()
        .describe("type oidc: names of groups; type ldap: their DNs"),
});

export type Conditions = z.infer<typeof conditions>;

/** Who gets in besides the list. */
export type Allow = (typeof WORDS)[number] | Conditions;

/** One of two forms: a union of zod's would say nothing of what is wrong inside. */
const allowChecked = z
    .custom<(typeof WORDS)[number] | z.input<typeof conditions>>(() => true)
    .transform((given: unknown, context): Allow => {
        const isSection = typeof given === "object" && given !== null && !Array.isArray(given);
        if (!isSection && typeof given !== "string") {
            context.addIssue(`expected listed, all or conditions such as {groups: [staff]}, got ${kindOf(given)}`);
            return z.NEVER;
        }
        const { data, error } = isSection ? conditions.safeParse(given) : choice(WORDS).safeParse(given);
        error?.issues.forEach(({ path, message }) => context.addIssue({ code: "custom", path, message }));
        return data ?? z.NEVER;
    });

export const allow = writtenAs(allowChecked, z.union([choice(WORDS), conditions]));

const idRange = section({
    from: id("uid").default(1000).describe("the least"),
    to: id("uid").default(59_999).describe("the greatest"),
}).superRefine(({ from, to }, context) => {
    if (from > to) {
        context.addIssue(`from ${from} is more than to ${to}`);
    }
});

export const launcherSection = section({
    servers: whole("a number of servers", 1).optional().describe("most servers at the same time. Default: 1000"),
    startsPerMinute: whole("a number of starts", 1).default(120).describe("most starts of servers in a minute"),
    uids: idRange
        .prefault({})
        .describe("uids and gids that system people may have whose ids are not in this file; gid 100 too"),
    accounts: choice(["host", "claims"])
        .optional()
        .describe(
            "where ids of system people come from who are not listed: host: the Docker host's /etc/passwd; claims: " +
                "the identity provider",
        ),
    uidClaim: claim
        .optional()
        .describe("accounts: claims: claim (oidc) or attribute (ldap, default uidNumber) with the uid"),
    gidClaim: claim.optional().describe("the same of the gid; ldap's default is gidNumber"),
});

export type LauncherSection = z.infer<typeof launcherSection>;
