/** Whose value wins: built-in < defaults < a person's groups in the order listed < the person. Pure. */
import { tidyPath } from "./hostPaths";
import type { Config } from "../schema";

/** What a person's server is made of, as it stands in `defaults`, a group or a person. */
export type ServerFields = Config["defaults"];
type User = Config["users"][number];

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
    memory: "1G",
    cpus: 1,
    pids: 1024,
    lifecycle: "on-demand",
} satisfies ServerFields;

/** The groups somebody is in, in the order in which their settings apply. */
export function groupsOf(user: Pick<User, "groups">, defaults: ServerFields): string[] {
    return [...new Set(user.groups ?? defaults.groups ?? [])];
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
    const known = new Map(Object.entries(groups));
    return [
        { source: "built-in", at: [], fields: BUILT_IN },
        { source: "defaults", at: ["defaults"], fields: defaults },
        ...groupsOf(user, defaults).flatMap(name => {
            const fields = known.get(name);
            return fields === undefined ? [] : [{ source: `group ${name}`, at: ["groups", name], fields }];
        }),
        { source: "the person", at: ["users", index], fields: user },
    ];
}

/** Fields that are one value. */
type SingleField = Exclude<keyof ServerFields, "env" | "idle" | "mounts" | "groups">;

/** The value that wins, and the place it comes from; undefined where nobody has one. */
export function winner<K extends SingleField>(
    layers: readonly Layer[],
    field: K,
): { value: NonNullable<ServerFields[K]>; from: Layer } | undefined {
    const from = layers.findLast(({ fields }) => fields[field] !== undefined);
    return from === undefined ? undefined : { value: from.fields[field] as NonNullable<ServerFields[K]>, from };
}

/** Variables of all layers; of the same name the later one's. */
export function mergedEnv(layers: readonly Layer[]): Map<string, { value: string; from: Layer }> {
    return new Map(
        layers.flatMap(from =>
            Object.entries(from.fields.env ?? {}).map(([name, value]) => [name, { value, from }] as const),
        ),
    );
}

/** The part of `idle` that wins; each by itself. */
export function idleWinner(
    layers: readonly Layer[],
    part: "cullAfter" | "maxAge",
): { value: string; from: Layer } | undefined {
    const from = layers.findLast(({ fields }) => fields.idle?.[part] !== undefined);
    return from === undefined ? undefined : { value: from.fields.idle?.[part] as string, from };
}

type Mount = NonNullable<ServerFields["mounts"]>[number];

/** Mounts of all layers by their path in the server; at the same path the later one's. `at`: its path in the config. */
export function mergedMounts(
    layers: readonly Layer[],
): Map<string, { value: Mount; from: Layer; at: (string | number)[] }> {
    return new Map(
        layers.flatMap(from =>
            (from.fields.mounts ?? []).map(
                (value, i) => [tidyPath(value.path), { value, from, at: [...from.at, "mounts", i] }] as const,
            ),
        ),
    );
}
