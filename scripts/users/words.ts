/** What an edit of the list means, in words; and the list itself as tables. */
import { printable } from "../../components/config";
import { table } from "../terminal/table";
import type { Plan } from "./changes";
import type { PreparedImport } from "./edit";
import type { Handout } from "./handouts";
import type { ListedPerson } from "./listText";

/** Who is added, changed, gone. */
export function planText({ added, changed, gone, unchanged, others }: Plan): string {
    const rows = [
        ...added.map(({ name, groups, login, fullName, email }) => [
            "+",
            name,
            [
                ...[fullName, email].filter(part => part !== undefined),
                ...groups.map(group => `+ group ${group}`),
                ...(login === undefined || login === name ? [] : [`log-in ${login}`]),
            ].join(", "),
        ]),
        ...changed.map(({ name, what }) => ["~", name, what.join(", ")]),
        ...gone.map(name => ["-", name, "logged out after the next `up`; the home stays"]),
    ].map(row => row.map(cell => printable(cell)));
    const counts = [
        `${added.length} added`,
        `${changed.length} changed`,
        `${gone.length} gone`,
        `${unchanged} as before`,
        ...(others === 0 ? [] : [`${others} not in it (they stay)`]),
    ].join(", ");
    return rows.length === 0 ? counts : `${table(["", "person", ""], rows)}\n\n${counts}`;
}

/** Which columns were taken for what. */
export function columnsText({ rows, columns: { name, email, login, groups } }: PreparedImport): string {
    const quoted = (title: string | undefined) => JSON.stringify(title ?? "");
    return printable(
        [
            `${rows} row${rows === 1 ? "" : "s"}: names from ${quoted(name ?? email)}${name === undefined ? " (before the @)" : ""}`,
            ...(email === undefined ? [] : [`e-mails from ${quoted(email)}`]),
            ...(groups === undefined ? [] : [`groups from ${quoted(groups)}`]),
            ...(login === undefined ? [] : [`log-in names from ${quoted(login)}`]),
        ].join(", "),
    );
}

export function listTable(people: readonly ListedPerson[]): string {
    const rows = people.map(({ name, admin, groups, login, email }) => [
        name,
        admin ? "admin" : "",
        groups.join(", "),
        login ?? "",
        email ?? "",
    ]);
    return table(["person", "", "groups", "log-in", "e-mail"], rows);
}

/** As `import` reads it again. */
export function listCsv(people: readonly ListedPerson[]): string {
    const rows = people.map(({ name, email = "", groups, login = "", admin }) => [
        ...[name, email, groups.join(";"), login],
        admin ? "yes" : "",
    ]);
    return csv([["username", "email", "groups", "login", "admin"], ...rows]);
}

export function handoutCsv(handouts: readonly Handout[]): string {
    const rows = handouts.map(({ name, email = "", url, password }) => [name, email, url, password]);
    return csv([["name", "email", "url", "password"], ...rows]);
}

/** By RFC 4180, but with the line ends of this machine's tools. */
function csv(rows: readonly (readonly string[])[]): string {
    const field = (text: string) => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    return rows.map(row => row.map(field).join(",")).join("\n");
}
