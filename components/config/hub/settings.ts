/** What is wrong with `hub` beside the list of people, and what the hub is told of it. */
import { hubSection, type HubSection } from "./schema";
import { didYouMean, type Problem } from "../messages";
import { normaliseName } from "../values";

/** Names that the hub uses itself. */
const OWN_SERVICES = ["admin"];
const OWN_ROLES = ["admin", "user", "server", "token", ...OWN_SERVICES];

/** What an environment variable may hold is 128 KiB in Linux. */
export const MOST_BYTES = 96 * 1024;
const MOST_TOGETHER = 112 * 1024;

/** What the hub is told of them stands in one variable. */
export function hubSizeProblems({ authentication, hub }: Readonly<Record<string, unknown>>): Problem[] {
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

/** @param groups names of the groups that people are in */
export function hubProblems(raw: unknown, people: readonly string[], groups: readonly string[]): Problem[] {
    const parsed = hubSection.safeParse(raw ?? {});
    if (!parsed.success) {
        return []; // The schema says so itself.
    }
    const { services, roles, extraConfig } = parsed.data;
    const problems = [...named("services", services, OWN_SERVICES), ...named("roles", roles, OWN_ROLES)];
    roles.forEach(({ users, groups: inRole, services: ofRole }, index) => {
        const listed = (kind: string, given: readonly string[], known: readonly string[], where: string) =>
            given.forEach((one, i) => {
                if (!known.includes(one)) {
                    problems.push({
                        path: `hub.roles[${index}].${kind}[${i}]`,
                        message: `"${one}" is not in ${where}${didYouMean(one, known)}`,
                    });
                }
            });
        listed("users", users.map(normaliseName), people, "the list of people");
        listed("groups", inRole, groups, "the groups of people");
        listed(
            "services",
            ofRole,
            services.map(service => service.name),
            "hub.services",
        );
    });
    if (extraConfig !== undefined && Buffer.byteLength(extraConfig) > MOST_BYTES) {
        problems.push({ path: "hub.extraConfig", message: `is longer than ${MOST_BYTES / 1024} KiB` });
    }
    return problems;
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
