/** Whose servers a schedule starts. Pure. */
import type { Person } from "../users/person";
import { normaliseName } from "../values";
import type { ScheduleSection } from "./schema";

/** Those whom it names, and the members of its groups, in the order of the list. */
export function peopleIn(
    { users = [], groups = [] }: Partial<Pick<ScheduleSection, "users" | "groups">>,
    people: readonly Person[],
): Person[] {
    const names = new Set(users.map(normaliseName));
    return people.filter(person => names.has(person.name) || person.groups.some(group => groups.includes(group)));
}
