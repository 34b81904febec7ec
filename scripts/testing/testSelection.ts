/** `npm test -- deploy gate names unit`: which parts of the tests, and which files of each. */
import { didYouMean } from "../../components/config";
import { UserError } from "../../components/errors";

export interface Selected {
    part: string;
    /** Paths of files; none: all of the part. */
    files: string[];
}

/** Paths of a part's test files; a part that has no files of its own runs as a whole. */
export type FilesOf = (part: string) => readonly string[];

/**
 * A word behind a part is one of its files, by the name that it has without folder and ending, or else another part.
 * @throws UserError naming what there is
 */
export function selectTests(words: readonly string[], parts: readonly string[], filesOf: FilesOf): Selected[] {
    const selected: Selected[] = [];
    for (const word of words) {
        const last = selected.at(-1);
        const found = last === undefined ? [] : filesOf(last.part).filter(file => nameOf(file) === nameOf(word));
        if (last !== undefined && found.length > 0) {
            last.files.push(...found);
        } else if (parts.includes(word)) {
            selected.push({ part: word, files: [] });
        } else {
            throw new UserError(
                last === undefined ? noPart(word, parts, filesOf) : noFile(word, last.part, parts, filesOf),
            );
        }
    }
    return selected;
}

/** `test/deploy/gate.test.ts`, `gate.test.ts`, `gate` → `gate`; `test/hub/store/test_database.py` → `database`. */
function nameOf(file: string): string {
    return (file.split("/").pop() as string).replace(/\.test(\.ts)?$|\.ts$/, "").replace(/^test_|\.py$/g, "");
}

const named = (files: readonly string[]) => files.map(nameOf).sort();

function noPart(word: string, parts: readonly string[], filesOf: FilesOf): string {
    const within = parts.find(part => filesOf(part).some(file => nameOf(file) === nameOf(word)));
    const hint =
        within === undefined
            ? didYouMean(word, parts) || "."
            : `; it is a file of ${within}: npm test -- ${within} ${nameOf(word)}`;
    return `There is no part ${word} of the tests${hint}\nParts: ${parts.join(", ")}.`;
}

function noFile(word: string, part: string, parts: readonly string[], filesOf: FilesOf): string {
    const names = named(filesOf(part));
    const files =
        names.length === 0 ? `The part ${part} has no files of its own` : `Files of ${part}: ${names.join(", ")}`;
    return (
        `There is no file ${word} of ${part}, and no part of that ` +
        `name${didYouMean(word, [...names, ...parts]) || "."}\n${files}.\nParts: ${parts.join(", ")}.`
    );
}
