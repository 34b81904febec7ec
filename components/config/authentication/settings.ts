/**
 * What follows from how people prove who they are. Pure.
 *
 * Whoever it is that knows people, who gets in is the list's alone; see images/hub/declared/login/authenticator.py.
 */
import type { AuthenticationSettings } from "./schema";
import type { PasswordVersion } from "../../docker/credentials";

export type { AuthenticationSettings };

/** What the hub is told; the rest is the program's own. */
export function hubAuthentication(settings: AuthenticationSettings): Record<string, unknown> {
    switch (settings.type) {
        case "password":
        case "native":
        case "dummy":
        case "anonymous":
            return { type: settings.type };
        case "custom":
            return settings;
        case "github":
            return { ...settings, host: settings.host.replace(/\/$/, ""), ca: settings.ca ?? "" };
        case "oidc":
        case "lti":
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

/** What a learning platform asks for where the hub is registered. @param url what people open */
export function platformAddresses(url: string): { login: string; redirect: string } {
    return { login: `${url}hub/lti13/oauth_login`, redirect: `${url}hub/lti13/oauth_callback` };
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
