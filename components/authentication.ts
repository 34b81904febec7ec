/**
 * How people prove who they are: the contract of `authentication`, and what follows from the type that is chosen. Pure.
 *
 * Whoever it is that knows people, who gets in is the list's alone; see images/hub/declared/authenticator.py.
 */
import { z } from "zod";
import type { PasswordVersion } from "./credentials";
import type { Problem } from "./messages";
import { choice, kindOf, section, text, whole } from "./schemaParts";
import { loginKey, normaliseName } from "./values";

const TYPES = ["password", "github", "oidc", "ldap", "native", "dummy", "custom"] as const;

/** The keys of one type, which are refused beside another. */
function type<const T extends (typeof TYPES)[number], S extends z.ZodRawShape>(name: T, shape: S) {
    return section({ type: z.literal(name), ...shape }, ` beside type: ${name}`);
}

const password = type("password", {
    version: whole("a version", 1).default(1).describe("counted up, everybody has a new password"),
});

const notYet = (name: Exclude<(typeof TYPES)[number], "password">) => z.looseObject({ type: z.literal(name) });

/** `authentication` of the stack config. */
export const authentication = z
    .discriminatedUnion("type", [password, notYet("github"), notYet("oidc"), notYet("ldap"), notYet("native"), notYet("dummy"), notYet("custom")], {
        error: issue => {
            if (issue.code !== "invalid_union") {
                return `expected keys and values such as {type: password}, got ${kindOf(issue.input)}`;
            }
            const given = (issue.input as { type?: unknown }).type;
            return choice(TYPES).safeParse(given).error?.issues[0].message;
        },
    })
    .default({ type: "password", version: 1 });

export type AuthenticationSettings = Extract<z.infer<typeof authentication>, { type: "password" }>;

/** How often the person's password was changed. */
export function passwordVersion(settings: AuthenticationSettings, person: { passwordVersion: number }): PasswordVersion {
    return { everybody: settings.version, own: person.passwordVersion };
}

/** What the hub is told; the rest is the program's own. */
export function hubAuthentication(settings: AuthenticationSettings): Record<string, unknown> {
    return { type: settings.type };
}

/** A hash of a password that somebody chose: a slow one, as `npm run hash` makes it. */
export const passwordHash = text("a password's hash").refine(value => /^scrypt\$16384\$8\$5\$[0-9a-f]{32}\$[0-9a-f]{64}$/.test(value), {
    error: "is no hash of a password; `npm run hash` makes one",
});

/** What somebody is called by whom they log in with. */
export const login = text("a log-in name").superRefine((value, context) => {
    if (value === "" || value.trim() !== value || [...value].length > 255 || /[\p{C}\p{Default_Ignorable_Code_Point}]/u.test(value)) {
        context.addIssue("a log-in name has 1 to 255 visible characters, and no spaces around them");
    }
});

type Raw = Readonly<Record<string, unknown>>;

/** One log-in leads to one person. */
export function loginProblems(users: readonly Raw[]): Problem[] {
    const seen = new Map<string, { index: number; name: string }>();
    return users.flatMap(({ name, login }, index) => {
        if (typeof name !== "string") {
            return [];
        }
        const own = typeof login === "string";
        const key = own ? loginKey(login) : normaliseName(name);
        const first = seen.get(key);
        if (first === undefined) {
            seen.set(key, { index, name });
            return [];
        }
        if (normaliseName(first.name) === normaliseName(name)) {
            return []; // One name twice is a problem of its own.
        }
        const message = own
            ? `${JSON.stringify(login)} is the log-in name of "${first.name}" (users[${first.index}]) already`
            : `"${name}" is the log-in name of "${first.name}" (users[${first.index}]); give this person a login of their own`;
        return [{ path: `users[${index}].${own ? "login" : "name"}`, message }];
    });
}

/** What is given for people's passwords and means nothing. */
export function passwordProblems(users: readonly Raw[], authentication: unknown): Problem[] {
    const type = (authentication as { type?: unknown } | undefined)?.type ?? "password";
    return users.flatMap((user, index) => {
        const given = ["passwordVersion", "passwordHash"].filter(key => user[key] !== undefined);
        if (type !== "password") {
            return given.map(key => ({ path: `users[${index}].${key}`, message: `means nothing with authentication type ${String(type)}; leave it out` }));
        }
        return given.length < 2
            ? []
            : [{ path: `users[${index}].passwordVersion`, message: "means nothing beside passwordHash, which is another password; leave one out" }];
    });
}
