/** Whose the secrets of `secretEnv` and `secretFiles` are: groups and people, by the names that the file has. Pure. */
import { didYouMean, formatPath, type Problem } from "../messages";
import { ownKeys } from "../raw/namespace";
import { readSections, type Sections } from "../sections";
import { SHARED_KEYS, type SharedKey } from "./schema";
import { namesIn } from "../users/listProblems";
import { normaliseName } from "../values";

export interface Owner {
    kind: "group" | "user";
    /** Of a person in its one spelling. */
    name: string;
}

/** Everybody who may have secrets. */
export interface Known {
    /** Names in their one spelling. */
    users: ReadonlySet<string>;
    groups: ReadonlySet<string>;
}

/** Groups that have settings or members, and everybody whose name can be read. */
export function knownIn({ parts: { users, groups, defaults } }: Sections): Known {
    return {
        users: namesIn(users),
        groups: new Set([
            ...groups.map(([name]) => name),
            ...[defaults, ...users].flatMap(fields => fields.groups ?? []),
        ]),
    };
}

/** No name of a person and of a group has a colon. */
export const EXPLICIT = /^(user|group):(.*)$/s;

/** Who is meant, or what is wrong with the name. @param written `staff`, `ada`, or `group:ada` where both are there */
export function ownerOf(written: string, { users, groups }: Known): Owner | string {
    const [, kind, name = written] = EXPLICIT.exec(written) ?? [];
    const isUser = kind !== "group" && users.has(normaliseName(name));
    const isGroup = kind !== "user" && groups.has(name);
    if (isUser && isGroup) {
        return `is a group and a person; write "group:${name}" or "user:${name}"`;
    }
    if (!isUser && !isGroup) {
        const what = { user: "no person", group: "no group" }[kind] ?? "neither a group nor a person";
        const [first, second] = [kind === "group" ? [] : users, kind === "user" ? [] : groups];
        return `is ${what} of this stack${didYouMean(name, [...first, ...second])}`;
    }
    return isUser ? { kind: "user", name: normaliseName(name) } : { kind: "group", name };
}

/** What is wrong with one owner, by a stack file that may have mistakes. @param all keys with their namespace */
export function ownerProblem(all: Readonly<Record<string, unknown>>, written: string): string | undefined {
    const owner = ownerOf(written, knownIn(readSections(ownKeys(all).raw).sections));
    return typeof owner === "string" ? owner : undefined;
}

/** Owners that are nobody, or the same as another. */
export function ownerProblems(sections: Sections): Problem[] {
    const known = knownIn(sections);
    return SHARED_KEYS.flatMap(key => ownersOf(key, Object.keys(sections[key] ?? {}), known));
}

function ownersOf(key: SharedKey, written: readonly string[], known: Known): Problem[] {
    const seen = new Map<string, string>();
    return written.flatMap(given => {
        const path = formatPath([key, given]);
        const owner = ownerOf(given, known);
        if (typeof owner === "string") {
            return [{ path, message: owner }];
        }
        const first = seen.get(`${owner.kind}:${owner.name}`);
        if (first === undefined) {
            seen.set(`${owner.kind}:${owner.name}`, path);
            return [];
        }
        return [{ path, message: `is the same ${owner.kind === "user" ? "person" : "group"} as ${first}` }];
    });
}
