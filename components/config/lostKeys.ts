/** Keys that zod leaves out of a record without a word. Pure. */
import { formatPath, type Problem } from "./messages";

const LOST = "__proto__";

/** @param said problems that were found so far: a section without keys of people's own names it itself */
export function lostKeyProblems(
    value: unknown,
    said: readonly Problem[],
    path: readonly PropertyKey[] = [],
): Problem[] {
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value).flatMap(([key, inner]) => {
        const at = [...path, Array.isArray(value) ? Number(key) : key];
        const known = said.some(
            problem =>
                problem.path === formatPath(at) ||
                (problem.path === formatPath(path) && problem.message.includes(LOST)),
        );
        return key === LOST && !known
            ? [{ path: formatPath(at), message: "is no name" }]
            : lostKeyProblems(inner, said, at);
    });
}
