/**
 * What follows from how people prove who they are. Pure.
 *
 * Whoever it is that knows people, who gets in is the list's alone; see images/hub/declared/login/authenticator.py.
 */
import type { AuthenticationSettings } from "./schema";
import type { PasswordVersion } from "../../docker/credentials";
import type { Problem } from "../messages";
import { isLoopback, loginKey, normaliseName, parseListen } from "../values";

export type { AuthenticationSettings };

type Raw = Readonly<Record<string, unknown>>;

/** What the hub is told; the rest is the program's own. */
export function hubAuthentication(settings: AuthenticationSettings): Record<string, unknown> {
    switch (settings.type) {
        case "password":
        case "native":
        case "dummy":
            return { type: settings.type };
        case "custom":
            return settings;
        case "github":
            return { ...settings, host: settings.host.replace(/\/$/, ""), ca: settings.ca ?? "" };
        case "oidc":
            return { ...settings, label: settings.label ?? new URL(settings.issuer).host, ca: settings.ca ?? "" };
        case "ldap":
            return hubLdap(settings);
    }
}

function hubLdap({
    server,
    insecure,
    ca,
    bindDn,
    search,
    allowedGroups,
}: Extract<AuthenticationSettings, { type: "ldap" }>): Record<string, unknown> {
    const [, scheme, host, port] = /^(ldaps?):\/\/([^:/]+)(?::(\d+))?/.exec(server) as RegExpExecArray;
    const attribute = search?.attribute ?? "uid";
    return {
        type: "ldap",
        host,
        port: Number(port ?? (scheme === "ldaps" ? 636 : 389)),
        tls: scheme === "ldaps" ? "ldaps" : insecure === true ? "none" : "starttls",
        ca: ca ?? "",
        bindDn: bindDn ?? "",
        searchBase: search?.base ?? "",
        searchAttribute: attribute,
        searchFilter: search?.filter ?? `(${attribute}={username})`,
        searchBindDn: search?.bindDn ?? "",
        allowedGroups,
    };
}

/** Not every class has a secret. */
export const OPTIONAL_SECRET = "authenticatorSecrets";

/** Secret key of the stack config that the type needs: what the provider knows this hub by. */
export function authenticationSecret(settings: { type: string; search?: unknown }): string | undefined {
    const searches = (settings.search as { bindDn?: unknown } | undefined)?.bindDn !== undefined;
    return (
        {
            github: "githubClientSecret",
            oidc: "oidcClientSecret",
            ldap: searches ? "ldapBindPassword" : undefined,
            custom: OPTIONAL_SECRET,
        } as Record<string, string | undefined>
    )[settings.type];
}

/** A secret that the type needs and that is not there. */
export function missingSecret(raw: Raw, stack: string): Problem[] {
    const { type, search } = (raw.authentication ?? {}) as { type?: unknown; search?: unknown };
    const key = authenticationSecret({ type: String(type), search: search ?? undefined });
    return key === undefined || key === OPTIONAL_SECRET || raw[key] !== undefined
        ? []
        : [{ path: key, message: `is missing; this asks for it: npm run secret -- ${stack} ${key}` }];
}

/** Whether the program gives people their passwords, or the invitations to choose one. */
function hasPasswords(
    settings: AuthenticationSettings,
): settings is Extract<AuthenticationSettings, { type: "password" | "native" }> {
    return settings.type === "password" || settings.type === "native";
}

/** How often the person's derived password was changed; nothing where they have none. */
export function passwordVersion(
    settings: AuthenticationSettings,
    person: { passwordVersion: number; passwordHash?: string },
): PasswordVersion | undefined {
    return hasPasswords(settings) && person.passwordHash === undefined
        ? { everybody: settings.version, own: person.passwordVersion }
        : undefined;
}

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
            : `"${name}" is the log-in name of "${first.name}" (users[${first.index}]); give this person a ` +
              "login of their own";
        return [{ path: `users[${index}].${own ? "login" : "name"}`, message }];
    });
}

/** What lets anybody in is for one machine alone. */
export function dummyProblems({ authentication, listen, https, publicUrl }: Raw): Problem[] {
    if ((authentication as { type?: unknown } | undefined)?.type !== "dummy") {
        return [];
    }
    const ip = typeof listen === "string" ? parseListen(listen)?.ip : "127.0.0.1";
    const own = (https as { mode?: unknown } | undefined)?.mode ?? "none";
    const here =
        ip !== undefined &&
        isLoopback(ip) &&
        own === "none" &&
        (publicUrl === undefined || /^http:\/\/(127\.\d+\.\d+\.\d+|localhost)[:/]/.test(`${String(publicUrl)}/`));
    return here
        ? []
        : [
              {
                  path: "authentication.type",
                  message:
                      "dummy asks for no password; it is for a hub that only this machine can open (listen " +
                      "on 127.0.0.1, no https, no publicUrl)",
              },
          ];
}

/** What is given for people's passwords and means nothing. */
export function passwordProblems(users: readonly Raw[], authentication: unknown): Problem[] {
    const type = (authentication as { type?: unknown } | undefined)?.type ?? "password";
    if (typeof type !== "string") {
        return []; // The schema says what it may be.
    }
    return users.flatMap((user, index) => {
        const given = ["passwordVersion", "passwordHash"].filter(key => user[key] !== undefined);
        if (type === "native") {
            return given
                .filter(key => key !== "passwordVersion")
                .map(key => ({
                    path: `users[${index}].${key}`,
                    message:
                        "means nothing with authentication type native, where people choose their passwords " +
                        "themselves; leave it out",
                }));
        }
        if (type !== "password") {
            return given.map(key => ({
                path: `users[${index}].${key}`,
                message: `means nothing with authentication type ${type}; leave it out`,
            }));
        }
        return given.length < 2
            ? []
            : [
                  {
                      path: `users[${index}].passwordVersion`,
                      message: "means nothing beside passwordHash, which is another password; leave one out",
                  },
              ];
    });
}
