/** Whoever gets in without being listed: one person, made of the defaults, who stands for all of them. Pure. */
import { imageOf } from "../images";
import { winner } from "./layers";
import {
    listedIn,
    resolvePerson,
    listedAs,
    type Listed,
    type PeopleConfig,
    type Person,
    type SystemAccount,
} from "./person";
import { formatFields, fillFormat, formatBase } from "./homeFormat";
import { personProblems } from "./personProblems";
import type { Problem } from "../messages";

/** In the place of their name. No name has a bracket. */
export const OTHERS = "(people who are not listed)";

/** Them, where they get in. */
export function othersIn(config: PeopleConfig): Listed | undefined {
    return config.others === true ? listedAs(-1, { name: OTHERS }, config) : undefined;
}

/** Everybody who has a server. */
export function everybodyIn(config: PeopleConfig): Listed[] {
    const others = othersIn(config);
    return [...listedIn(config), ...(others === undefined ? [] : [others])];
}

/** Them as a person. Whether they are system people stands in `kind`: their ids are known at a start. */
export function resolveOthers(config: PeopleConfig): { others?: Person; problems: Problem[] } {
    const one = othersIn(config);
    if (one === undefined) {
        return { problems: [] };
    }
    const kind = kindOf(one);
    const person = resolvePerson(one, undefined);
    return {
        others: { ...person, kind, image: imageOf(winner(one.layers, "image")?.value, kind) },
        problems: personProblems(one, sampleAccount(one, config), config),
    };
}

function kindOf({ layers }: Listed): Person["kind"] {
    return winner(layers, "kind")?.value ?? "plain";
}

/** Account of somebody of them, for what is wrong whoever it is; undefined where they have none. */
export function sampleAccount(others: Listed, { homes }: PeopleConfig): SystemAccount | undefined {
    if (kindOf(others) === "plain") {
        return undefined;
    }
    const [name, uid] = ["name", 1000];
    return {
        uid,
        gid: uid,
        hostHome: fillFormat(homes.hostFormat, formatFields(name, uid)),
        homesBase: formatBase(homes.hostFormat),
        home: fillFormat(homes.imageFormat, formatFields(name, uid)),
    };
}
