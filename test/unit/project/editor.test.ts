/** Stack files in an editor: completed, explained and checked. What is made from the contract is current. */
import * as fs from "node:fs";
import * as path from "node:path";
import { configKeys, type JsonSchema, stackFileSchema } from "../../../components/config";
import { readSettings } from "../../../components/config/settings";
import { referenceFiles } from "../../../scripts/reference/files";
import { brokenStacks } from "../../support/brokenStacks";
import { CHECKOUT, checkout } from "../../support/checkout";
import { blocks, whole } from "../../support/docsBlocks";
import { right } from "../../support/fuzz/bases";
import { LanguageServer } from "../../support/languageServer";

/** What leads an editor to the schema. */
const LINK = "# yaml-language-server: $schema=schema.json\n";

const below = (config: string) => `${LINK}config:\n${config.replace(/^(?=.)/gm, "  ")}\n`;

describe("what is made from the contract", () => {
    it.each(Object.entries(referenceFiles()))("%s is current; `npm run schema` makes it", (file, text) => {
        expect(fs.readFileSync(path.join(CHECKOUT, file), "utf8")).toBe(text);
    });

    it("every key says what it means", () => {
        const silent: string[] = [];
        const keys = visit(stackFileSchema(), "", (at, { description = "" }) => {
            if (!/\w{3}/.test(description)) {
                silent.push(at);
            }
        });
        expect(silent).toEqual([]);
        expect(keys).toBeGreaterThan(200);
    });

    it("defaults are what people could write, and the program has the same ones", () => {
        const { keys } = configKeys();
        const defaults = Object.entries(keys).flatMap(([key, { default: value }]) =>
            value === undefined ? [] : [[`jupyterhub:${key}`, value]],
        );
        const read = (written: Record<string, unknown>) =>
            readSettings(
                "dev",
                { "jupyterhub:users": ["ada"], "jupyterhub:rootSecret": "x".repeat(64), ...written },
                new Set(["jupyterhub:rootSecret"]),
            );
        expect(defaults.length).toBeGreaterThan(5);
        expect(read({ ...Object.fromEntries(defaults), "jupyterhub:idle": idleOf(keys) })).toEqual(read({}));
    });
});

const idleOf = ({ idle }: Record<string, JsonSchema>) =>
    Object.fromEntries(Object.entries(idle.properties ?? {}).map(([key, { default: value }]) => [key, value]));

/** Every key of the schema, wherever it is. @returns how many there are */
function visit(schema: JsonSchema, at: string, see: (at: string, schema: JsonSchema) => void): number {
    const inner = [schema.items, schema.additionalProperties, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(
        (one): one is JsonSchema => typeof one === "object",
    );
    const keys = Object.entries(schema.properties ?? {});
    keys.forEach(([key, value]) => see(`${at}.${key}`, value));
    const deeper = [
        ...keys.map(([key, value]) => visit(value, `${at}.${key}`, see)),
        ...inner.map(value => visit(value, at, see)),
    ];
    return deeper.reduce((sum, count) => sum + count, keys.length);
}

describe("a language server", () => {
    let editor: LanguageServer;
    beforeAll(async () => {
        editor = await new LanguageServer().start();
    });
    afterAll(() => editor.stop());

    const labels = async (name: string, line: number, character: number) =>
        (await editor.completions(name, { line, character })).map(({ label }) => label);

    let files = 0;
    /** All at once: the server waits a moment before it looks at a file. */
    const mistakesOf = (texts: string[]) => Promise.all(texts.map(text => editor.mistakes(`${++files}.yaml`, text)));

    it("offers keys and values where one is begun", async () => {
        const begun = "jupyterhub:users:\n  - name: grace\n    me\njupyterhub:storage: \njupyterhub:up";
        await editor.mistakes("begun.yaml", below(begun));
        expect(await labels("begun.yaml", 4, 8)).toEqual(expect.arrayContaining(["memory", "mounts", "lifecycle"]));
        expect(await labels("begun.yaml", 5, 22)).toEqual(["volume", "none"]);
        expect(await labels("begun.yaml", 6, 15)).toEqual(
            expect.arrayContaining(["jupyterhub:updates", "jupyterhub:authentication"]),
        );
    });

    it("offers the keys of the type of log-in that was chosen", async () => {
        await editor.mistakes("type.yaml", below("jupyterhub:authentication:\n  type: ldap\n  "));
        const offered = await labels("type.yaml", 4, 4);
        expect(offered).toEqual(expect.arrayContaining(["server", "search"]));
        expect(offered).not.toContain("clientId");
    });

    it("explains a key, with its default", async () => {
        await editor.mistakes(
            "hover.yaml",
            below("jupyterhub:users: [{name: ada, cpus: 2}]\njupyterhub:listen: 1.2.3.4:5"),
        );
        expect(await editor.hover("hover.yaml", { line: 2, character: 36 })).toContain("hard limit in CPUs");
        expect(await editor.hover("hover.yaml", { line: 3, character: 8 })).toContain("Default: 127.0.0.1:8000");
    });

    it("finds what is mistyped or of the wrong kind, with its line and the program's own words", async () => {
        const wrong = [
            "jupyterhub:users:",
            "  - {name: ada, memroy: 2G}",
            "  - {name: grace, memory: 2X, cpus: two}",
            "jupyterhub:storage: vol",
            "jupyterhub:lisen: 127.0.0.1:8000",
            "jupyterhub:listen: here",
            "jupyterhub:githubClientSecret: readable",
            "jupyterhub:https: {mode: acme, insecure: true}",
            "docker:host: another package's",
        ];
        const found = await editor.mistakes("wrong.yaml", below(wrong.join("\n")));
        expect(found.sort()).toEqual([
            "10: Property insecure is not allowed.",
            "4: Property memroy is not allowed.",
            '5: Incorrect type. Expected "number".',
            "5: is no size; write it like 512M or 2G",
            '6: Value is not accepted. Valid values: "volume", "none".',
            "7: Property jupyterhub:lisen is not allowed.",
            "8: expected an IPv4 address and a port, such as 127.0.0.1:8000",
            "9: is encrypted: npm run secret -- STACK githubClientSecret",
        ]);
    });

    it("takes what Pulumi writes, and every form of a secret", async () => {
        const text = [
            "encryptionsalt: v1:a:b",
            below(
                [
                    "jupyterhub:users: [ada]",
                    "jupyterhub:rootSecret: {secure: v1:a}",
                    "jupyterhub:registryPasswords: {registry.example: {secure: v1:a}}",
                    "jupyterhub:secretEnv: {ada: {TOKEN: {secure: v1:a}}, grace: {secure: v1:b}}",
                    "jupyterhub:secretFiles: {secure: v1:a}",
                    "jupyterhub:tlsCertificate: {secure: v1:a}",
                    "jupyterhub:database: sqlite",
                ].join("\n"),
            ),
        ].join("\n");
        expect(await editor.mistakes("secrets.yaml", text)).toEqual([]);
    });

    it.each(checkout.stacks())(
        "finds its way from stacks/Pulumi.%s.yaml to the schema, and no mistake",
        async stack => {
            const text = checkout.stackFile(stack);
            expect(text.startsWith(LINK)).toBe(true);
            const [right, wrong] = await Promise.all([
                editor.mistakes(`Pulumi.${stack}.yaml`, text),
                editor.mistakes(`${stack}-wrong.yaml`, text.replace("jupyterhub:users", "jupyterhub:userz")),
            ]);
            expect(right).toEqual([]);
            expect(wrong).not.toEqual([]);
        },
    );

    const rightFiles = [
        ...blocks.map(({ page, number, block }) => ({ title: `${page}, block ${number}`, text: below(whole(block)) })),
        ...right.map((text, i) => ({ title: `the right file ${i}`, text: `${LINK}${text}` })),
    ];

    it("finds no mistake in the blocks of the documentation, and in other right files", async () => {
        const found = await mistakesOf(rightFiles.map(({ text }) => text));
        expect(rightFiles.map(({ title }, i) => ({ title, mistakes: found[i] }))).toEqual(
            rightFiles.map(({ title }) => ({ title, mistakes: [] })),
        );
        expect(rightFiles.length).toBeGreaterThan(40);
    });

    /** What a schema can know: keys, and kinds of values. */
    const KNOWABLE =
        /unknown key|expected (a list|keys and values|true or false|a number|names and values)|is text, but YAML reads the (number|boolean)|a whole number, got|is at (least|most) \d/;
    const knowable = brokenStacks.filter(({ problems }) => problems.some(problem => KNOWABLE.test(problem)));

    it("finds what the program refuses, wherever a schema can know it", async () => {
        const found = await mistakesOf(knowable.map(({ config }) => below(config)));
        expect(knowable.filter((_, i) => found[i].length === 0).map(({ title }) => title)).toEqual([]);
        expect(knowable.length).toBeGreaterThan(15);
    });
});
