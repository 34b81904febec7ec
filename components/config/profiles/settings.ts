/** Profiles, resolved: what there is to choose, and for whom. Pure. */
import { choicesOf, isDefault, takenBy, taking, type Named } from "./choices";
import { everybodyIn, OTHERS } from "../users/others";
import { servedBy, type Listed, type Mount, type PeopleConfig, type Person } from "../users/person";
import { normaliseName } from "../values";

/** A profile as people read it. */
export interface Profile {
    /** Its name in the config. */
    slug: string;
    displayName: string;
    description: string;
    /**
     * Keys of `images.notebooks` to choose from.
     * @default no choice
     */
    images: readonly string[];
    /**
     * How many GPUs of the pool its server takes.
     * @default none
     */
    gpus: number;
    /** What it mounts besides the person's. */
    mounts: readonly Mount[];
}

/** What somebody may take. */
export interface Menu {
    /** Names of profiles, in their order. */
    slugs: readonly string[];
    /** The one that is preselected. */
    preselected: string;
    /** A profile's name, or with `~` and one of its images → the person with what it says. */
    entries: ReadonlyMap<string, Person>;
}

export interface ProfilesSettings {
    all: readonly Profile[];
    /** Person → their menu; people who are not listed are one person (`OTHERS`). */
    menus: ReadonlyMap<string, Menu>;
}

/** @returns undefined where there is nothing to choose */
export function profilesSettings(
    config: PeopleConfig,
    people: readonly Person[],
    others: Person | undefined,
): ProfilesSettings | undefined {
    const { profiles = [] } = config;
    if (profiles.length === 0) {
        return undefined;
    }
    const persons = new Map([...people, ...(others === undefined ? [] : [others])].map(one => [one.name, one]));
    return {
        all: profiles.map(profileOf),
        menus: new Map(
            everybodyIn(config).flatMap(one => {
                const name = one.user.name === OTHERS ? OTHERS : normaliseName(one.user.name);
                const person = persons.get(name);
                return person === undefined ? [] : [[name, menuOf(one, person, config)] as const];
            }),
        ),
    };
}

function profileOf([slug, given]: Named): Profile {
    const { displayName = slug, description = "", images = [], gpus = 0, mounts = [] } = given;
    return { slug, displayName, description, images, gpus, mounts };
}

function menuOf(one: Listed, person: Person, config: PeopleConfig): Menu {
    const taken = takenBy(one, config);
    const slugs = taken.map(([slug]) => slug);
    const entries = taken
        .flatMap(choicesOf)
        .map(choice => [choice.key, servedBy(person, taking(one, choice).layers)] as const);
    return { slugs, preselected: taken.find(isDefault)?.[0] ?? slugs[0], entries: new Map(entries) };
}

/** Somebody as they are until they choose: with the profile that is preselected. */
export function preselected(person: Person, profiles: ProfilesSettings | undefined): Person {
    const menu = profiles?.menus.get(person.name);
    return menu?.entries.get(menu.preselected) ?? person;
}

/** Where people's servers come from, as far as it is known of each. */
interface Served<One> {
    people: readonly One[];
    dynamic?: {
        others?: One;
        profiles?: { menus: ReadonlyMap<string, { entries: ReadonlyMap<string, One> }> };
    };
}

/** Everybody who has a server, in each form that it can have. */
export function servedPeople<One>({ people, dynamic: { others, profiles } = {} }: Served<One>): One[] {
    return profiles === undefined
        ? [...people, ...(others === undefined ? [] : [others])]
        : [...profiles.menus.values()].flatMap(({ entries }) => [...entries.values()]);
}
