/** Rows of a registrar's export → people. Pure. */
import { normaliseName } from "../../components/config";
import type { Columns } from "./columns";
import type { Row } from "./rows";

/** One person as a file has them. */
export interface Entry {
    /** Where the person stands first. */
    row: number;
    /** Normalised. */
    name: string;
    login?: string;
    groups: string[];
    /** For the people who read the stack file. */
    fullName?: string;
    email?: string;
}

export interface RowProblem {
    row: number;
    message: string;
}

/** What is taken for an address. It begins like no formula of a spreadsheet. */
export const EMAIL = /[\p{L}\p{N}][\p{L}\p{N}.!#$%&'*+/=?^_{|}~-]*@[\p{L}\p{N}][\p{L}\p{N}.-]*[\p{L}\p{N}]/u;

/**
 * Everybody once. Somebody in several rows is in all their groups.
 * @param groups that everybody is in
 */
export function entriesOf(
    rows: readonly Row[],
    columns: Columns,
    groups: readonly string[],
): { entries: Entry[]; problems: RowProblem[] } {
    const entries = new Map<string, Entry>();
    const problems: RowProblem[] = [];
    for (const row of rows) {
        const entry = entryOf(row, columns, groups);
        if (typeof entry === "string") {
            problems.push({ row: row.number, message: entry });
            continue;
        }
        const earlier = entries.get(entry.name);
        const differs = (["email", "login", "fullName"] as const).find(
            key => earlier?.[key] !== undefined && entry[key] !== undefined && !same(earlier[key], entry[key]),
        );
        if (earlier !== undefined && differs !== undefined) {
            problems.push({
                row: row.number,
                message:
                    `${JSON.stringify(entry.name)} is somebody else in row ${earlier.row} ` +
                    `(${String(earlier[differs])}, here ${String(entry[differs])}); --name COLUMN names a column that ` +
                    "tells people apart",
            });
        } else {
            const all = [...(earlier?.groups ?? []), ...entry.groups];
            entries.set(entry.name, { ...entry, ...earlier, groups: [...new Set(all)] });
        }
    }
    return { entries: [...entries.values()], problems };
}

function same(one: string, other: string): boolean {
    return one.toLowerCase() === other.toLowerCase();
}

/** @returns what is wrong, for a row that names nobody */
function entryOf({ number, cells }: Row, columns: Columns, groups: readonly string[]): Entry | string {
    const cell = (index: number | undefined) => (index === undefined ? "" : oneLine(cells[index] ?? ""));
    const email = EMAIL.exec(cell(columns.email))?.[0];
    if (email === undefined && cell(columns.email) !== "" && columns.name === undefined) {
        return `${JSON.stringify(cell(columns.email))} is no e-mail address`;
    }
    const name = columns.name === undefined ? email?.slice(0, email.lastIndexOf("@")) : cell(columns.name);
    if (name === undefined || name === "") {
        return "it names nobody";
    }
    const login = cell(columns.login);
    const fullName = cell(columns.full) || `${cell(columns.given)} ${cell(columns.family)}`.trim();
    const own = cell(columns.groups)
        .split(/[;,|]/)
        // Names of groups have no spaces here.
        .map(group => group.trim().replace(/\s+/g, "-"))
        .filter(group => group !== "");
    return {
        row: number,
        name: normaliseName(name),
        ...(login === "" ? {} : { login }),
        groups: [...new Set([...groups, ...own])],
        ...(fullName === "" ? {} : { fullName }),
        ...(email === undefined ? {} : { email }),
    };
}

/**
 * A cell may have several lines. What comes after a line's end in a comment would be a part of the stack file; and YAML
 * ends lines also where Unicode does.
 */
function oneLine(text: string): string {
    return text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
}
