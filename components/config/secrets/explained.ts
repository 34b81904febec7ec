/** Somebody's secrets for `status --explain`: their names and whose they are, and no value. Pure. */
import { ENCRYPTED } from "../fields";
import { secretMap } from "./map";
import { EXPLICIT } from "./owners";
import { SHARED_KEYS, type SharedKey } from "./schema";
import type { Shared, Sharing } from "./sharing";
import type { Person } from "../users/person";
import { normaliseName } from "../values";

/** A name, and the group or person that has it in the file; `""` where all is one encrypted text. */
type Row = [setting: string, value: string, owner: string];

const IS_SECRET = "secret";
const ONE_TEXT = "encrypted as one text: which there are is not to be seen in the file";

/**
 * @param raw the config as it is written, without the namespace; `ENCRYPTED` in the place of encrypted values
 * @returns a source is `group staff` or `the person`
 */
export function secretRows(
    person: Pick<Person, "name" | "groups">,
    sharing: Sharing,
    raw: Readonly<Record<string, unknown>>,
): { setting: string; value: string; from: string }[] {
    return SHARED_KEYS.flatMap(key => [...named(key, sharing[key].get(person.name)), ...sealed(key, raw[key])]).flatMap(
        ([setting, value, owner]) => {
            const from = owner === "" ? "-" : sourceOf(owner, person);
            return from === undefined ? [] : [{ setting, value, from }];
        },
    );
}

const named = (key: SharedKey, shared: Shared = {}): Row[] =>
    Object.entries(shared).map(([name, owner]) => [`${key}.${name}`, IS_SECRET, owner]);

/** Where only Pulumi can read the names. */
function sealed(key: SharedKey, value: unknown): Row[] {
    return value === ENCRYPTED
        ? [[key, ONE_TEXT, ""]]
        : Object.entries(secretMap(value) ?? {}).flatMap(([owner, shares]): Row[] =>
              shares === ENCRYPTED ? [[key, ONE_TEXT, owner]] : [],
          );
}

/** undefined: somebody else's. A name that is both a group's and a person's is refused where it does not say which. */
function sourceOf(written: string, { name, groups }: Pick<Person, "name" | "groups">): string | undefined {
    const [, kind, owner = written] = EXPLICIT.exec(written) ?? [];
    if (kind !== "user" && groups.includes(owner)) {
        return `group ${owner}`;
    }
    return kind !== "group" && normaliseName(owner) === name ? "the person" : undefined;
}
