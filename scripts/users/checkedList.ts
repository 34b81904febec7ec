/** Whether a stack file is still accepted once its list is edited. */
import { ConfigError, type Problem } from "../../components/config";
import { checkStackFile, parseStackFile } from "../files/stackFile";

/**
 * Problems that a text has already, and that are not about the list: a stack file may still lack a secret while people
 * are put into it.
 * @throws ConfigError when the list is wrong already
 */
export function knownProblems(stack: string, text: string): ReadonlySet<string> {
    const problems = problemsOf(stack, text);
    if (problems.some(isOfList)) {
        throw new ConfigError(stack, problems.filter(isOfList));
    }
    return new Set(problems.map(textOf));
}

/** What is wrong with the text since it was edited. */
export function newProblems(stack: string, text: string, known: ReadonlySet<string>): Problem[] {
    return problemsOf(stack, text).filter(problem => !known.has(textOf(problem)));
}

function isOfList({ path }: Problem): boolean {
    return /^users\b/.test(path);
}

function textOf({ path, message }: Problem): string {
    return `${path}: ${message}`;
}

function problemsOf(stack: string, text: string): readonly Problem[] {
    try {
        checkStackFile(stack, parseStackFile(stack, text));
        return [];
    } catch (error) {
        if (error instanceof ConfigError) {
            return error.problems;
        }
        throw error;
    }
}

/** The place in the list that a problem is about. */
export function placeOf({ path }: Problem): number | undefined {
    const [, index] = /^users\[(\d+)\]/.exec(path) ?? [];
    return index === undefined ? undefined : Number(index);
}
