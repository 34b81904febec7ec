/** What people read when their configuration is wrong. Pure. */

/** One thing that is wrong: where in the config, and what to do about it. */
export interface Problem {
    /** Path below `jupyterhub:`, such as `users[3].uid`; empty for the config as a whole. */
    path: string;
    message: string;
}

/** All problems of a stack's config as one text, in the order of the file. */
export function formatProblems(stack: string, problems: readonly Problem[]): string {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map(({ path, message }) => `  ${printable(`${path === "" ? "" : `${path}: `}${message}`)}`);
    return `The configuration of stack "${stack}" has ${count}; nothing was changed.\n${lines.join("\n")}`;
}

/** Longest line that is shown whole. */
const LONGEST = 1000;

/**
 * A text of somebody's for a terminal: one line, not endless, and without characters that do something there or hide
 * something.
 * @param allowed characters that are left as they are besides
 */
export function printable(text: string, allowed = ""): string {
    const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
    return short.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, character =>
        allowed.includes(character)
            ? character
            : `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, "0")}`,
    );
}

/** A secret that is needed and not there. @param key its key, without namespace */
export function missingKey(stack: string, key: string): Problem {
    return { path: key, message: `is missing; this asks for it: npm run secret -- ${stack} ${key}` };
}

/** `users`, 3, `uid` → `users[3].uid`; keys that are no plain word are quoted: `env["A B"]`. */
export function formatPath(path: readonly PropertyKey[]): string {
    return path
        .map((part, i) => {
            if (typeof part === "number") {
                return `[${part}]`;
            }
            const key = String(part);
            if (!/^[A-Za-z_][\w-]*$/.test(key)) {
                return `[${JSON.stringify(key)}]`;
            }
            return i === 0 ? key : `.${key}`;
        })
        .join("");
}

/** `; did you mean "memory"?`, or nothing where no candidate is close enough to be a typing error. */
export function didYouMean(word: string, candidates: readonly string[]): string {
    const near = candidates
        // Before anything is compared: a word can be as long as a file.
        .filter(candidate => Math.abs(candidate.length - word.length) <= mistakes(candidate))
        .map(candidate => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
        .filter(({ candidate, distance }) => distance <= mistakes(candidate))
        .sort((a, b) => a.distance - b.distance)[0];
    return near === undefined ? "" : `; did you mean "${near.candidate}"?`;
}

/** How many typing errors a word may hold and be still told by. */
function mistakes({ length }: string): number {
    return Math.max(1, Math.floor(length / 3));
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`. Not fastest-levenshtein: it counts
 * a swap as two, and a word of four letters such as `gpsu` may hold one mistake only.
 */
export function editDistance(a: string, b: string): number {
    const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
    for (let i = 1; i <= a.length; i++) {
        rows.push([i]);
        for (let j = 1; j <= b.length; j++) {
            const cost = a[i - 1] === b[j - 1] ? 0 : 1;
            let best = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
                best = Math.min(best, rows[i - 2][j - 2] + 1);
            }
            rows[i].push(best);
        }
    }
    return rows[a.length][b.length];
}

/**
 * Names that are not where they should be.
 * @param given undefined for one that is wrong itself
 * @param where as messages call that place
 */
export function unlisted(
    at: string,
    given: readonly (string | undefined)[],
    known: ReadonlySet<string>,
    where: string,
): Problem[] {
    return given.flatMap((name, i) =>
        name === undefined || known.has(name)
            ? []
            : [{ path: `${at}[${i}]`, message: `"${name}" is not in ${where}${didYouMean(name, [...known])}` }],
    );
}
