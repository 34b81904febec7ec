/** What Pulumi would hand on as something else than is written is refused, in the words of the file. */
import { checkStackFile, parseStackFile } from "../../../../scripts/files/stackFile";
import { problemsOf, read } from "../../../support/unit/config";

/** @param lines below `config:` */
const refused = (...lines: string[]) => {
    const config = ["jupyterhub:listen: 127.0.0.1:8000", ...lines].map(line => `  ${line}\n`).join("");
    return problemsOf(() => checkStackFile("test", parseStackFile("test", `config:\n${config}`)));
};
const person = (fields: string) => refused(`jupyterhub:users: [{name: ada, ${fields}}]`);

it.each([
    ["2024-10-01", "a date"],
    ["2024-10-01 10:00:00", "a date"],
    ["2024-10-01T10:00:00Z", "a date"],
    ["0123", "the number 83"],
    ["00123456", "the number 42798"],
    ["0089123", "the number 89123"],
    ["12345678901234567890", "the number 12345678901234567000"],
    ["9007199254740993", "the number 9007199254740992"],
    ["3.10", "the number 3.1"],
    ["0xFF", "the number 255"],
    ["0b11", "the number 3"],
    ["+4930123", "the number 4930123"],
    ["1_000", "the number 1000"],
    ["1e3", "the number 1000"],
    ["17", "a number"],
    ["True", "the boolean true"],
    ["true", "a boolean"],
    [".inf", "a number without an end"],
])("a variable that is written %s", (source, what) => {
    expect(person(`env: {START: ${source}}`)).toEqual([
        expect.stringMatching(
            new RegExp(`^users\\[0\\]\\.env\\.START: (.* is text, but )?YAML reads .* as .*: quote it`),
        ),
    ]);
    expect(person(`env: {START: ${source}}`)[0]).toContain(`YAML reads ${source} as ${what}: quote it ("${source}")`);
});

it.each(["2024-12-01", "0123", "1_000", "3.10", "+49"])("a person who is called %s", name => {
    const [only, ...more] = refused(`jupyterhub:users: [${name}]`);
    expect(more).toEqual([]);
    expect(only).toMatch(/^users\[0\](\.name)?: /);
    expect(only).toContain(`YAML reads ${name} as `);
    expect(only).toContain(`quote it ("${name}")`);
});

it("a name behind an alias is said where it is used", () => {
    expect(refused("jupyterhub:users: [{name: ada, env: {A: &day 2024-10-01, B: *day}}]")).toEqual([
        'users[0].env.A: YAML reads 2024-10-01 as a date: quote it ("2024-10-01")',
        'users[0].env.B: YAML reads 2024-10-01 as a date: quote it ("2024-10-01")',
    ]);
});

it("keys are text as well", () => {
    expect(refused("jupyterhub:users: [ada]", "jupyterhub:groups: {0123: {members: [ada]}}")).toContain(
        'groups: key 0123: YAML reads 0123 as the number 83: quote it ("0123")',
    );
    expect(refused("jupyterhub:users: [ada]", "jupyterhub:groups: {2024-10-01: {}}")).toContain(
        'groups: key 2024-10-01: YAML reads 2024-10-01 as a date: quote it ("2024-10-01")',
    );
});

it("a number in another base than ten is no number that anybody meant", () => {
    expect(person("kind: system, uid: 0755, gid: 0x3E8")).toEqual([
        "users[0].uid: YAML reads 0755 as 493: write 493",
        "users[0].gid: YAML reads 0x3E8 as 1000: write 1000",
    ]);
});

it("numbers where numbers belong, and what is quoted, are taken", () => {
    const file = parseStackFile(
        "test",
        'config:\n  jupyterhub:users:\n    - {name: "2024-12-01", cpus: 1.50, env: {A: "0123", B: yes, C: 12:30}}\n',
    );
    const { people } = checkStackFile("test", file);
    expect(people[0]).toMatchObject({ name: "2024-12-01", cpus: 1.5, env: { A: "0123", B: "yes", C: "12:30" } });
});

it("all else that is wrong is said beside it, in the file's order", () => {
    expect(refused("jupyterhub:users: [{name: ada, env: {A: 2024-10-01}}, {name: grace, memory: 5X}]")).toEqual([
        'users[0].env.A: YAML reads 2024-10-01 as a date: quote it ("2024-10-01")',
        'users[1].memory: "5X" is no size; write it like 512M or 2G',
    ]);
});

it("merge keys lead to what there is instead", () => {
    expect(refused("jupyterhub:users: [{name: ada, <<: {memory: 1G}}]")).toEqual([
        "users[0]: merge keys (<<) are not supported; put what people have in common into defaults or groups",
    ]);
});

it("plain pulumi shows the program what became of a date", () => {
    expect(
        problemsOf(() => read({ users: [{ name: "ada", env: { START: "2024-10-01 00:00:00 +0000 UTC" } }] })),
    ).toEqual(["users[0].env.START: YAML reads a date: put quotes around what the file has"]);
});
