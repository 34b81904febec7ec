/** Whose value wins: built-in < defaults < a person's groups in the order listed < the person. Pure. */
import type { Config } from "../schema";
import { propertyOf } from "../swarm/placement";
import type { Mount, ServerFields, User } from "./schema";

/** One place that values come from. */
export interface Layer {
    /** As people read it: `built-in`, `defaults`, `group staff`, `the person`. */
    source: string;
    /** Its path in the config, for messages. */
    at: (string | number)[];
    fields: ServerFields;
}

/** What everybody has who is told nothing else. */
export const BUILT_IN = {
    kind: "plain",
    memory: 1024,
    cpus: 1,
    pids: 1024,
    lifecycle: "on-demand",
} satisfies ServerFields;

/** The groups somebody is in, in the order in which their settings apply. */
export function groupsOf(layers: readonly Layer[]): string[] {
    const groups = layers.findLast(({ fields }) => fields.groups !== undefined)?.fields.groups;
    return [...new Set(groups ?? [])];
}

/**
 * The places that a person's values come from; a later one wins.
 * @param index the person's place in the list
 */
export function layersOf(
    user: User,
    index: number,
    { defaults, groups }: Pick<Config, "defaults" | "groups">,
): Layer[] {
    const below = [
        { source: "built-in", at: [], fields: BUILT_IN },
        { source: "defaults", at: ["defaults"], fields: defaults },
    ];
    const own = { source: "the person", at: ["users", index], fields: user };
    const ofGroups = groupsOf([...below, own]).flatMap(name =>
        Object.hasOwn(groups, name) ? [{ source: `group ${name}`, at: ["groups", name], fields: groups[name] }] : [],
    );
    return [...below, ...ofGroups, own];
}

/** Fields that are one value. */
type SingleField = Exclude<keyof ServerFields, "env" | "idle" | "mounts" | "groups" | "placement" | "reservations">;

/** The value that wins, and the place it comes from; undefined where nobody has one. */
export function winner<K extends SingleField>(layers: readonly Layer[], field: K) {
    return last(layers, ({ fields }) => fields[field]);
}

function last<T>(layers: readonly Layer[], valueOf: (layer: Layer) => T | undefined) {
    for (const from of layers.toReversed()) {
        const value = valueOf(from);
        if (value !== undefined) {
            return { value, from };
        }
    }
    return undefined;
}

/** Variables of all layers; of the same name the later one's. */
export function mergedEnv(layers: readonly Layer[]): Map<string, { value: string; from: Layer }> {
    return new Map(
        layers.flatMap(from =>
            Object.entries(from.fields.env ?? {}).map(([name, value]) => [name, { value, from }] as const),
        ),
    );
}

/** Fields with parts. */
type Parted = Required<Pick<ServerFields, "idle" | "placement" | "reservations">>;

/** The part of a field that wins, whatever becomes of its other parts: durations in seconds, sizes in MiB. */
export function partWinner<F extends keyof Parted, P extends keyof Parted[F]>(
    layers: readonly Layer[],
    field: F,
    part: P,
) {
    return last(layers, ({ fields }) => (fields[field] as Parted[F] | undefined)?.[part]);
}

/** Constraints of all layers; what a later one says of a property of nodes takes the place of what earlier ones do. */
export function mergedConstraints(layers: readonly Layer[]): { value: string; from: Layer; at: (string | number)[] }[] {
    const all = layers.flatMap(from =>
        (from.fields.placement?.constraints ?? []).map((value, i) => ({
            value,
            from,
            at: [...from.at, "placement", "constraints", i],
        })),
    );
    const lastOf = new Map(all.map(({ value, from }) => [propertyOf(value), from]));
    return all.filter(({ value, from }) => lastOf.get(propertyOf(value)) === from);
}

/** Mounts of all layers by their path in the server; at the same path the later one's. `at`: its path in the config. */
export function mergedMounts(
    layers: readonly Layer[],
): Map<string, { value: Mount; from: Layer; at: (string | number)[] }> {
    return new Map(
        layers.flatMap(from =>
            (from.fields.mounts ?? []).map(
                (value, i) => [value.path, { value, from, at: [...from.at, "mounts", i] }] as const,
            ),
        ),
    );
}
