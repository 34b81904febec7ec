/** What the roster says of profiles, further servers and the pool of GPUs: who may take what is decided here. Pure. */
import type { Profile, ProfilesSettings } from "../config/profiles/settings";
import type { Settings } from "../config/settings";
import { OTHERS } from "../config/users/others";
import type { Person } from "../config/users/people";

/** A menu as the hub reads it: places in the list of profiles. */
interface RosterMenu {
    of: number[];
    /** The one that is preselected. */
    default: number;
}

export interface RosterChoices {
    /** Keys of the roster; only those that are used. */
    common: Record<string, unknown>;
    /** Keys of one person; likewise. */
    of: (person: Person) => Record<string, unknown>;
}

export function rosterChoices({ people, dynamic, gpus: pool }: Pick<Settings, "people" | "dynamic" | "gpus">) {
    if (dynamic === undefined) {
        return { common: {}, of: () => ({}) } satisfies RosterChoices;
    }
    const { profiles, others, namedServers } = dynamic;
    const { menus, of } = menusOf(profiles);
    const wanted = (person: Person) => (pool === undefined ? 0 : ownGpus(person, profiles));
    people.forEach(({ name }) => of(name));
    const choices: RosterChoices = {
        common: {
            ...(profiles === undefined ? {} : { profiles: profiles.all.map(profileOf), menus }),
            ...where(others && of(OTHERS), number => ({ others: number })),
            ...where(namedServers, number => ({ namedServers: number })),
            ...where(others && wanted(others), number => ({ othersGpus: number })),
        },
        of: person => ({
            ...where(of(person.name), number => ({ menu: number })),
            ...where(wanted(person), number => ({ gpus: number })),
        }),
    };
    return choices;
}

/** 0 is left out. */
function where(number: number | undefined, key: (number: number) => Record<string, number>): Record<string, number> {
    return number === undefined || number === 0 ? {} : key(number);
}

function profileOf({ slug, displayName, description, images, gpus }: Profile): Record<string, unknown> {
    return {
        slug,
        displayName,
        description,
        ...(images.length === 0 ? {} : { images }),
        ...(gpus === 0 ? {} : { gpus }),
    };
}

/** Each menu once, and whose is which: 0 also where there is nothing to choose. */
function menusOf(profiles: ProfilesSettings | undefined): { menus: RosterMenu[]; of: (name: string) => number } {
    const menus: RosterMenu[] = [];
    const known = new Map<string, number>();
    const places = new Map(profiles?.all.map(({ slug }, i) => [slug, i]));
    const place = (slug: string) => places.get(slug) as number;
    return {
        menus,
        of: name => {
            const menu = profiles?.menus.get(name);
            if (menu === undefined) {
                return 0;
            }
            const said = { of: menu.slugs.map(place), default: place(menu.preselected) };
            const text = JSON.stringify(said);
            const number = known.get(text) ?? menus.push(said) - 1;
            known.set(text, number);
            return number;
        },
    };
}

/** How many somebody has of the pool whatever they take, so also with profiles that say nothing of GPUs. */
function ownGpus(person: Person, profiles: ProfilesSettings | undefined): number {
    const silent = new Set(profiles?.all.filter(({ gpus }) => gpus === 0).map(({ slug }) => slug));
    const menu = profiles?.menus.get(person.name);
    const slug = menu?.slugs.find(one => silent.has(one));
    const plain = menu === undefined ? person : slug === undefined ? undefined : menu.entries.get(slug);
    return typeof plain?.gpus === "number" ? plain.gpus : 0;
}
