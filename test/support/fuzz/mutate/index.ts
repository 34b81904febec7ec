/** Stack files that nobody wrote. */
import fc from "fast-check";
import { stringify } from "yaml";
import { bases, right } from "../bases";
import { knownKeys } from "../hostile/keys";
import { type Tree, placesOf, objectOf, get, set } from "./tree";
import { apply, value, edited } from "./edits";
import { plausible } from "./plausible";
import { spoilt } from "./slips";
import { anyCharacter } from "../anyCharacter";

/** Every file that is right, once for each of its texts and keys, with that one endless. */
export function endless(unit: string, length: number): Tree[] {
    const long = unit.repeat(Math.ceil(length / unit.length));
    return right.flatMap(text =>
        placesOf(objectOf(text)).flatMap((_, i): Tree[] => {
            const [root, keyed] = [objectOf(text), objectOf(text)];
            const [place, ofKey] = [placesOf(root)[i], placesOf(keyed)[i]];
            apply(keyed, { at: i, other: 0, kind: "rename", value: 0, key: long });
            if (typeof get(place) !== "string") {
                return [keyed];
            }
            set(place, long);
            return Array.isArray(ofKey.parent) ? [root] : [root, keyed];
        }),
    );
}

const known = fc.constantFrom(...bases);

/** Random text, random structures below known keys, known files with changed values, known files with changed text. */
export const stackTexts: fc.Arbitrary<string> = fc.oneof(
    { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 200 }) },
    {
        weight: 3,
        arbitrary: fc
            .dictionary(fc.constantFrom(...knownKeys.filter(name => name.startsWith("jupyterhub:"))), value)
            .map(config => stringify({ config })),
    },
    // One or two mistakes in a file that is right: those that are nearly let through.
    { weight: 12, arbitrary: edited(right, 2) },
    { weight: 12, arbitrary: plausible },
    { weight: 8, arbitrary: edited(bases, 6) },
    { weight: 5, arbitrary: spoilt(known) },
    { weight: 2, arbitrary: spoilt(edited(right, 2)) },
);
