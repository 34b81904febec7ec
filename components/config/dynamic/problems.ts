/** What is wrong with how servers are made, beside the log-in and the list. Pure. */
import type { WayIn } from "../authentication/schema";
import { isWithin } from "../users/hostPaths";
import { formatBase } from "../users/homeFormat";
import { formatPath, type Problem } from "../messages";
import type { Raw, Sections } from "../sections";
import type { ServerFields } from "../users/schema";
import { CONDITIONS, letsOthersIn } from "./settings";
import type { Allow, LauncherSection } from "./schema";

/** @param raw the config as it is written */
export function spawningProblems(sections: Sections, raw: Raw): Problem[] {
    const { spawning, parts } = sections;
    if (spawning === undefined) {
        return [];
    }
    if (spawning === "declared") {
        return declaredProblems(raw, sections);
    }
    return [
        ...(sections.allow === undefined ? [] : allowProblems(sections.allow, parts.wayIn)),
        ...(parts.wayIn?.type === "anonymous" ? anonymousProblems(sections, raw) : []),
        ...(letsOthersIn(spawning, sections.allow, parts.wayIn) ? othersProblems(sections, raw) : []),
        ...accountsProblems(sections),
        ...ownVolumeProblems(parts),
        ...(raw.deferAtMost === undefined
            ? []
            : [
                  {
                      path: "deferAtMost",
                      message:
                          "means nothing with spawning: dynamic, where a server has what was in force at its start; " +
                          "leave it out",
                  },
              ]),
    ];
}

const ADD = "add jupyterhub:spawning: dynamic, or leave it out";

function declaredProblems(raw: Raw, { namedServers, profiles, parts: { wayIn } }: Sections): Problem[] {
    const written = (["allow", "launcher"] as const).filter(key => raw[key] !== undefined);
    const left = [
        ...written,
        ...(Object.keys(profiles ?? raw.profiles ?? {}).length === 0 ? [] : ["profiles"]),
        ...(namedServers === 0 || raw.namedServers === undefined ? [] : ["namedServers"]),
    ];
    return [
        ...left.map(key => ({ path: key, message: `is for servers that are made when they start: ${ADD}` })),
        ...(wayIn?.type === "anonymous"
            ? [
                  {
                      path: "authentication.type",
                      message: `anonymous gives a server to whoever comes, so they are made when they start: ${ADD}`,
                  },
              ]
            : []),
    ];
}

/** Types by which nobody can log in who is not listed. */
const LISTED_ONLY: Readonly<Record<string, string>> = {
    password: "nobody has a password who is not on the list",
    // Without one anybody who reaches the page could take any name.
    native: "nobody has an invitation to sign up with who is not on the list",
};

function allowProblems(allow: Allow, wayIn: WayIn | undefined): Problem[] {
    if (wayIn === undefined || allow === "listed") {
        return [];
    }
    const { type } = wayIn;
    const known = CONDITIONS[type] ?? [];
    const why = LISTED_ONLY[type];
    if (why !== undefined) {
        return [{ path: "allow", message: `with authentication type ${type} ${why}; leave it out` }];
    }
    if (allow === "all" || type === "anonymous") {
        return [];
    }
    if (known.length === 0) {
        return [{ path: "allow", message: `with authentication type ${type} it is listed or all` }];
    }
    const given = Object.keys(allow) as (typeof known)[number][];
    const wrong = given.filter(key => !known.includes(key));
    const empty = given.every(key => Object.keys(allow[key] ?? {}).length === 0);
    return [
        ...wrong.map(key => ({
            path: `allow.${key}`,
            message: `means nothing with authentication type ${type}, which knows ${known.join(", ")}`,
        })),
        ...(wrong.length === 0 && empty
            ? [{ path: "allow", message: `has no condition; name ${known.join(" or ")}, or write listed` }]
            : []),
        ...Object.entries(allow.claims ?? {})
            .filter(([, values]) => values.length === 0)
            .map(([claim]) => ({ path: formatPath(["allow", "claims", claim]), message: "has no value" })),
    ];
}

/** What a server without a log-in cannot have: nobody comes back to it. */
function anonymousProblems({ allow, storage, blockedUsers, users, namedServers }: Sections, raw: Raw): Problem[] {
    const who = "with authentication type anonymous";
    return [
        ...(users.length === 0
            ? []
            : [{ path: "users", message: `${who} nobody can log in as somebody of the list; write []` }]),
        ...(allow === undefined || allow === "all"
            ? []
            : [{ path: "allow", message: `${who} whoever comes gets in; leave it out` }]),
        ...(storage === undefined || storage === "none"
            ? []
            : [
                  {
                      path: "storage",
                      message: `${who} nobody comes back to a home that is kept; set jupyterhub:storage: none`,
                  },
              ]),
        ...(blockedUsers.length === 0 || raw.blockedUsers === undefined
            ? []
            : [{ path: "blockedUsers", message: `${who} everybody has a new name each time; leave it out` }]),
        // Each server would have a home of its own, and one visitor could take the places of all others.
        ...((namedServers ?? 0) === 0
            ? []
            : [{ path: "namedServers", message: `${who} a visit is one server, and ends with it; leave it out` }]),
    ];
}

/** What is not to be had without being listed. */
function othersProblems({ parts, homes, launcher }: Sections, raw: Raw): Problem[] {
    const { defaults, wayIn } = parts;
    const isVisit = wayIn?.type === "anonymous";
    const isRead = raw.launcher === undefined || launcher !== undefined;
    const say = (path: string, message: string) => [{ path: `defaults.${path}`, message }];
    return [
        ...(defaults.gpus === undefined || (typeof defaults.gpus === "number" && raw.gpus !== undefined)
            ? []
            : say(
                  "gpus",
                  "people who are not listed have the defaults, and each GPU belongs to one person; give it to a " +
                      "group or to people, or write how many of a pool (jupyterhub:gpus)",
              )),
        ...(defaults.lifecycle === "always-on"
            ? say(
                  "lifecycle",
                  "people who are not listed have the defaults, and only a listed person's server can be always-on; " +
                      "give it to a group or to people",
              )
            : []),
        ...(defaults.kind === "system" && isVisit
            ? say("kind", "with authentication type anonymous nobody has an account or a home on the Docker host")
            : []),
        ...(defaults.kind === "system" && !isVisit && isRead && launcher?.accounts === undefined
            ? [
                  {
                      path: "launcher.accounts",
                      message:
                          "is missing: people who are not listed are system people (defaults.kind), whose uid and " +
                          "gid the Docker host knows (host) or the identity provider (claims)",
                  },
              ]
            : []),
        ...(defaults.kind === "system" ? mountProblems(parts, homes && formatBase(homes.hostFormat)) : []),
    ];
}

/** Each volume that somebody has alone is prepared beforehand, and by name: for people of the list. */
function ownVolumeProblems(parts: Sections["parts"]): Problem[] {
    return placesOfMounts(parts).flatMap(([at, { mounts = [] }]) =>
        mounts.flatMap((mount, i) =>
            (["own", "each"] as const)
                .filter(key => key in mount)
                .map(key => ({
                    path: formatPath([...at, "mounts", i, key]),
                    message:
                        "is for servers that are made beforehand, each for somebody of the list; leave it out, or " +
                        "spawning: dynamic",
                })),
        ),
    );
}

/** Everywhere that mounts are named. */
function placesOfMounts({ defaults, groups, users, profiles }: Sections["parts"]) {
    const places: [path: (string | number)[], fields: Pick<Partial<ServerFields>, "mounts">][] = [
        [["defaults"], defaults],
        ...groups.map(([name, fields]): [string[], typeof fields] => [["groups", name], fields]),
        ...users.map((user, index): [(string | number)[], typeof user] => [["users", index], user]),
        ...profiles.map(([slug, fields]): [string[], typeof fields] => [["profiles", slug], fields]),
    ];
    return places;
}

/** Nobody may reach, or exchange for a link, the homes of people whom the list does not name. */
function mountProblems(parts: Sections["parts"], base: string | undefined): Problem[] {
    if (base === undefined) {
        return [];
    }
    return placesOfMounts(parts).flatMap(([at, { mounts = [] }]) =>
        mounts.flatMap((mount, i) =>
            "host" in mount && (isWithin(mount.host, base) || isWithin(base, mount.host))
                ? [
                      {
                          path: formatPath([...at, "mounts", i, "host"]),
                          message:
                              `${mount.host} and the homes of people who are not listed (${base}, homes.hostFormat) are ` +
                              "within each other; mount another directory",
                      },
                  ]
                : [],
        ),
    );
}

/** Where ids come from who is not in the file. */
function accountsProblems({ launcher, spawning, allow, parts: { wayIn, defaults } }: Sections): Problem[] {
    if (launcher === undefined || wayIn === undefined) {
        return [];
    }
    const { accounts } = launcher;
    const needed = defaults.kind === "system" && letsOthersIn(spawning, allow, wayIn);
    if (accounts !== undefined && !needed) {
        return [
            {
                path: "launcher.accounts",
                message: "is for system people who are not listed (allow, and defaults: {kind: system}); leave it out",
            },
        ];
    }
    return accounts === "claims" ? claimsProblems(launcher, wayIn.type) : unusedClaims(launcher);
}

const CLAIMS = ["uidClaim", "gidClaim"] as const;

function claimsProblems(launcher: LauncherSection, type: string): Problem[] {
    if (type !== "oidc" && type !== "ldap") {
        return [
            {
                path: "launcher.accounts",
                message: `claims: with authentication type ${type} nobody says ids; only oidc and ldap do. Take host`,
            },
        ];
    }
    return CLAIMS.filter(key => type === "oidc" && launcher[key] === undefined).map(key => ({
        path: `launcher.${key}`,
        message: `is missing: the name of the claim that has the ${key.slice(0, 3)}`,
    }));
}

function unusedClaims(launcher: LauncherSection): Problem[] {
    return CLAIMS.filter(key => launcher[key] !== undefined).map(key => ({
        path: `launcher.${key}`,
        message: "is for accounts: claims; leave it out",
    }));
}
