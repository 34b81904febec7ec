/**
 * `jupyterhub:secretEnv` and `jupyterhub:secretFiles`: group or person → name → value. Pure. No message repeats a
 * value.
 */
import { z } from "zod";
import { DOCUMENT, ENCRYPTED } from "../fields";
import { secretMap } from "./map";
import { variableNameProblem } from "../users/schema";

/** Group or person, as written → name → value. Values that only Pulumi can read are `ENCRYPTED`. */
export type Shares = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The keys that have such a map. */
export const SHARED_KEYS = ["secretEnv", "secretFiles"] as const;

export type SharedKey = (typeof SHARED_KEYS)[number];

export function isSharedKey(key: string): key is SharedKey {
    return SHARED_KEYS.some(shared => shared === key);
}

/** Where secret files are in a server. */
export const SECRET_FOLDER = "/run/secrets";

/** Longest file in bytes: it is in the stack file and in Pulumi's state. */
const MOST_OF_FILE = 256 * 1024;

const NAME: Record<SharedKey, string> = { secretEnv: "VARIABLE", secretFiles: "FILE" };

/** How one secret gets into a stack file. */
export const setShare = (key: SharedKey, stack = "STACK", owner = "OWNER", name = NAME[key]) =>
    `npm run secret -- ${stack} ${key} ${owner} ${name}`;

/** What is wrong with a secret's name, or undefined. */
export const shareNameProblem: Record<SharedKey, (name: string) => string | undefined> = {
    secretEnv: variableNameProblem,
    secretFiles: name =>
        /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(name)
            ? undefined
            : `is no name of a secret file: 1 to 100 letters, digits, . _ - and no folders; it is put into ` +
              SECRET_FOLDER,
};

const MOST: Record<SharedKey, number> = { secretEnv: DOCUMENT, secretFiles: MOST_OF_FILE };

/** What is wrong with a secret's value, or undefined. */
export function shareValueProblem(key: SharedKey, value: unknown): string | undefined {
    if (typeof value !== "string") {
        return "expected text; a number, true or a date needs quotes around it";
    }
    if (value === "") {
        return "is empty";
    }
    if (value.includes("\0")) {
        return "must not contain a NUL character";
    }
    const bytes = Buffer.byteLength(value);
    return bytes > MOST[key] ? `is ${bytes} bytes long; at most ${MOST[key]}` : undefined;
}

/** All names and values that can be read, whatever is wrong with them. */
function readable(value: unknown): [owner: string, shares: Record<string, unknown> | undefined][] | undefined {
    const map = secretMap(value);
    // Nothing: the last line below a name was deleted.
    return map && Object.entries(map).map(([owner, shares]) => [owner, secretMap(shares ?? undefined)]);
}

/** The map in any of its forms: one text, a text for each owner, or a text for each value. */
export function sharesOf(value: unknown): Shares {
    return Object.fromEntries(
        (readable(value) ?? []).map(([owner, shares = {}]) => [
            owner,
            Object.fromEntries(
                Object.entries(shares).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
            ),
        ]),
    );
}

/** What is wrong with a map in any of its forms: places in it, and messages. */
export function shareProblems(key: SharedKey, value: unknown): { path: string[]; message: string }[] {
    const expected = `expected a group or person, and below it names and secrets; this asks for one: ${setShare(key)}`;
    const owners = readable(value);
    if (owners === undefined) {
        return [{ path: [], message: expected }];
    }
    return owners.flatMap(([owner, shares]) =>
        shares === undefined
            ? [{ path: [owner], message: expected }]
            : Object.entries(shares).flatMap(([name, secret]) => {
                  const message =
                      shareNameProblem[key](name) ??
                      (secret === ENCRYPTED ? undefined : shareValueProblem(key, secret));
                  return message === undefined ? [] : [{ path: [owner, name], message }];
              }),
    );
}

const shares = (key: SharedKey) =>
    z
        .unknown()
        .optional()
        .superRefine((value, context) => {
            for (const { path, message } of shareProblems(key, value)) {
                context.addIssue({ code: "custom", path, message });
            }
        })
        .transform(sharesOf);

export const secretEnv = shares("secretEnv").describe(
    "secret: group or person → variable → value; environment variables of their servers",
);

export const secretFiles = shares("secretFiles").describe(
    `secret: group or person → name → content; files in ${SECRET_FOLDER} of their servers`,
);
