/** What the hub is told of `hub`. */
import type { HubSection } from "./schema";
import { normaliseName } from "../values";

/** What the hub is told; the templates come in a variable of their own. */
export function hubSectionSettings(hub: HubSection): Record<string, unknown> {
    return {
        extraConfig: hub.extraConfig ?? "",
        services: hub.services.map(({ name, url, scopes, oauthRedirectUri, oauthNoConfirm, display }) => ({
            name,
            url: url ?? "",
            scopes,
            oauthRedirectUri: oauthRedirectUri ?? "",
            oauthNoConfirm,
            display,
        })),
        roles: hub.roles.map(role => ({
            ...role,
            description: role.description ?? "",
            users: role.users.map(normaliseName),
        })),
        concurrentSpawns: hub.concurrentSpawns ?? 0,
        activeServers: hub.activeServers ?? 0,
        adminAccess: hub.adminAccess,
    };
}
