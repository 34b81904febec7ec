/** People are brought into a stack file: who is added, changed, gone; what is refused before anything is written. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseAsPulumi } from "../../../../scripts/files/pulumiYaml";
import { peopleOfStack, prepareAdd, prepareImport, prepareRemove } from "../../../../scripts/users/edit";
import { columnsText, listCsv, planText } from "../../../../scripts/users/words";
import { CHECKOUT } from "../../../support/checkout";

const mockFolder = fs.mkdtempSync(path.join(os.tmpdir(), "users-"));
jest.mock("../../../../scripts/files/paths", () => ({
    ...jest.requireActual<object>("../../../../scripts/files/paths"),
    stackFile: (stack: string) => `${mockFolder}/Pulumi.${stack}.yaml`,
}));
afterAll(() => fs.rmSync(mockFolder, { recursive: true }));

const STACK = path.join(mockFolder, "Pulumi.course.yaml");
const CSV = path.join(mockFolder, "class.csv");
const text = () => fs.readFileSync(STACK, "utf8");

function given(users: string, csv = "", more = ""): void {
    fs.writeFileSync(STACK, `# mine\nconfig:\n  jupyterhub:users:\n${users}${more}`, { mode: 0o640 });
    fs.writeFileSync(CSV, csv);
}

const bring = (options: Partial<Parameters<typeof prepareImport>[2]> = {}) =>
    prepareImport("course", CSV, { group: [], sync: false, notes: true, ...options });
const names = () => peopleOfStack("course").map(({ name }) => name);

it("200 people come at once; the same file again changes nothing", () => {
    const rows = Array.from({ length: 200 }, (_, i) => `Nr ${i};Person;person${i}@uni.example;G ${i % 8}`);
    given("    - ada # the lecturer\n", ["Vorname;Nachname;E-Mail;Gruppe", ...rows].join("\r\n"));
    const first = bring({ group: ["algebra"] });
    expect([first.plan.added.length, first.plan.others, first.rows]).toEqual([200, 1, 200]);
    first.write();
    expect(names()).toHaveLength(201);
    expect(text()).toMatch(/^# mine\nconfig:\n {2}jupyterhub:users:\n {4}- ada # the lecturer\n/);
    expect(text()).toContain("    - name: person9 # Nr 9 Person, person9@uni.example\n      groups: [algebra, G-1]\n");
    expect(fs.statSync(STACK).mode & 0o777).toBe(0o640);

    const before = text();
    const again = bring({ group: ["algebra"] });
    expect([again.plan.edits, again.plan.unchanged]).toEqual([[], 200]);
    again.write();
    expect(text()).toBe(before);
    fs.writeFileSync(CSV, listCsv(peopleOfStack("course")));
    expect(bring().plan.edits).toEqual([]);
});

it("it is told as docs/users.md shows it", () => {
    const listed = ["grace # Grace Hopper, grace@uni.example", "mary"].map(
        name => `    - name: ${name}\n      groups: [algebra, G-1]\n`,
    );
    const rows = ["Ada;Lovelace;ada.lovelace@uni.example;G 1", "Grace;Hopper;grace@uni.example;G 2"];
    given(listed.join(""), ["Vorname;Nachname;E-Mail;Gruppe", ...rows].join("\n"));
    const found = bring({ group: ["algebra"], sync: true });
    const said = `${columnsText(found)}\n${planText(found.plan)}`.replace(/^2 rows/, "40 rows");
    const page = fs.readFileSync(path.join(CHECKOUT, "docs/users.md"), "utf8");
    const [, shown] = /```\n(40 rows: [^]*?)\n```/.exec(page) as RegExpExecArray;
    expect(said.split("\n\n")[0].split("\n")).toEqual(shown.split("\n").filter(line => line !== "…"));
});

describe("who is added, changed, gone", () => {
    const USERS = [
        "    - name: ada",
        "      groups: [staff]",
        "    - name: bob",
        "      groups: [algebra, G-1]",
        "    - name: eve",
        "      groups: [algebra]",
        "    - name: kim # a tutor",
        "      groups: [algebra, logic]",
        "    - mary\n",
    ].join("\n");
    const FILE = "mail;group\nbob@u.example;G 2\ncarl@u.example;G 1\n";

    it("nobody goes by itself", () => {
        given(USERS, FILE);
        const { plan } = bring({ group: ["algebra"], notes: false });
        expect(planText(plan)).toBe(
            [
                "   person",
                "+  carl    carl@u.example, + group algebra, + group G-1",
                "~  bob     + group G-2",
                "",
                "1 added, 1 changed, 0 gone, 0 as before, 4 not in it (they stay)",
            ].join("\n"),
        );
    });

    it("with --sync people of the group go, but for those whom another group holds", () => {
        given(USERS, FILE);
        const { plan, write } = bring({ group: ["algebra"], sync: true, notes: false });
        expect(planText(plan)).toBe(
            [
                "   person",
                "+  carl    carl@u.example, + group algebra, + group G-1",
                "~  bob     + group G-2, - group G-1",
                "~  kim     - group algebra (stays for logic)",
                "-  eve     logged out after the next `up`; the home stays",
                "",
                "1 added, 2 changed, 1 gone, 0 as before, 2 not in it (they stay)",
            ].join("\n"),
        );
        write();
        expect(peopleOfStack("course").map(({ name, groups }) => [name, ...groups])).toEqual([
            ["ada", "staff"],
            ["bob", "algebra", "G-2"],
            ["kim", "logic"],
            ["mary"],
            ["carl", "algebra", "G-1"],
        ]);
    });

    it("with --sync whoever is gone leaves the groups that the file names, too", () => {
        given(
            "    - name: eve\n      groups: [algebra, G-1]\n    - name: kim\n      groups: [algebra, G-1, logic]\n",
            FILE,
        );
        const { plan, write } = bring({ group: ["algebra"], sync: true, notes: false });
        expect(plan.gone).toEqual(["eve"]);
        expect(plan.changed).toEqual([{ name: "kim", what: ["- group algebra", "- group G-1 (stays for logic)"] }]);
        write();
        expect(peopleOfStack("course").map(({ name, groups }) => [name, ...groups])).toEqual([
            ["kim", "logic"],
            ["bob", "algebra", "G-2"],
            ["carl", "algebra", "G-1"],
        ]);
    });

    it.each([[[]], [["a", "b"]]])("--sync needs one group: %j", group => {
        given(USERS, FILE);
        expect(() => bring({ group, sync: true })).toThrow("--sync takes out people of one group");
    });

    it("a log-in name and another e-mail are changes; what people wrote beside stays", () => {
        given(
            "    - ada # best in maths, ada@old.example\n    - bob # tutor\n",
            "user;mail;login\nada;ada@new.example;lovelace\nbob;b@u.example;bob\n",
            "  jupyterhub:authentication: {type: github, clientId: x}\n",
        );
        const { plan, write } = bring();
        expect(plan.changed.map(({ name, what }) => [name, ...what])).toEqual([
            ["ada", "log-in - → lovelace", "noted: best in maths, ada@new.example"],
            ["bob", "noted: tutor, b@u.example"],
        ]);
        write();
        expect(text()).toContain(
            "    - name: ada # best in maths, ada@new.example\n      login: lovelace\n    - bob # tutor, b@u.example\n",
        );
    });
});

describe("what is refused", () => {
    it("all at once, by rows, and before anything is written", () => {
        given("    - ada\n", 'user,group\n.hidden,a\n"two\nlines",a/b\nok,a\n,x\nbob!,\nbob,\nBOB,\n');
        const before = text();
        const refused = (): unknown => bring();
        expect(refused).toThrow(/^.*class\.csv has 4 problems; nothing was changed\.\n/);
        expect(refused).toThrow(/\n {2}row 2: "\.hidden": a name begins with a letter/);
        expect(refused).toThrow(/\n {2}row 3: .*a group's name has 1 to 60 letters/);
        expect(refused).toThrow(/\n {2}row 5: it names nobody/);
        expect(refused).toThrow(/\n {2}row 6: "!" cannot be in a name/);
        expect(text()).toBe(before);
    });

    it("a cell cannot bring another key into the file", () => {
        const evil = "Ada\u2028\u0085\n  jupyterhub:network: {isolation: none}\n  #";
        given("    - bob\n", `user,Full name\nada,"${evil}"\n`);
        bring().write();
        const after = text();
        expect(after.split(/[\n\r\u0085\u2028\u2029]/)).toHaveLength(6);
        expect(parseAsPulumi(after).toJS()).toEqual({ config: { "jupyterhub:users": ["bob", "ada"] } });
    });

    it("a list that is wrong already, and not a secret that is still missing", () => {
        given("    - ada\n    - ada\n", "user\nbob\n");
        expect(() => bring()).toThrow('users[1].name: "ada" is listed twice (users[0])');
        given("    - ada\n", "user\nbob\n", "  jupyterhub:authentication: {type: github, clientId: x}\n");
        expect(bring().plan.added).toHaveLength(1);
    });

    it("removing somebody whom the rest of the file names", () => {
        given("    - ada\n    - bob\n", "", "  jupyterhub:blockedUsers: [bob]\n");
        expect(() => prepareRemove("course", ["bob"])).toThrow(
            /^Without them the stack file is not accepted; .*\n.*bob/,
        );
    });

    it("a file that is not there, or has nobody in it", () => {
        given("    - ada\n", "user\n");
        expect(() => bring()).toThrow("class.csv has a header and nobody below it. Nothing was changed.");
        expect(() => prepareImport("course", "/nowhere.csv", { group: [], sync: false, notes: true })).toThrow(
            "/nowhere.csv cannot be read: there is no such file.",
        );
        expect(() => prepareAdd("cuorse", ["bob"], [])).toThrow("There is no stacks/Pulumi.cuorse.yaml");
    });

    it("a file that somebody has changed meanwhile", () => {
        given("    - ada\n", "user\nbob\n");
        const { write } = bring();
        fs.appendFileSync(STACK, "    - kim\n");
        expect(write).toThrow("has been changed meanwhile; nothing was written.");
        expect(names()).toEqual(["ada", "kim"]);
    });
});

it("add and remove take names, in any spelling", () => {
    given("    - ada\n");
    const added = prepareAdd("course", ["Bob", "bob", "ADA", "0123"], ["staff"]);
    expect([added.plan.added.length, added.plan.changed.length]).toEqual([2, 1]);
    added.write();
    expect(text()).toContain(
        '    - name: ada\n      groups: [staff]\n    - name: bob\n      groups: [staff]\n    - name: "0123"\n',
    );
    expect(() => prepareAdd("course", ["kim", "a!", ".b"], [])).toThrow(
        /^Nothing was changed:\n {2}a!: "!" cannot be in a name.*\n {2}\.b: /,
    );
    expect(() => prepareRemove("course", ["bbo", "ada", "zoe"])).toThrow(
        /nothing was changed:\n {2}bbo; did you mean "bob"\?\n {2}zoe$/,
    );
    prepareRemove("course", ["ADA", "0123"]).write();
    expect(names()).toEqual(["bob"]);
});
