/** Who has which secrets: names alone, and where in the file each value is. Pure. */
import { formatPath, type Problem } from "../messages";
import type { Sections } from "../sections";
import { knownIn, ownerOf, type Known, type Owner } from "./owners";
import type { SharedKey, Shares } from "./schema";
import { groupsOf, mergedEnv } from "../users/layers";
import { servedIn } from "../profiles/choices";
import { everybodyIn } from "../users/others";
import type { Listed, PeopleConfig } from "../users/person";
import { normaliseName } from "../values";

/** Name of a secret → the group or person in the map whose value it has. */
export type Shared = Readonly<Record<string, string>>;

/** Person → what they have; only those who have something. People who are not listed are one person (`OTHERS`). */
export type Sharing = Readonly<Record<SharedKey, ReadonlyMap<string, Shared>>>;

/** What everybody has. A person's own value wins, then that of the group listed last. */
export function sharingOf(sections: Sections, people: PeopleConfig): Sharing {
    const known = knownIn(sections);
    const everybody = everybodyIn(people);
    const of = (key: SharedKey) => {
        const shares = sections[key] ?? {};
        const owners = ownersIn(shares, known);
        return new Map(
            everybody.flatMap(one => {
                const shared = sharedBy(one, shares, owners);
                return Object.keys(shared).length === 0 ? [] : [[normaliseName(one.user.name), shared] as const];
            }),
        );
    };
    return { secretEnv: of("secretEnv"), secretFiles: of("secretFiles") };
}

interface WrittenOwner extends Owner {
    /** As the map has them. */
    written: string;
}

function ownersIn(shares: Shares, known: Known): WrittenOwner[] {
    return Object.keys(shares).flatMap(written => {
        const owner = ownerOf(written, known);
        return typeof owner === "string" ? [] : [{ ...owner, written }];
    });
}

function sharedBy({ user, layers }: Listed, shares: Shares, owners: readonly WrittenOwner[]): Shared {
    const inOrder = [
        ...groupsOf(layers).map(name => ({ kind: "group", name })),
        { kind: "user", name: normaliseName(user.name) },
    ];
    const own = inOrder.flatMap(({ kind, name }) => owners.filter(one => one.kind === kind && one.name === name));
    return Object.fromEntries(own.flatMap(({ written }) => Object.keys(shares[written]).map(name => [name, written])));
}

/** Variables that somebody has in `env` too: which of the two is meant is not to be guessed. */
export function sharingProblems(sharing: Sharing, people: PeopleConfig): Problem[] {
    const found = new Map<string, Problem>();
    for (const { user, layers } of servedIn(people)) {
        const name = normaliseName(user.name);
        const secret = Object.entries(sharing.secretEnv.get(name) ?? {});
        const env = mergedEnv(secret.length === 0 ? [] : layers);
        for (const [variable, owner] of secret) {
            const plain = env.get(variable);
            const path = formatPath(["secretEnv", owner, variable]);
            if (plain !== undefined && !found.has(path)) {
                const where = formatPath([...plain.from.at, "env", variable]);
                found.set(path, { path, message: `${name} has it in ${where} too; leave one of them out` });
            }
        }
    }
    return [...found.values()];
}

/** Somebody's secrets, name → value. @param shares the map with its values */
export function valuesOf(shared: Shared | undefined, shares: Shares): Record<string, string> {
    return Object.fromEntries(Object.entries(shared ?? {}).map(([name, owner]) => [name, shares[owner][name]]));
}
