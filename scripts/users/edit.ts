/** People put into a stack file, taken out of it, or brought in from a registrar's export. */
import * as fs from "node:fs";
import * as path from "node:path";
import { didYouMean, normaliseName, printable, type Problem } from "../../components/config";
import { UserError } from "../../components/errors";
import { stackFile } from "../files/paths";
import { readStackFile } from "../files/stackFile";
import { writeWhole } from "../files/wholeFile";
import { planImport, type Plan } from "./changes";
import { knownProblems, newProblems, placeOf } from "./checkedList";
import { columnsOf, type Columns, type Mapping } from "./columns";
import { textOf } from "./encoding";
import { entriesOf, type Entry, type RowProblem } from "./entries";
import { edited, listedPeople, type Edit, type ListedPerson } from "./listText";
import { readSheet, type Sheet } from "./rows";

/** An edit that is not written yet. */
export interface Prepared {
    plan: Plan;
    /** Writes the file. @throws UserError when somebody else has changed it meanwhile */
    write(): void;
}

export interface ImportOptions extends Mapping {
    /** Groups that everybody of the file is in. */
    group: readonly string[];
    /** Whether people of the group who are not in the file go. */
    sync: boolean;
    /** Whether names and e-mails are written beside people. */
    notes: boolean;
}

export interface PreparedImport extends Prepared {
    rows: number;
    /** Headers of the columns that are read. */
    columns: Partial<Record<keyof Columns, string>>;
}

/** @throws UserError that names everything which is wrong in the file, by its row */
export function prepareImport(stack: string, file: string, options: ImportOptions): PreparedImport {
    const text = textOfStack(stack);
    const sheet = ofFile(file, () =>
        readSheet(textOf(fs.readFileSync(path.resolve(process.env.INIT_CWD ?? "", file)))),
    );
    const columns = ofFile(file, () => columnsOf(sheet, options));
    const { entries, problems } = entriesOf(sheet.rows, columns, options.group);
    if (entries.length === 0 && problems.length === 0) {
        throw new UserError(`${file} has a header and nobody below it. Nothing was changed.`);
    }
    const [sync, ...others] = options.sync ? options.group : [];
    if (options.sync && (sync === undefined || others.length > 0)) {
        throw new UserError(
            "--sync takes out people of one group who are not in the file, so it needs that group: " +
                "--group GROUP --sync",
        );
    }
    const plan = planImport(listedPeople(text), entries, { sync, notes: options.notes });
    const checked = check(stack, text, plan, problems);
    if (checked.problems.length > 0) {
        throw new UserError(refusal(file, checked.problems));
    }
    return {
        plan,
        rows: sheet.rows.length,
        columns: titles(sheet, columns),
        write: writer(stack, text, checked.after),
    };
}

/** People by their names. Those who are there already only get what is new. */
export function prepareAdd(stack: string, names: readonly string[], groups: readonly string[]): Prepared {
    const text = textOfStack(stack);
    const entries = names.map((name, i): Entry => ({ row: i, name: normaliseName(name), groups: [...groups] }));
    const unique = [...new Map(entries.map(entry => [entry.name, entry])).values()];
    const plan = { ...planImport(listedPeople(text), unique, { notes: false }), others: 0 };
    const { after, problems } = check(stack, text, plan, []);
    if (problems.length > 0) {
        const lines = problems.map(({ row, message }) => `  ${row === undefined ? "" : `${names[row]}: `}${message}`);
        throw new UserError(["Nothing was changed:", ...lines.map(line => printable(line))].join("\n"));
    }
    return { plan, write: writer(stack, text, after) };
}

/** @throws UserError that names all who are not in the list */
export function prepareRemove(stack: string, names: readonly string[]): Prepared {
    const text = textOfStack(stack);
    const listed = listedPeople(text);
    const wanted = new Set(names.map(normaliseName));
    const unknown = [...wanted].filter(name => !listed.some(person => person.name === name));
    if (unknown.length > 0) {
        const all = listed.map(({ name }) => name);
        throw new UserError(
            [
                `Not in stacks/Pulumi.${stack}.yaml; nothing was changed:`,
                ...unknown.map(name => printable(`  ${name}${didYouMean(name, all)}`)),
            ].join("\n"),
        );
    }
    const going = listed.filter(({ name }) => wanted.has(name));
    const edits = going.map(({ index }): Edit => ({ do: "remove", index }));
    const plan: Plan = {
        ...{ added: [], changed: [], edits, others: 0 },
        gone: going.map(({ name }) => name),
        unchanged: listed.length - going.length,
    };
    const { after, problems } = check(stack, text, plan, []);
    if (problems.length > 0) {
        const lines = problems.map(({ message }) => printable(`  ${message}`));
        throw new UserError(["Without them the stack file is not accepted; nothing was changed:", ...lines].join("\n"));
    }
    return { plan, write: writer(stack, text, after) };
}

/** The people of a stack file as they stand there. */
export function peopleOfStack(stack: string): ListedPerson[] {
    const text = textOfStack(stack);
    knownProblems(stack, text); // Says what is wrong with the list.
    return listedPeople(text);
}

function textOfStack(stack: string): string {
    readStackFile(stack); // Says what is wrong with the name or the file.
    return fs.readFileSync(stackFile(stack), "utf8");
}

/** A problem of somebody whom the edit brings in, or of the file. */
type Found = Omit<RowProblem, "row"> & { row?: number };

function check(
    stack: string,
    text: string,
    plan: Plan,
    rows: readonly RowProblem[],
): { after: string; problems: Found[] } {
    const known = knownProblems(stack, text);
    const after = edited(text, plan.edits);
    const rowOf = new Map(plan.added.map(({ name, row }) => [name, row]));
    const there = listedAfter(text, plan);
    const found = newProblems(stack, after, known).map((problem): Found => {
        const place = placeOf(problem);
        const row = place === undefined ? undefined : rowOf.get(there[place]);
        return row === undefined ? { message: inFull(problem) } : { row, message: problem.message };
    });
    return { after, problems: [...rows, ...found].sort((a, b) => (a.row ?? Infinity) - (b.row ?? Infinity)) };
}

/** Names in the order of the edited list, also of people whom it cannot have. */
function listedAfter(text: string, { edits, added }: Plan): string[] {
    const removed = new Set(edits.flatMap(edit => (edit.do === "remove" ? [edit.index] : [])));
    const kept = listedPeople(text).filter(({ index }) => !removed.has(index));
    return [...kept, ...added].map(({ name }) => name);
}

function inFull({ path, message }: Problem): string {
    return path === "" ? message : `${path}: ${message}`;
}

function refusal(file: string, problems: readonly Found[]): string {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map(({ row, message }) => (row === undefined ? message : `row ${row}: ${message}`));
    return [`${file} has ${count}; nothing was changed.`, ...lines.map(line => `  ${printable(line)}`)].join("\n");
}

function ofFile<T>(file: string, read: () => T): T {
    try {
        return read();
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== undefined && ["ENOENT", "EISDIR", "EACCES", "ENOTDIR"].includes(code)) {
            throw new UserError(`${file} cannot be read: ${code === "ENOENT" ? "there is no such file" : code}.`);
        }
        if (error instanceof UserError) {
            throw new UserError(printable(`${file}: ${error.message}`, "\n"));
        }
        throw error;
    }
}

function titles({ header }: Sheet, columns: Columns): PreparedImport["columns"] {
    const named = Object.entries(columns).filter(([, index]) => index !== undefined);
    return Object.fromEntries(named.map(([what, index]) => [what, header[index as number]]));
}

function writer(stack: string, before: string, after: string): () => void {
    const file = stackFile(stack);
    return () => {
        if (fs.readFileSync(file, "utf8") !== before) {
            throw new UserError(
                `stacks/Pulumi.${stack}.yaml has been changed meanwhile; nothing was written. Run this again.`,
            );
        }
        if (after !== before) {
            writeWhole(file, after, fs.statSync(file).mode & 0o777);
        }
    };
}
