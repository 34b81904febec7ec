/** Keys that zod leaves out of a record without a word. Pure. */
import { formatPath, type Problem } from "../messages";

const LOST = "__proto__";

/** @param said problems that were found so far: a section without keys of people's own names it itself */
export function lostKeyProblems(raw: unknown, said: readonly Problem[]): Problem[] {
    const paths = new Set(said.map(({ path }) => path));
    const naming = new Set(said.filter(({ message }) => message.includes(LOST)).map(({ path }) => path));
    return lostKeys(raw, [])
        .filter(at => !paths.has(formatPath(at)) && !naming.has(formatPath(at.slice(0, -1))))
        .map(at => ({ path: formatPath(at), message: "is no name" }));
}

/** Where such keys are; what is below one is lost with it. */
function lostKeys(value: unknown, path: readonly PropertyKey[]): PropertyKey[][] {
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value).flatMap(([key, inner]) => {
        const at = [...path, Array.isArray(value) ? Number(key) : key];
        return key === LOST ? [at] : lostKeys(inner, at);
    });
}
