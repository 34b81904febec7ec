/** A registrar's export is read, in whatever form it comes. */
import { columnsOf } from "../../../../scripts/users/columns";
import { textOf } from "../../../../scripts/users/encoding";
import { entriesOf } from "../../../../scripts/users/entries";
import { readSheet } from "../../../../scripts/users/rows";

const TEXT = "Vorname;Nachname;E-Mail\nJürgen;Müller;j@uni.example\n";

describe("encodings", () => {
    const utf16 = (text: string) => Buffer.from(text, "utf16le");
    it.each<[string, Buffer]>([
        ["UTF-8", Buffer.from(TEXT)],
        ["UTF-8 with a mark", Buffer.from(`\ufeff${TEXT}`)],
        ["UTF-16LE with a mark", utf16(`\ufeff${TEXT}`)],
        ["UTF-16BE with a mark", utf16(`\ufeff${TEXT}`).swap16()],
        ["UTF-16LE", utf16(TEXT)],
        ["UTF-16BE", utf16(TEXT).swap16()],
        ["Latin-1", Buffer.from(TEXT, "latin1")],
    ])("%s", (_, bytes) => {
        expect(textOf(bytes)).toBe(TEXT);
    });

    it("Windows-1252 has signs where Latin-1 has none", () => {
        expect(textOf(Buffer.from([0x80, 0x20, 0x8a, 0x9c, 0xe9, 0x9f]))).toBe("€ ŠœéŸ");
    });

    it("a spreadsheet's own file is refused", () => {
        expect(() => textOf(Buffer.from("PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00"))).toThrow(
            "it is no text. A spreadsheet has to be saved as CSV first.",
        );
    });
});

describe("rows", () => {
    it.each([
        ["a,b\n1,2\n"],
        ["a;b\r\n1;2\r\n"],
        ["a\tb\n1\t2"],
        ["sep=;\na;b\n1;2\n"],
        ['"a";"b"\n"1";"2"\n'],
        ['"a, b; c",b\n1,2\n'],
        ["a;b;;\n1;2;;\n;;;\n\n"],
    ])("of %j", text => {
        const { header, rows } = readSheet(text);
        expect(header.filter(title => title !== "")).toHaveLength(2);
        expect(rows.map(({ cells }) => cells.slice(0, 2))).toEqual([["1", "2"]]);
    });

    it("are numbered as a spreadsheet numbers them", () => {
        expect(readSheet('sep=,\na,b\n\n"1\n2",3\n4,5\n').rows).toEqual([
            { number: 4, cells: ["1\n2", "3"] },
            { number: 5, cells: ["4", "5"] },
        ]);
    });

    it.each([
        ["", "it is empty."],
        ["\n\n;;\n", "it is empty."],
        ['a,b\n1,"2', "line 2: a quotation mark is not where CSV has one"],
        ["a,b\n1,2,3\n", "row 2 has 3 fields, and the header has 2"],
    ])("%j is refused", (text, message) => {
        expect(() => readSheet(text)).toThrow(message);
    });
});

const read = (text: string, mapping = {}, groups: string[] = []) => {
    const sheet = readSheet(text);
    return entriesOf(sheet.rows, columnsOf(sheet, mapping), groups);
};

describe("columns", () => {
    it.each([
        ["Matrikelnummer;Nachname;Vorname;E-Mail-Adresse;Übungsgruppe\n1;Lovelace;Ada;ada@uni.example;G 1\n"],
        ["Groupe;Prénom;Nom;Adresse e-mail\nG 1;Ada;Lovelace;ada@uni.example\n"],
        ["Group,First name,Last name,Email address\nG 1,Ada,Lovelace,ada@uni.example\n"],
        ["Vorname;Name;Mail;GRUPPE\nAda;Lovelace;ada@uni.example;G 1\n"],
        ["Name,E-mail,Group\nAda Lovelace,ada@uni.example,G 1\n"],
    ])("%j", text => {
        expect(read(text)).toEqual({
            entries: [{ row: 2, name: "ada", email: "ada@uni.example", fullName: "Ada Lovelace", groups: ["G-1"] }],
            problems: [],
        });
    });

    it("a column with names goes before what an e-mail begins with; a mapping goes before both", () => {
        const text = "Kennung;Mail;RZ;Anbieter;Name\nal123;ada@uni.example;x9;lovelace;Ada Lovelace\n";
        expect(read(text).entries[0].name).toBe("al123");
        expect(read(text, { name: "rz", login: "4" }).entries[0]).toEqual({
            ...{ row: 2, name: "x9", login: "lovelace", groups: [] },
            ...{ email: "ada@uni.example", fullName: "Ada Lovelace" },
        });
        expect(read("name\nAda\nbob\n").entries.map(({ name }) => name)).toEqual(["ada", "bob"]);
    });

    it.each<[string, object, string]>([
        [
            "Matrikel;Nachname\n1;L\n",
            {},
            'Say which has the names: --name COLUMN. Its columns: "Matrikel", "Nachname".',
        ],
        ["mail\na@x.example\n", { name: "mial" }, '--name: it has no column "mial"; did you mean "mail"?'],
        ["mail\na@x.example\n", { groups: "2" }, '--groups: it has no column "2".'],
    ])("%j with %j is refused", (text, mapping, message) => {
        expect(() => read(text, mapping)).toThrow(message);
    });
});

describe("people", () => {
    it("somebody in several rows is in all their groups, and those given for everybody", () => {
        const text = "user,group\nada,a\nADA,b; c|a\nbob,\n";
        expect(read(text, {}, ["course"]).entries).toEqual([
            { row: 2, name: "ada", groups: ["course", "a", "b", "c"] },
            { row: 4, name: "bob", groups: ["course"] },
        ]);
    });

    it("two people of one name, and rows that name nobody, are all found", () => {
        const { problems } = read("mail,n\nada@a.example,1\nada@b.example,2\nnobody,3\n,4\n");
        expect(problems.map(({ row, message }) => `${row}: ${message}`)).toEqual([
            expect.stringMatching(/^3: "ada" is somebody else in row 2 \(ada@a.example, here ada@b.example\)/),
            '4: "nobody" is no e-mail address',
            "5: it names nobody",
        ]);
    });

    it("no cell brings a line's end along, by whatever sign", () => {
        const evil = ["\n", "\r", "\u0085", "\u2028", "\u2029", "\v", "\f"].map(end => `x${end}config: y`).join("");
        const { entries } = read(`user,Full name,group,login\n"ada","${evil}",g,"${evil}"\n`, { login: "login" });
        expect(JSON.stringify(entries)).not.toMatch(/\\n|\\r|[\u0085\u2028\u2029]|\\u00|\\v|\\f/);
    });
});
