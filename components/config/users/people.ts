/** The people of the list, with everything that is theirs resolved, and what is wrong with them. Pure. */
import { clashes } from "./clashes";
import { fillFormat, formatBase, formatFields } from "./homeFormat";
import { winner, type Layer } from "./layers";
import { othersIn } from "./others";
import { withOthersVolumes } from "./ownVolumes";
import { formatPath, type Problem } from "../messages";
import {
    homeNameOf,
    listedIn,
    resolvePerson,
    type Listed,
    type PeopleConfig,
    type Person,
    type SystemAccount,
} from "./person";
import { personProblems } from "./personProblems";
import { normaliseName } from "../values";

export { PLAIN_HOME } from "./person";
export type { IdleLimits, Mount, PeopleConfig, Person, PersonMount, SystemAccount } from "./person";

/** What the Docker host knows of its accounts. */
export type Accounts = ReadonlyMap<string, { uid: number; gid: number }>;

/** Names of the system people whose uid or gid is not in the config. */
export function peopleWithoutIds(config: PeopleConfig): string[] {
    return listedIn(config).flatMap(({ user, layers }) =>
        isSystem(layers) && (user.uid === undefined || winner(layers, "gid") === undefined)
            ? [normaliseName(user.name)]
            : [],
    );
}

/**
 * @param accounts accounts of the Docker host for `peopleWithoutIds`, or why they are not known
 */
export function readPeople(
    config: PeopleConfig,
    accounts: Accounts | string,
): { people: Person[]; problems: Problem[] } {
    const problems: Problem[] = [];
    const people = listedIn(config).flatMap(one => {
        const system = isSystem(one.layers) ? systemAccount(one, config.homes, accounts) : undefined;
        if (typeof system === "string") {
            problems.push({ path: formatPath(["users", one.index]), message: system });
            return [];
        }
        problems.push(...personProblems(one, system, config));
        return [{ ...one, person: resolvePerson(one, system) }];
    });
    problems.push(...clashes(people, othersIn(config), config));
    const all = withOthersVolumes(people, config.groups);
    return { people: all.people, problems: [...problems, ...all.problems] };
}

function isSystem(layers: readonly Layer[]): boolean {
    return winner(layers, "kind")?.value === "system";
}

/** Account and directories, or what is missing. */
function systemAccount(
    { user, layers }: Listed,
    homes: PeopleConfig["homes"],
    accounts: Accounts | string,
): SystemAccount | string {
    const name = normaliseName(user.name);
    const account = typeof accounts === "string" ? undefined : accounts.get(name);
    const uid = user.uid ?? account?.uid;
    const gid = winner(layers, "gid")?.value ?? account?.gid;
    if (uid === undefined || gid === undefined) {
        const missing = [...(uid === undefined ? ["uid"] : []), ...(gid === undefined ? ["gid"] : [])].join(" and ");
        const why = typeof accounts === "string" ? accounts : `the Docker host has no account ${JSON.stringify(name)}`;
        return `a system person needs ${missing}: ${why}`;
    }
    if (uid === 0 || gid === 0) {
        return `the Docker host's account ${JSON.stringify(name)} is root's (uid ${uid}, gid ${gid})`;
    }
    const hostHome = fillFormat(homes.hostFormat, formatFields(homeNameOf(user), uid));
    return {
        uid,
        gid,
        hostHome,
        homesBase: formatBase(homes.hostFormat),
        home: fillFormat(homes.imageFormat, formatFields(name, uid)),
    };
}
