/**
 * Names of all kinds with their forms: test/unit/fixtures/name-forms.json. The program writes it; launcher and hub,
 * which make the same forms in Python, are tested with it.
 *
 *     npx ts-node-transpile-only test/support/unit/nameForms.ts
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { allForms } from "../../../components/user/forms";

export const FIXTURE = path.join(__dirname, "../../unit/fixtures/name-forms.json");

/** Such as a list may have, in their one spelling. */
const NAMES = [
    "ada",
    "grace",
    "alan.turing",
    "first.last",
    "with-dash",
    "with_underscore",
    "a--b",
    "a-",
    "_x_",
    "__",
    "0",
    "007",
    "0x41",
    "root",
    "users",
    "hub",
    "home",
    "a".repeat(30),
    "a".repeat(31),
    "a".repeat(60),
    "ada@example.org",
    "@".padStart(2, "a"),
    "name+tag",
    "a+b@c_d-e.f",
    "user 1",
    "a  b",
    "jürgen müller",
    "strasse",
    "straße",
    "naïve",
    "e\u0327\u0301".normalize("NFKC"),
    "i\u0307stanbul",
    "ας",
    "ångström",
    "ﬁsh".normalize("NFKC"),
    "北京",
    "北".repeat(60),
    "日本語のなまえ",
    "محمد",
    "דוד",
    "한국어",
    "𝔞".normalize("NFKC"),
    "𠀋",
    "𠀋a𠀋",
    "é".repeat(60),
    "__x-y.z__",
    "\u0645\u064f\u062d",
    "अदिति",
    "ñandú+1",
    "ada lovelace",
    "a²".normalize("NFKC"),
];

/** The fixture's text. */
export function nameFormsJson(): string {
    const names = [...new Set(NAMES)];
    return `${JSON.stringify(
        names.map(name => allForms(name)),
        undefined,
        1,
    )}\n`;
}

if (require.main === module) {
    fs.writeFileSync(FIXTURE, nameFormsJson());
}
