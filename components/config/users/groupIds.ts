/** Groups of the servers' processes. */
import type { Person } from "./people";

/** The group `users`: everybody's server has it, and the images' own files are writable under it. */
export const USERS = 100;

/** Every group that somebody's server runs with. */
export function groupsOf(people: readonly Person[]): Set<number> {
    const own = people.flatMap(({ system, supplementaryGroups }) => [
        ...(system === undefined ? [] : [system.gid]),
        ...supplementaryGroups,
    ]);
    return new Set([USERS, ...own]);
}
