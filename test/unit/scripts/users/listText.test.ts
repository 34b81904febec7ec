/** A stack file's list is edited, and nothing else of the file is another. */
import * as fc from "fast-check";
import { parseAsPulumi } from "../../../../scripts/files/pulumiYaml";
import { edited, listedPeople, type Edit } from "../../../../scripts/users/listText";

const FILE = `# The course
config:
  jupyterhub:users: # those of autumn
    # staff
    - ada   # Ada Lovelace, ada@uni.example
    # tutors

    - name: grace # until March
      # her own
      groups: [algebra,  logic] # both
      env: { A: "1", B: 'x' }
    - name: "0123"
      admin: true
    # those who left
  # the rest

  jupyterhub:listen:   127.0.0.1:8077   # odd   spacing
`;
const add = (name: string, more: Partial<Edit & { do: "add" }> = {}): Edit => ({
    do: "add",
    name,
    groups: [],
    ...more,
});

it("people are read with what stands beside them", () => {
    expect(listedPeople(FILE)).toEqual([
        {
            index: 0,
            name: "ada",
            groups: [],
            admin: false,
            note: "Ada Lovelace, ada@uni.example",
            email: "ada@uni.example",
        },
        { index: 1, name: "grace", groups: ["algebra", "logic"], admin: false, note: "until March" },
        { index: 2, name: "0123", groups: [], admin: true },
    ]);
});

it("without an edit the text is the same", () => {
    expect(edited(FILE, [])).toBe(FILE);
});

it("somebody added comes last, with a comment; names that YAML reads as something else are quoted", () => {
    const lines = [
        "    - mary # Mary Shelley, mary@uni.example",
        '    - "1e3"',
        '    - "true"',
        '    - "2026-01-02"',
        "    - name: alan",
        "      login: turing",
        "      groups: [algebra, Übung-1]",
    ];
    const edits = [
        add("mary", { note: "Mary Shelley, mary@uni.example" }),
        ...["1e3", "true", "2026-01-02"].map(name => add(name)),
        add("alan", { login: "turing", groups: ["algebra", "Übung-1"] }),
    ];
    expect(edited(FILE, edits)).toBe(FILE.replace("      admin: true\n", `      admin: true\n${lines.join("\n")}\n`));
});

it("a change touches that person's lines alone, and keeps comments there", () => {
    const groups = FILE.replace("[algebra,  logic] # both", "[algebra] # both");
    expect(edited(FILE, [{ do: "change", index: 1, groups: ["algebra"] }])).toBe(groups);
    expect(edited(FILE, [{ do: "change", index: 0, groups: ["x"], note: "Ada, ada@new.example" }])).toBe(
        FILE.replace(
            "    - ada   # Ada Lovelace, ada@uni.example\n",
            "    - name: ada # Ada, ada@new.example\n      groups: [x]\n",
        ),
    );
    expect(edited(FILE, [{ do: "change", index: 1, groups: [] }])).toBe(
        FILE.replace(/ +# her own\n +groups: .*\n/, ""),
    );
});

it("a removed person's own lines go; comments above stay for those who follow", () => {
    expect(edited(FILE, [{ do: "remove", index: 1 }])).toBe(FILE.replace(/\n {4}- name: grace[^]*?'x' }\n/, ""));
    expect(edited(FILE, [{ do: "remove", index: 2 }])).toBe(FILE.replace(/ {4}- name: "0123"\n.*\n/, ""));
    const none = [0, 1, 2].map((index): Edit => ({ do: "remove", index }));
    expect(edited(FILE, none)).toBe(
        FILE.replace(/users: #/, "users: [] #").replace(/ {4}- ada[^]*(?= {4}# those who left)/, "    # tutors\n"),
    );
});

it.each([
    ["config:\n  jupyterhub:users: [] # nobody yet\n", "config:\n  jupyterhub:users: # nobody yet\n    - kim\n"],
    [
        "config:\n  jupyterhub:users: [ada, {name: bob}]\n",
        "config:\n  jupyterhub:users:\n    - ada\n    - { name: bob }\n    - kim\n",
    ],
    ["config:\n  jupyterhub:users:\n    - ada", "config:\n  jupyterhub:users:\n    - ada\n    - kim\n"],
    [
        "config:\n  jupyterhub:users:\n  - ada\n  jupyterhub:idle: {}\n",
        "config:\n  jupyterhub:users:\n  - ada\n  - kim\n  jupyterhub:idle: {}\n",
    ],
    [
        "config:\r\n  jupyterhub:users:\r\n    - ada # x\r\n",
        "config:\r\n  jupyterhub:users:\r\n    - ada # x\r\n    - kim\r\n",
    ],
    ["config:\n    jupyterhub:users: []\n", "config:\n    jupyterhub:users:\n        - kim\n"],
    [
        "config:\n  jupyterhub:users:\n    - &a {name: ada}\n  jupyterhub:x: *a\n",
        "config:\n  jupyterhub:users:\n    - &a {name: ada}\n    - kim\n  jupyterhub:x: *a\n",
    ],
])("lists of other forms: %j", (before, after) => {
    expect(edited(before, [add("kim")])).toBe(after);
});

it.each([
    ["config: {jupyterhub:users: [ada]}\n", add("kim")],
    ["config:\n  jupyterhub:users:\n    -\n      name: ada\n", { do: "remove", index: 0 } satisfies Edit],
    ["config:\n  jupyterhub:users: &u [ada]\n  jupyterhub:x: *u\n", add("kim")],
    ["config:\n  jupyterhub:x: &u [ada]\n  jupyterhub:users: *u\n", add("kim")],
])("what it cannot edit is refused, with what to do: %j", (text, edit) => {
    expect(() => edited(text, [edit])).toThrow(/^jupyterhub:users cannot be edited as it is written in this file/);
});

it("a file without a list is refused", () => {
    expect(() => listedPeople("config:\n  jupyterhub:listen: x\n")).toThrow("The file has no jupyterhub:users.");
});

it("whatever is edited: order and all comments stay, and nothing outside of the list is another", () => {
    const comments = (text: string) => (text.match(/#.*/g) ?? []).map(comment => comment.trim());
    const person = fc.record({
        above: fc.boolean(),
        blank: fc.boolean(),
        form: fc.constantFrom("name", "map", "flow"),
        beside: fc.boolean(),
        inside: fc.boolean(),
        fate: fc.constantFrom("stay", "remove", "change"),
    });
    fc.assert(
        fc.property(fc.array(person, { minLength: 1, maxLength: 8 }), fc.nat(3), (people, added) => {
            const blocks = people.map(({ above, blank, form, beside, inside }, i) => {
                const note = beside ? ` # beside ${i}` : "";
                const own = {
                    name: `    - p${i}${note}\n`,
                    flow: `    - { name: p${i}, memory: 1G }${note}\n`,
                    map: `    - name: p${i}${note}\n${inside ? `      # inside ${i}\n` : ""}      memory: 1G\n`,
                }[form];
                return `${blank ? "\n" : ""}${above ? `    # above ${i}\n` : ""}${own}`;
            });
            const [head, tail] = [
                "# top\nconfig:\n  jupyterhub:users:\n",
                "    # end\n\n  # other\n  jupyterhub:idle:  {}\n",
            ];
            const text = head + blocks.join("") + tail;
            const edits = people.flatMap(({ fate }, index): Edit[] =>
                fate === "stay"
                    ? []
                    : [fate === "remove" ? { do: "remove", index } : { do: "change", index, groups: ["g"] }],
            );
            edits.push(...Array.from({ length: added }, (_, i) => add(`new${i}`)));
            const after = edited(text, edits);
            const left = people.flatMap(({ fate }, i) => (fate === "remove" ? [] : [`p${i}`]));
            const names = listedPeople(after).map(({ name }) => name);
            expect(names).toEqual([...left, ...Array.from({ length: added }, (_, i) => `new${i}`)]);
            const gone = people.flatMap(({ fate }, i) => (fate === "remove" ? [`# beside ${i}`, `# inside ${i}`] : []));
            expect(comments(after).sort()).toEqual(
                comments(text)
                    .filter(comment => !gone.includes(comment))
                    .sort(),
            );
            expect(after.endsWith(tail)).toBe(true);
            people.forEach(({ fate }, i) => fate === "stay" && expect(after).toContain(blocks[i].trimStart()));
            expect(parseAsPulumi(after).errors).toEqual([]);
        }),
    );
});
