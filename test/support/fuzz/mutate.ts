/** Random and mutated stack files, by seeds: the same numbers give the same file. */
import fc from "fast-check";
import { stringify } from "yaml";
import { parseAsPulumi } from "../../../scripts/files/stackFile";
import { bases, right } from "./bases";
import { ADDRESSES, hostileKeys, hostileTexts, hostileValues, IMAGES, knownKeys, NAMES, PATHS, SHELL } from "./hostile";

type Tree = Record<string, unknown> | unknown[];

/** One place in a structure: what is under `key` of `parent`. */
interface Place {
    parent: Tree;
    key: string | number;
}

function placesOf(value: unknown, places: Place[] = []): Place[] {
    if (typeof value === "object" && value !== null) {
        for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
            places.push({ parent: value as Tree, key });
            placesOf((value as Record<string | number, unknown>)[key], places);
        }
    }
    return places;
}

const get = ({ parent, key }: Place): unknown => (parent as Record<string | number, unknown>)[key];

/** As an own property, whatever it is called. */
function set({ parent, key }: Place, value: unknown): void {
    Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove({ parent, key }: Place): void {
    if (Array.isArray(parent)) {
        parent.splice(key as number, 1);
    } else {
        delete parent[key];
    }
}

const copy = <T>(value: T): T => structuredClone(value);

const value = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<unknown>(...hostileTexts) },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(...hostileValues) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
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

function apply(root: Tree, { at, other, kind, value: given, key: name }: Edit): void {
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

function objectOf(text: string): Tree {
    return parseAsPulumi(text).toJS() as Tree;
}

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

/** A known file with its values changed, as YAML. */
function edited(from: readonly string[], most: number): fc.Arbitrary<string> {
    return fc.tuple(fc.nat(), fc.array(edit, { minLength: 1, maxLength: most })).map(([base, edits]) => {
        const root = objectOf(from[base % from.length]);
        edits.forEach(one => apply(root, one));
        return stringify(root, { aliasDuplicateObjects: false });
    });
}

/** Mostly left out: among files with many hostile values none would be let through. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const person = fc.record({
    name: fc.oneof(
        fc.constantFrom(...NAMES),
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }),
        fc.stringMatching(/^[a-z][a-z0-9 ._@+-]{0,20}[a-z]$/),
    ),
    admin: rarely(fc.boolean()),
    login: rarely(fc.constantFrom(...hostileTexts)),
    kind: fc.constantFrom(undefined, "plain", "system", "system"),
    env: rarely(
        fc.dictionary(
            fc.constantFrom("A", "PS4", "BASH_ENV", "TERM", "PYTHONSTARTUP"),
            fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary" })),
            { maxKeys: 2 },
        ),
    ),
    groups: rarely(fc.array(fc.constantFrom("staff", "ü", "_x", "$(id)", "__proto__"), { maxLength: 1 })),
    gpus: rarely(fc.constantFrom(1, ["0"], ["GPU-a/b"], ["a b"])),
    umask: rarely(fc.constantFrom("0027", "027", "999")),
});
const folder = fc.oneof(
    fc.constantFrom(...PATHS),
    fc.constantFrom(...SHELL).map(text => `/srv/${text}`),
    fc.string({ unit: "grapheme", maxLength: 12 }).map(text => `/srv/${text}`),
);
const mount = fc.oneof(
    fc.record({ host: folder, path: fc.constant("/data"), readOnly: fc.boolean() }),
    fc.record({ volume: fc.constantFrom("team", "a.b", "-a", "a/b"), path: folder }),
);
const format = folder.map(text => (text.includes("{") ? text : `${text}/{username}`));
/** People and their surroundings of hostile values, of which some are legal: names, paths, formats, variables. */
const plausible = fc
    .record({
        users: fc
            .array(person, { minLength: 1, maxLength: 2 })
            .map(users =>
                users.map((user, i) => (user.kind === "system" ? { ...user, uid: 2000 + i, gid: 2000 } : user)),
            ),
        defaults: rarely(fc.record({ mounts: fc.array(mount, { maxLength: 1 }) })),
        homes: fc.oneof(fc.constant(undefined), fc.record({ hostFormat: format }), fc.record({ imageFormat: format })),
        images: rarely(
            fc.record({
                hub: fc.oneof(
                    fc.record({ pip: fc.array(fc.constantFrom(...IMAGES), { maxLength: 1 }) }),
                    fc.record({
                        args: fc.dictionary(
                            fc.constantFrom("A", "BASE", "http_proxy"),
                            fc.constantFrom(...hostileTexts),
                            { maxKeys: 1 },
                        ),
                    }),
                ),
            }),
        ),
        docker: rarely(
            fc.oneof(
                fc.record({
                    host: fc.constantFrom(...ADDRESSES, "ssh://lab", "ssh://a.b@10.0.0.1:2222", "unix:///run/a b.sock"),
                }),
                fc.record({ socket: folder }),
            ),
        ),
        network: rarely(
            fc.record({
                httpProxy: fc.constant("http://proxy.example:3128"),
                noProxy: fc.array(fc.constantFrom(...ADDRESSES), { maxLength: 1 }),
                dnsSearch: fc.array(fc.constantFrom("lab.example", "$(id)", "-a"), { maxLength: 1 }),
            }),
        ),
        hub: rarely(
            fc.oneof(
                fc.record({ extraConfig: fc.constantFrom(...SHELL.map(text => `x = ${JSON.stringify(text)}`)) }),
                fc.record({ templates: fc.constantFrom("branding", "../x", "/etc", "stacks") }),
            ),
        ),
        storage: fc.constantFrom(undefined, "volume", "none"),
    })
    .map(config =>
        stringify({
            config: Object.fromEntries(
                Object.entries(config)
                    .filter(([, given]) => given !== undefined)
                    .map(([key, given]) => [`jupyterhub:${key}`, given]),
            ),
        }),
    );

const SNIPPETS = [
    "\t",
    " ",
    "  ",
    "\n",
    "\r",
    "\0",
    "\ufeff",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    ": ",
    "- ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    '"',
    "|\n",
    ">\n",
    "&a ",
    "*a",
    "*nope",
    "&a [*a]",
    "<<: *a",
    "!!binary ",
    "!!str ",
    "!!float ",
    "!!set ",
    "!foo ",
    "!!js/function ",
    "# ",
    "~",
    "null",
    "0x1F",
    "0o17",
    "017",
    "1_000",
    ".inf",
    ".nan",
    "2001-12-14",
    "yes",
    "\u0085",
    "\u2028",
    "\\",
    "secure: v1:a:b\n",
    "encryptionsalt: v1:x\n",
    "config:\n",
    "[".repeat(60),
    "[".repeat(5000),
    "x: &a [1,1]\ny: &b [*a,*a]\n",
    "\u001b[31m",
];

const slip = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 30 }),
    kind: fc.constantFrom(
        "insert",
        "insert",
        "insert",
        "delete",
        "replace",
        "cut",
        "dropLine",
        "repeatLine",
        "indent",
        "swapLines",
    ),
    text: fc.oneof(fc.constantFrom(...SNIPPETS), fc.constantFrom(...hostileTexts), fc.string({ maxLength: 5 })),
});
type Slip = typeof slip extends fc.Arbitrary<infer T> ? T : never;

function spoil(text: string, { at, length, kind, text: snippet }: Slip): string {
    const place = at % (text.length + 1);
    const lines = text.split("\n");
    const line = at % lines.length;
    switch (kind) {
        case "insert":
            return text.slice(0, place) + snippet + text.slice(place);
        case "delete":
            return text.slice(0, place) + text.slice(place + length);
        case "replace":
            return text.slice(0, place) + snippet + text.slice(place + length);
        case "cut":
            return text.slice(0, place);
        case "dropLine":
            return lines.toSpliced(line, 1).join("\n");
        case "repeatLine":
            return lines.toSpliced(line, 0, lines[line]).join("\n");
        case "indent":
            return lines.with(line, `${" ".repeat(length % 9)}${lines[line].trimStart()}`).join("\n");
        case "swapLines": {
            const other = length % lines.length;
            return lines.with(line, lines[other]).with(other, lines[line]).join("\n");
        }
    }
}

/** A file with its text changed. */
function spoilt(from: fc.Arbitrary<string>): fc.Arbitrary<string> {
    return fc
        .tuple(from, fc.array(slip, { minLength: 1, maxLength: 4 }))
        .map(([text, slips]) => slips.reduce(spoil, text));
}

const known = fc.constantFrom(...bases);

/** Random text, random structures below known keys, known files with changed values, known files with changed text. */
export const stackTexts: fc.Arbitrary<string> = fc.oneof(
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
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
