/** Places in what a stack file holds, and what may be done at them. */
import { parseAsPulumi } from "../../../../scripts/files/pulumiYaml";

export type Tree = Record<string, unknown> | unknown[];

/** One place in a structure: what is under `key` of `parent`. */
interface Place {
    parent: Tree;
    key: string | number;
}

export function placesOf(value: unknown, places: Place[] = []): Place[] {
    if (typeof value === "object" && value !== null) {
        for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
            places.push({ parent: value as Tree, key });
            placesOf((value as Record<string | number, unknown>)[key], places);
        }
    }
    return places;
}

export const get = ({ parent, key }: Place): unknown => (parent as Record<string | number, unknown>)[key];

/** As an own property, whatever it is called. */
export function set({ parent, key }: Place, value: unknown): void {
    Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

export function remove({ parent, key }: Place): void {
    if (Array.isArray(parent)) {
        parent.splice(key as number, 1);
    } else {
        delete parent[key];
    }
}

export const copy = <T>(value: T): T => structuredClone(value);

export function objectOf(text: string): Tree {
    return parseAsPulumi(text).toJS() as Tree;
}
