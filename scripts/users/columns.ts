/** Which column of a registrar's export holds what, in German, French or English. Pure. */
import { didYouMean } from "../../components/config";
import { UserError } from "../../components/errors";
import type { Sheet } from "./rows";

/** Columns that somebody names, by their header or their number. */
export interface Mapping {
    name?: string;
    login?: string;
    groups?: string;
}

/** Indices of columns. */
export interface Columns {
    /** People's names here. */
    name?: number;
    email?: number;
    login?: number;
    groups?: number;
    given?: number;
    family?: number;
    /** The whole name, as people write it. */
    full?: number;
}

/** Headers without case, accents, spaces and signs. */
const HEADERS: Record<Exclude<keyof Columns, "login">, readonly string[]> = {
    name: [
        ...["username", "user", "userid", "uid", "login", "loginname", "account", "accountname", "netid", "shortname"],
        ...["benutzername", "benutzer", "benutzerkennung", "kennung", "nutzername", "nutzerkennung", "nutzer", "konto"],
        ...["anmeldename", "unikennung", "rzkennung", "hrzkennung", "kurzel", "kuerzel", "zimkennung", "loginkennung"],
        ...["identifiant", "nomdutilisateur", "utilisateur", "nomutilisateur", "compte", "nomdecompte"],
    ],
    email: [
        ...[
            "email",
            "mail",
            "emailaddress",
            "mailaddress",
            "emailadresse",
            "mailadresse",
            "unimail",
            "eml",
            "courriel",
        ],
        ...["adressemail", "adresseemail", "adresseelectronique", "adressedecourriel", "primaryemail", "emails"],
    ],
    groups: [
        ...["group", "groups", "groupname", "team", "section", "tutorial"],
        ...["gruppe", "gruppen", "gruppenname", "ubung", "uebung", "ubungsgruppe", "uebungsgruppe", "tutorium"],
        ...["ubungsgruppen", "uebungsgruppen", "groupe", "groupes", "groupetd", "groupetp", "groupedetd", "groupedetp"],
    ],
    given: [...["firstname", "givenname", "forename", "vorname", "vornamen", "rufname", "prenom", "prenoms", "first"]],
    family: [
        ...["lastname", "surname", "familyname", "nachname", "familienname", "zuname", "nom", "nomdefamille", "last"],
        ...["nomdusage"],
    ],
    full: [
        "fullname",
        "displayname",
        "vollername",
        "anzeigename",
        "nomcomplet",
        "nometprenom",
        "nomprenom",
        "nachnamevorname",
    ],
};

/** @throws UserError for a column that is not there, and when no column says who people are */
export function columnsOf({ header, rows }: Sheet, mapping: Mapping): Columns {
    const keys = header.map(keyOf);
    const known = (what: keyof typeof HEADERS) => {
        const found = HEADERS[what].find(key => keys.includes(key));
        return found === undefined ? undefined : keys.indexOf(found);
    };
    const named = (option: keyof Mapping) =>
        mapping[option] === undefined ? undefined : columnCalled(header, option, mapping[option]);
    const columns: Columns = {
        name: named("name") ?? known("name"),
        email: known("email"),
        login: named("login"),
        groups: named("groups") ?? known("groups"),
        given: known("given"),
        family: known("family"),
        full: known("full"),
    };
    placeName(columns, keys.indexOf("name"), index => rows.map(({ cells }) => cells[index] ?? ""));
    const login = keys.indexOf("login");
    if (columns.login === undefined && login >= 0 && !Object.values(columns).includes(login)) {
        columns.login = login;
    }
    if (columns.name === undefined && columns.email === undefined) {
        throw new UserError(
            `no column is known to have people's names or e-mails. Say which has the names: --name COLUMN. ` +
                `Its columns: ${header.map(title => JSON.stringify(title)).join(", ")}.`,
        );
    }
    return columns;
}

/**
 * `Name` alone may be a log-in name, a whole name, or beside `Vorname` a family name: what stands below tells.
 * @param index of that column, or -1
 */
function placeName(columns: Columns, index: number, below: (index: number) => readonly string[]): void {
    if (index < 0 || Object.values(columns).includes(index)) {
        return;
    }
    if (columns.given !== undefined && columns.family === undefined) {
        columns.family = index;
    } else if (columns.name === undefined && below(index).every(cell => !/[\s,]/.test(cell))) {
        columns.name = index;
    } else {
        columns.full ??= index;
    }
}

/** A column by its header, or by its number, counted from 1. */
function columnCalled(header: readonly string[], option: string, given: string): number {
    const key = keyOf(given);
    const index = header.findIndex(title => title === given || (key !== "" && keyOf(title) === key));
    if (index >= 0) {
        return index;
    }
    if (/^[1-9]\d*$/.test(given) && Number(given) <= header.length) {
        return Number(given) - 1;
    }
    throw new UserError(
        `--${option}: it has no column ${JSON.stringify(given)}${didYouMean(given, header) || "."} Its columns: ` +
            `${header.map(title => JSON.stringify(title)).join(", ")}.`,
    );
}

function keyOf(header: string): string {
    return header
        .normalize("NFKD")
        .toLowerCase()
        .replace(/ß/g, "ss")
        .replace(/[^\p{L}\p{N}]/gu, "");
}
