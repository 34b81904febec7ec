/**
 * What the contract has and this version does not do yet: asked for, it is refused rather than ignored. Pure.
 * A capability that arrives deletes its line here.
 */
import { formatPath, type Problem } from "../messages";

type Rule = { path: string[]; unless?: readonly unknown[]; instead?: string };

const RULES: Rule[] = [
    { path: ["spawning"], unless: ["declared"], instead: "only declared" },
    { path: ["database"], unless: ["sqlite"], instead: "only sqlite" },
    { path: ["swarm"] },
];

/** Every place of the raw config that asks for something this version does not do. */
export function notYetProblems(raw: Record<string, unknown>): Problem[] {
    return RULES.flatMap(rule =>
        find(raw, rule.path, [])
            .filter(({ value }) => !(rule.unless ?? []).includes(value))
            .map(({ path }) => ({
                path: formatPath(path),
                message:
                    "not yet " +
                    `supported${rule.instead === undefined ? "; leave it out" : ` (${rule.instead} for now)`}`,
            })),
    );
}

function find(
    value: unknown,
    pattern: readonly string[],
    at: (string | number)[],
): { path: (string | number)[]; value: unknown }[] {
    if (pattern.length === 0) {
        return value === undefined ? [] : [{ path: at, value }];
    }
    const [key, ...rest] = pattern;
    if (key === "*") {
        return Array.isArray(value) ? value.flatMap((item, i) => find(item, rest, [...at, i])) : [];
    }
    if (typeof value !== "object" || value === null || Array.isArray(value) || !(key in value)) {
        return [];
    }
    return find((value as Record<string, unknown>)[key], rest, [...at, key]);
}
