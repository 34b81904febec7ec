/** What is wrong with `hub` beside the list of people, and with its size. Pure. */
import type { AuthenticationSettings } from "../authentication/schema";
import { unlisted, type Problem } from "../messages";
import type { HubSection } from "./schema";
import { normaliseName } from "../values";

/** Names that the hub uses itself. */
const OWN_SERVICES = ["admin"];
const OWN_ROLES = ["admin", "user", "server", "token", ...OWN_SERVICES];

/** What an environment variable may hold is 128 KiB in Linux. */
export const MOST_BYTES = 96 * 1024;
const MOST_TOGETHER = 112 * 1024;

/** What the hub is told of them stands in one variable. */
export function hubSizeProblems(authentication?: AuthenticationSettings, hub?: HubSection): Problem[] {
    const bytes = Buffer.byteLength(JSON.stringify([authentication, hub]));
    return bytes > MOST_TOGETHER
        ? [
              {
                  path: "",
                  message:
                      `authentication and hub are ${Math.ceil(bytes / 1024)} KiB together; the hub takes at most ` +
                      `${MOST_TOGETHER / 1024}`,
              },
          ]
        : [];
}

/** What only shows beside people. @param groups names of the groups that people are in */
export function hubProblems(hub: HubSection, people: ReadonlySet<string>, groups: ReadonlySet<string>): Problem[] {
    const { services, roles, extraConfig } = hub;
    const known = new Set(services.map(service => service.name));
    return [
        ...named("services", services, OWN_SERVICES),
        ...named("roles", roles, OWN_ROLES),
        ...roles.flatMap((role, index) => {
            const at = `hub.roles[${index}]`;
            return [
                ...unlisted(`${at}.users`, role.users.map(normaliseName), people, "the list of people"),
                ...unlisted(`${at}.groups`, role.groups, groups, "the groups of people"),
                ...unlisted(`${at}.services`, role.services, known, "hub.services"),
            ];
        }),
        ...(extraConfig !== undefined && Buffer.byteLength(extraConfig) > MOST_BYTES
            ? [{ path: "hub.extraConfig", message: `is longer than ${MOST_BYTES / 1024} KiB` }]
            : []),
    ];
}

function named(kind: string, given: readonly { name: string }[], own: readonly string[]): Problem[] {
    return given.flatMap(({ name }, index) => {
        const at = `hub.${kind}[${index}].name`;
        const first = given.findIndex(other => other.name === name);
        return [
            ...(own.includes(name) ? [{ path: at, message: `"${name}" is the hub's own; take another name` }] : []),
            ...(first < index ? [{ path: at, message: `"${name}" is there twice (hub.${kind}[${first}])` }] : []),
        ];
    });
}
