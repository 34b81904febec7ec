/** Who may take which profile, and what a server is made of then. Pure. */
import type { ProfileFields } from "./schema";
import { groupsOf, type Layer } from "../users/layers";
import { everybodyIn } from "../users/others";
import type { Listed, PeopleConfig } from "../users/person";
import { normaliseName } from "../values";

/** One profile, as far as it can be read. */
export type Named = readonly [slug: string, fields: Partial<ProfileFields>];

/** One thing that somebody can take. */
export interface Choice {
    slug: string;
    /** The profile's own name, with `~` and the image where that is one of several. */
    key: string;
    /** Its values, which win over the person's. */
    layer: Layer;
}

/** Whether it is preselected for whoever may take it. */
export function isDefault([, fields]: Named): boolean {
    return fields.default === true;
}

/** The profiles that somebody may take, in the order of their names: Pulumi hands on no other. */
export function takenBy({ user, layers }: Listed, { profiles = [] }: PeopleConfig): Named[] {
    const one = { name: normaliseName(user.name), groups: groupsOf(layers) };
    return profiles.filter(([, fields]) => mayTake(one, fields));
}

/** @param fields groups and users of a profile; neither: everybody may take it */
export function mayTake(
    { name, groups: own }: { name: string; groups: readonly string[] },
    { groups, users }: Pick<Partial<ProfileFields>, "groups" | "users">,
): boolean {
    return (
        (groups === undefined && users === undefined) ||
        groups?.some(group => own.includes(group)) === true ||
        users?.some(one => normaliseName(one) === name) === true
    );
}

/** The same profiles are looked at for each of hundreds of people. */
const CHOICES = new WeakMap<Named, readonly Choice[]>();

/** A profile by itself, with the image that is preselected, and then by each of its images. */
export function choicesOf(profile: Named): readonly Choice[] {
    const choices = CHOICES.get(profile) ?? madeOf(profile);
    CHOICES.set(profile, choices);
    return choices;
}

function madeOf([slug, fields]: Named): Choice[] {
    const { images = [] } = fields;
    const first = { slug, key: slug, layer: layerOf(slug, fields, images.at(0)) };
    return [first, ...images.map(image => ({ slug, key: `${slug}~${image}`, layer: layerOf(slug, fields, image) }))];
}

function layerOf(slug: string, fields: Partial<ProfileFields>, chosen: string | undefined): Layer {
    const { image = chosen, memory, cpus, shm, openLimit, pids, gpus, env, mounts, placement, reservations } = fields;
    const given = { image, memory, cpus, shm, openLimit, pids, gpus, env, mounts, placement, reservations };
    return { source: `profile ${slug}`, at: ["profiles", slug], fields: given };
}

/** Somebody who has taken it. */
export function taking<One extends Listed>(one: One, { layer }: Choice): One {
    return { ...one, layers: [...one.layers, layer] };
}

/** Everybody as they come, and with each profile that they may take. */
export function servedIn(config: PeopleConfig): Listed[] {
    return everybodyIn(config).flatMap(one => [
        one,
        ...takenBy(one, config).flatMap(profile => choicesOf(profile).map(choice => taking(one, choice))),
    ]);
}
