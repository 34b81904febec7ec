/** Known stack files with some of their values changed. */
import fc from "fast-check";
import { stringify } from "yaml";
import { bases } from "../bases";
import { hostileKeys, knownKeys } from "../hostile/keys";
import { hostileTexts } from "../hostile/texts";
import { hostileValues } from "../hostile/values";
import { type Tree, placesOf, get, set, copy, remove, objectOf } from "./tree";
import { anyCharacter } from "../anyCharacter";

export const value = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<unknown>(...hostileTexts) },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(...hostileValues) },
    { weight: 1, arbitrary: fc.string({ unit: anyCharacter }) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 20 }) },
    {
        weight: 1,
        arbitrary: fc
            .tuple(fc.constantFrom(...hostileTexts), fc.constantFrom(...hostileTexts))
            .map(texts => texts.join("")),
    },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
const key = fc.oneof(fc.constantFrom(...hostileKeys), fc.constantFrom(...knownKeys), fc.constantFrom(...knownKeys));

const edit = fc.record({
    at: fc.nat(),
    other: fc.nat(),
    kind: fc.constantFrom("set", "set", "set", "remove", "add", "rename", "repeat", "wrap", "swap", "typo", "graft"),
    value,
    key,
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

export function apply(root: Tree, { at, other, kind, value: given, key: name }: Edit): void {
    const places = placesOf(root);
    if (places.length === 0) {
        return;
    }
    const place = places[at % places.length];
    const there = get(place);
    switch (kind) {
        case "set":
            return set(place, copy(given));
        case "remove":
            return remove(place);
        case "add":
            return typeof there === "object" && there !== null && !Array.isArray(there)
                ? set({ parent: there as Tree, key: name }, copy(given))
                : Array.isArray(there)
                  ? void there.push(copy(given))
                  : set(place, { [name]: copy(given) });
        case "rename":
        case "typo":
            if (!Array.isArray(place.parent)) {
                remove(place);
                const text = String(place.key);
                const cut = other % (text.length + 1);
                set(
                    { parent: place.parent, key: kind === "rename" ? name : text.slice(0, cut) + text.slice(cut + 1) },
                    there,
                );
            }
            return;
        case "repeat":
            return Array.isArray(place.parent)
                ? void place.parent.splice(other % (place.parent.length + 1), 0, copy(there))
                : set(place, [copy(there), copy(there)]);
        case "wrap":
            return set(place, other % 2 === 0 ? [there] : { [name]: there });
        case "swap": {
            const second = places[other % places.length];
            const [one, two] = [copy(there), copy(get(second))];
            set(place, two);
            return set(second, one);
        }
        case "graft": {
            const foreign = placesOf(objectOf(bases[other % bases.length]));
            return set(place, copy(get(foreign[at % foreign.length])));
        }
    }
}

/** A known file with its values changed, as YAML. */
export function edited(from: readonly string[], most: number): fc.Arbitrary<string> {
    return fc.tuple(fc.nat(), fc.array(edit, { minLength: 1, maxLength: most })).map(([base, edits]) => {
        const root = objectOf(from[base % from.length]);
        edits.forEach(one => apply(root, one));
        return stringify(root, { aliasDuplicateObjects: false });
    });
}
