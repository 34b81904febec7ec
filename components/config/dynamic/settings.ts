/** `spawning: dynamic` with what follows from it. Pure. */
import type { WayIn } from "../authentication/schema";
import type { Config } from "../schema";
import type { ProfilesSettings } from "../profiles/settings";
import type { Person } from "../users/person";
import { launcherSection, type Allow, type Conditions } from "./schema";

/** Claims that an identity provider says somebody's ids by. */
export interface IdClaims {
    uid: string;
    gid: string;
}

/** Most servers at once where the config says nothing: about as many as a Linux bridge has ports. */
export const MOST_SERVERS = 1000;

export interface LauncherSettings {
    /**
     * Most servers at the same time.
     * @default 1000
     */
    servers?: number;
    /**
     * Most starts of servers in a minute.
     * @default 120
     */
    startsPerMinute: number;
    /**
     * uids and gids that people may have whose ids are not in the config.
     * @default 1000 to 59999
     */
    uids: { from: number; to: number };
    /**
     * Where ids of system people come from who are not listed.
     * @default nowhere: they are plain people
     */
    accounts?: "host" | "claims";
    /** With `accounts: claims`. */
    claims?: IdClaims;
}

/** What there is where servers are made when they start. */
export interface DynamicSettings {
    allow: Allow;
    /** Whoever gets in without being listed; undefined: nobody does. */
    others?: Person;
    launcher: LauncherSettings;
    /**
     * What people choose from.
     * @default nothing
     */
    profiles?: ProfilesSettings;
    /**
     * How many further servers each person may have.
     * @default 0
     */
    namedServers: number;
}

/** Who gets in besides the list. */
export function allowOf(allow: Allow | undefined, wayIn: Pick<WayIn, "type"> | undefined): Allow {
    return allow ?? (wayIn?.type === "anonymous" ? "all" : "listed");
}

/** Whether somebody gets in who is not listed. */
export function letsOthersIn(
    spawning: Config["spawning"] | undefined,
    allow: Allow | undefined,
    wayIn: Pick<WayIn, "type"> | undefined,
): boolean {
    return spawning === "dynamic" && allowOf(allow, wayIn) !== "listed";
}

/** @param given whoever is not listed, and what there is to choose; resolved */
export function dynamicSettings(
    config: Config,
    { others, profiles }: Pick<DynamicSettings, "others" | "profiles">,
): DynamicSettings | undefined {
    if (config.spawning === "declared") {
        return undefined;
    }
    const { uidClaim, gidClaim, ...launcher } = config.launcher ?? launcherSection.parse({});
    return {
        allow: allowOf(config.allow, config.authentication),
        others,
        ...(profiles === undefined ? {} : { profiles }),
        namedServers: config.namedServers,
        launcher: {
            ...launcher,
            ...(launcher.accounts === "claims"
                ? { claims: { uid: uidClaim ?? "uidNumber", gid: gidClaim ?? "gidNumber" } }
                : {}),
        },
    };
}

/** A server without a log-in is a visit: how long, in seconds, and how many at once. */
export const VISIT = { maxAge: 4 * 3600, activeServers: 20 } as const;

/** Conditions that each type of authentication knows; the others know none. */
export const CONDITIONS: Readonly<Record<string, readonly (keyof Conditions)[]>> = {
    github: ["organizations", "teams"],
    oidc: ["claims", "domains", "groups"],
    lti: ["courses"],
    ldap: ["groups"],
};

/** `allow` as the hub is told it: of conditions all that the type knows. */
export function hubAllow(allow: Allow, type: string): unknown {
    return typeof allow === "string"
        ? allow
        : Object.fromEntries(
              (CONDITIONS[type] ?? []).map(key => [key, allow[key] ?? (key === "claims" ? {} : [])] as const),
          );
}

/** What the hub is told of it. */
export function hubDynamic(dynamic: DynamicSettings | undefined, type: string): Record<string, unknown> | null {
    return dynamic === undefined
        ? null
        : {
              allow: hubAllow(dynamic.allow, type),
              ids: dynamic.launcher.claims ?? null,
              // Groups of the identity provider have no settings here, and JupyterHub's groups are the list's.
              groups: false,
          };
}
