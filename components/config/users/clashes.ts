/** What people have that only one of them can have: accounts, homes, GPUs, directories of the host. Pure. */
import { takenBy, choicesOf } from "../profiles/choices";
import { bindProblems } from "./bindSources";
import { mergedMounts, winner } from "./layers";
import { formatPath, type Problem } from "../messages";
import type { Listed, PeopleConfig, Person } from "./person";

type One = Listed & { person: Person };

/** What only shows when people are looked at side by side. @param others those who are not listed, where they get in */
export function clashes(people: readonly One[], others: Listed | undefined, config: PeopleConfig): Problem[] {
    const mounting = [...people, ...(others === undefined ? [] : [{ ...others, person: { name: others.user.name } }])];
    return [
        ...sharedThings(people),
        ...bindProblems(mounting.flatMap(one => [boundOf(one), ...takenBounds(one, config)])),
    ];
}

/** What they mount by taking a profile. */
function takenBounds(one: Parameters<typeof boundOf>[0], config: PeopleConfig) {
    return takenBy(one, config)
        .filter(([, { mounts = [] }]) => mounts.length > 0)
        .map(profile => boundOf({ ...one, layers: [choicesOf(profile)[0].layer] }));
}

function sharedThings(people: readonly One[]): Problem[] {
    const problems: Problem[] = [];
    const owners = new Map<string, One>();
    for (const one of people) {
        /** Says it where the second of two has what only one can have. */
        const once = (what: string, at: (string | number)[], message: (first: string) => string) => {
            const first = owners.get(what);
            if (first === undefined) {
                owners.set(what, one);
                return;
            }
            const whose = `${first.person.name}'s (users[${first.index}])`;
            problems.push({ path: formatPath(at), message: message(whose) });
        };
        const { index, layers, user, person } = one;
        const { name, system, gpus } = person;
        const at = ["users", index];
        if (system !== undefined) {
            const { uid, hostHome } = system;
            once(`uid ${uid}`, user.uid === undefined ? at : [...at, "uid"], first => `uid ${uid} is also ${first}`);
            once(`home ${hostHome}`, at, first => `the home ${hostHome} is also ${first}`);
        }
        const { from } = winner(layers, "gpus") ?? {};
        for (const gpu of typeof gpus === "object" ? gpus : []) {
            once(
                `gpu ${gpu}`,
                [...(from?.at ?? at), "gpus"],
                first => `GPU ${gpu} of ${name} is also ${first}; each belongs to one person`,
            );
        }
    }
    return problems;
}

function boundOf({ layers, person: { name, system } }: Listed & { person: Pick<Person, "name" | "system"> }) {
    return {
        name,
        home: system?.hostHome,
        mounts: [...mergedMounts(layers).values()].flatMap(({ value, at }) =>
            "host" in value ? [{ host: value.host, readOnly: value.readOnly, at }] : [],
        ),
    };
}
