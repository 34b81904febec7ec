/** Names that let nobody in. Pure. */
import type { Settings } from "../settings";

/**
 * Those of blocked people. Where people get in who are not listed also the earlier names of renamed people: their homes
 * are under these, and somebody else of that name would get one of them.
 */
export function keptOut({
    people,
    blockedUsers,
    dynamic,
}: Pick<Settings, "people" | "blockedUsers" | "dynamic">): string[] {
    const listed = new Set(people.map(({ name }) => name));
    const earlier = people.map(({ homeName }) => homeName).filter(name => !listed.has(name));
    return [...new Set([...blockedUsers, ...(dynamic === undefined ? [] : earlier)])].sort();
}
