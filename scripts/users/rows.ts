/** Text of a CSV file → rows. Pure. */
import { CsvError, parse } from "csv-parse/sync";
import { UserError } from "../../components/errors";

/** One line of people, as a spreadsheet numbers it: the header is mostly row 1. */
export interface Row {
    number: number;
    cells: string[];
}

export interface Sheet {
    header: string[];
    rows: Row[];
}

const DELIMITERS = [",", ";", "\t"];

/** The header and the rows that are not empty. @throws UserError that says where the file is no CSV */
export function readSheet(text: string): Sheet {
    // Excel writes and reads such a line; it is no row of people.
    const [given = "", delimiter] = /^sep=([,;\t])\r?\n/i.exec(text) ?? [];
    const above = given === "" ? 0 : 1;
    const body = text.slice(given.length);
    const rows = parsed(body, delimiter ?? delimiterOf(body))
        .map((cells, i) => ({ number: i + 1 + above, cells: cells.map(cell => cell.trim()) }))
        .filter(({ cells }) => cells.some(cell => cell !== ""));
    if (rows.length === 0) {
        throw new UserError("it is empty.");
    }
    const [{ cells: header }, ...others] = rows;
    const long = others.find(({ cells }) => cells.slice(header.length).some(cell => cell !== ""));
    if (long !== undefined) {
        throw new UserError(
            `row ${long.number} has ${long.cells.length} fields, and the header has ${header.length}: is a text with a ` +
                "separator in it not quoted?",
        );
    }
    return { header, rows: others };
}

/** What divides the header into most columns. Names of columns hold no separators. */
function delimiterOf(text: string): string {
    const first = text.split(/\r?\n/).find(line => line.trim() !== "") ?? "";
    const bare = first.replace(/"[^"]*"/g, "");
    const counts = DELIMITERS.map(delimiter => bare.split(delimiter).length);
    return DELIMITERS[counts.indexOf(Math.max(...counts))];
}

function parsed(text: string, delimiter: string): string[][] {
    try {
        return parse(text, { delimiter, relax_column_count: true });
    } catch (error) {
        if (!(error instanceof CsvError)) {
            throw error;
        }
        const line = typeof error.lines === "number" ? `line ${error.lines}` : "it";
        throw new UserError(
            `${line}: a quotation mark is not where CSV has one (${error.message.replace(/, /g, "; ").slice(0, 120)}).`,
        );
    }
}
