/** Volumes that each person has alone, and who else sees them. Pure. */
import { didYouMean, formatPath, type Problem } from "../messages";
import { mergedMounts } from "./layers";
import type { Mount } from "./mounts";
import type { Listed, PeopleConfig, Person } from "./person";
import type { PersonMount } from "./mounts";

type One = Listed & { person: Person };

/** Everybody with others' volumes besides, and what is wrong with the places that name these. */
export function withOthersVolumes(
    people: readonly One[],
    groups: PeopleConfig["groups"],
): { people: Person[]; problems: Problem[] } {
    const members = membersOf(people);
    const problems = new Map<string, Problem>();
    const all = people.map(({ person, layers }) => {
        const others = [...mergedMounts(layers).values()].flatMap(({ value, at }) => {
            if (!("each" in value) || value.each === undefined) {
                return [];
            }
            const inGroup = members.get(value.each) ?? [];
            const found = inGroup.flatMap(member => ownOf(member, value));
            const known = [...new Set([...members.keys(), ...Object.keys(groups)])];
            const message = found.length > 0 ? undefined : problemOf(value.volume, value.each, inGroup, known);
            if (message !== undefined) {
                problems.set(formatPath(at), { path: formatPath([...at, message.key]), message: message.text });
            }
            return found;
        });
        return others.length === 0 ? person : { ...person, mounts: besides(others, person.mounts) };
    });
    return { people: all, problems: [...problems.values()] };
}

function membersOf(people: readonly One[]): Map<string, Person[]> {
    const members = new Map<string, Person[]>();
    for (const { person } of people) {
        person.groups.forEach(group => members.set(group, [...(members.get(group) ?? []), person]));
    }
    return members;
}

/** The folder of one member, if they have such a volume. */
function ownOf(member: Person, { volume, path, readOnly }: Mount & { volume: string }): PersonMount[] {
    const own = member.mounts.find(mount => "volume" in mount && mount.volume === volume && mount.owner !== undefined);
    return own === undefined || "host" in own
        ? []
        : [{ volume, owner: own.owner, path: `${path}/${member.name}`, readOnly }];
}

function problemOf(volume: string, group: string, members: readonly Person[], known: readonly string[]) {
    if (!known.includes(group)) {
        const text = `"${group}" is not in the groups of people${didYouMean(group, known)}`;
        return { key: "each", text };
    }
    const names = members.flatMap(({ mounts }) =>
        mounts.flatMap(mount => ("volume" in mount && mount.owner !== undefined ? [mount.volume] : [])),
    );
    return members.length === 0
        ? undefined // Nobody yet.
        : {
              key: "volume",
              text:
                  `nobody in ${group} has a volume "${volume}" of their own` +
                  (didYouMean(volume, [...new Set(names)]) || `: { volume: ${volume}, own: true, path: … }`),
          };
}

/** What somebody names themselves wins at its path. */
function besides(others: readonly PersonMount[], own: readonly PersonMount[]): PersonMount[] {
    const byPath = new Map([...others, ...own].map(mount => [mount.path, mount]));
    return [...byPath].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, mount]) => mount);
}
