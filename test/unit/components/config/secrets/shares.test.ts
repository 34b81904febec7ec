/** `secretEnv` and `secretFiles`: who has what, and what is refused without being repeated. */
import { read, problemsOf, SECRET } from "../../../../support/unit/config";
import { checkStackFile, parseStackFile } from "../../../../../scripts/files/stackFile";

const KEYS = new Set([...SECRET, "jupyterhub:secretEnv", "jupyterhub:secretFiles"]);
const VALUE = "hunter2";
const USERS = [{ name: "Ada", groups: ["staff", "lab"] }, { name: "grace", groups: ["lab", "staff"] }, "alan"];

const sharing = (config: Record<string, unknown>) => {
    const { secretEnv, secretFiles } = read({ users: USERS, ...config }, undefined, KEYS).sharing;
    return { secretEnv: Object.fromEntries(secretEnv), secretFiles: Object.fromEntries(secretFiles) };
};
const problems = (config: Record<string, unknown>) => {
    const found = problemsOf(() => read({ users: USERS, ...config }, undefined, KEYS));
    expect(found.join("\n")).not.toContain(VALUE);
    return found;
};

describe("who has what", () => {
    it("is their own, then what the group listed last has", () => {
        const secretEnv = {
            ada: { OWN: VALUE, BOTH: VALUE },
            staff: { BOTH: VALUE, GROUPS: VALUE },
            lab: { GROUPS: VALUE, LAB: VALUE },
        };
        expect(sharing({ secretEnv }).secretEnv).toEqual({
            ada: { BOTH: "ada", GROUPS: "lab", LAB: "lab", OWN: "ada" },
            grace: { BOTH: "staff", GROUPS: "staff", LAB: "lab" },
        });
    });

    it("is the same in any form", () => {
        const map = { ada: { A: VALUE }, lab: { B: VALUE } };
        const whole = sharing({ secretEnv: map });
        expect(sharing({ secretEnv: JSON.stringify(map) })).toEqual(whole);
        expect(sharing({ secretEnv: { ada: JSON.stringify(map.ada), lab: map.lab } })).toEqual(whole);
        expect(sharing({ secretEnv: {} })).toEqual({ secretEnv: {}, secretFiles: {} });
        expect(sharing({ secretEnv: { ada: null } })).toEqual({ secretEnv: {}, secretFiles: {} });
    });

    it("may be of somebody whose name a group has too, if the file says which", () => {
        const users = [
            { name: "ada", groups: ["ada"] },
            { name: "grace", groups: ["ada"] },
        ];
        expect(
            sharing({ users, secretEnv: { "group:ada": { A: VALUE }, "user:ada": { B: VALUE } } }).secretEnv,
        ).toEqual({
            ada: { A: "group:ada", B: "user:ada" },
            grace: { A: "group:ada" },
        });
        expect(problems({ users, secretEnv: { ada: { A: VALUE } } })).toEqual([
            'secretEnv.ada: is a group and a person; write "group:ada" or "user:ada"',
        ]);
    });

    it("may be long, of several lines, and of any text", () => {
        const texts = ["-----BEGIN KEY-----\nx\n-----END KEY-----\n", "${HOME} `id` $(id) %s", "\"'\\ ünï ключ 鍵 🔑"];
        const all = Object.fromEntries([...texts, "x".repeat(65_536)].map((text, i) => [`T${i}`, text]));
        expect(Object.keys(sharing({ secretEnv: { ada: all } }).secretEnv.ada)).toEqual(["T0", "T1", "T2", "T3"]);
    });
});

describe("what is refused", () => {
    it("is an owner that is nobody, or somebody twice", () => {
        const secretEnv = { stuff: { A: VALUE }, gracy: { A: VALUE }, "user:staff": {}, ada: {}, "user:ADA": {} };
        expect(problems({ secretEnv })).toEqual([
            'secretEnv.stuff: is neither a group nor a person of this stack; did you mean "staff"?',
            'secretEnv.gracy: is neither a group nor a person of this stack; did you mean "grace"?',
            'secretEnv["user:staff"]: is no person of this stack',
            'secretEnv["user:ADA"]: is the same person as secretEnv.ada',
        ]);
    });

    it("is a name of ours, or no name at all", () => {
        const secretEnv = { ada: { JUPYTERHUB_API_TOKEN: VALUE, "A B": VALUE, PATH: VALUE, NB_UID: VALUE } };
        expect(problems({ secretEnv })).toEqual([
            "secretEnv.ada.JUPYTERHUB_API_TOKEN: is set by the hub or the image; leave it out",
            'secretEnv.ada["A B"]: is no name of an environment variable',
            "secretEnv.ada.PATH: is set by the hub or the image; leave it out",
            expect.stringMatching(/^secretEnv\.ada\.NB_UID: servers start as their person/),
        ]);
        const noFile =
            "is no name of a secret file: 1 to 100 letters, digits, . _ - and no folders; it is put into /run/secrets";
        expect(problems({ secretFiles: { ada: { "../etc/passwd": VALUE, ".": VALUE, "a/b": VALUE } } })).toEqual([
            `secretFiles.ada["../etc/passwd"]: ${noFile}`,
            `secretFiles.ada["."]: ${noFile}`,
            `secretFiles.ada["a/b"]: ${noFile}`,
        ]);
    });

    it("is a value that is no text, and it is not repeated", () => {
        const secretEnv = {
            ada: { A: 1, B: true, C: null, D: [VALUE], E: `${VALUE}\0`, F: "", G: "x".repeat(98_305) },
        };
        const text = "expected text; a number, true or a date needs quotes around it";
        expect(problems({ secretEnv })).toEqual([
            ...["A", "B", "C", "D"].map(name => `secretEnv.ada.${name}: ${text}`),
            "secretEnv.ada.E: must not contain a NUL character",
            "secretEnv.ada.F: is empty",
            "secretEnv.ada.G: is 98305 bytes long; at most 98304",
        ]);
        const expected =
            "expected a group or person, and below it names and secrets; this asks for one: npm run secret -- " +
            "STACK secretEnv OWNER VARIABLE";
        expect(problems({ secretEnv: VALUE })).toEqual([`secretEnv: ${expected}`]);
        expect(problems({ secretEnv: [VALUE] })).toEqual([`secretEnv: ${expected}`]);
        expect(problems({ secretEnv: { ada: VALUE } })).toEqual([`secretEnv.ada: ${expected}`]);
    });

    it("is a variable that the person has in env too", () => {
        const defaults = { env: { EDITOR: "vim" } };
        const groups = { staff: { env: { API: "x" } } };
        expect(problems({ defaults, groups, secretEnv: { lab: { API: VALUE, EDITOR: VALUE } } })).toEqual([
            "secretEnv.lab.API: ada has it in groups.staff.env.API too; leave one of them out",
            "secretEnv.lab.EDITOR: ada has it in defaults.env.EDITOR too; leave one of them out",
        ]);
    });
});

describe("a value that anybody can read in the file", () => {
    const check = (yaml: string) => {
        const file = parseStackFile("test", `config:\n  jupyterhub:users: [ada]\n${yaml}`);
        const found = problemsOf(() => checkStackFile("test", file));
        expect(found.join("\n")).not.toMatch(/hunter2|0123|2024/);
        return found;
    };
    const remedy = (key: string, name: string) =>
        `is readable in the stack file; encrypt it: npm run secret -- STACK ${key} OWNER ${name}`;

    it("is refused with its place, and not shown", () => {
        expect(
            check(
                "  jupyterhub:secretEnv: {ada: {A: {secure: v1:x}, B: hunter2}}\n" +
                    "  jupyterhub:secretFiles: {ada: {key.pem: hunter2}}\n",
            ),
        ).toEqual([
            `secretEnv.ada.B: ${remedy("secretEnv", "VARIABLE")}`,
            `secretFiles.ada["key.pem"]: ${remedy("secretFiles", "FILE")}`,
        ]);
        expect(check('  jupyterhub:secretEnv: \'{"ada": {"A": "hunter2"}}\'\n')).toEqual([
            `secretEnv.ada.A: ${remedy("secretEnv", "VARIABLE")}`,
        ]);
        expect(check("  jupyterhub:secretEnv: hunter2\n")).toEqual(
            expect.arrayContaining([`secretEnv: ${remedy("secretEnv", "VARIABLE")}`]),
        );
    });

    it("is not shown either where YAML reads it as something else", () => {
        for (const value of ["0123", "2024-10-01", "0x1F", "~"]) {
            expect(check(`  jupyterhub:secretEnv: {ada: {A: ${value}}}\n`)).toEqual(
                expect.arrayContaining([`secretEnv.ada.A: ${remedy("secretEnv", "VARIABLE")}`]),
            );
        }
    });

    it("is none where all is encrypted, or nothing is left", () => {
        const accepted = (yaml: string) =>
            checkStackFile("test", parseStackFile("test", `config:\n  jupyterhub:users: [ada]\n${yaml}`)).sharing;
        const { secretEnv } = accepted("  jupyterhub:secretEnv: {ada: {A: {secure: v1:x}}}\n");
        expect(Object.fromEntries(secretEnv)).toEqual({ ada: { A: "ada" } });
        expect(accepted("  jupyterhub:secretEnv: {secure: v1:x}\n").secretEnv.size).toBe(0);
        expect(accepted("  jupyterhub:secretEnv: {ada: }\n").secretEnv.size).toBe(0);
    });
});
