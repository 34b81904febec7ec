/** docs/reference.md: every key of a stack file, from the same descriptions that an editor shows. Pure. */
import { type ConfigKeys, defaultWords, type JsonSchema } from "../../components/config";

const HEAD = `# Reference

Every key of a stack file, below \`config:\`. \`npm run schema\` makes this page, and
[stacks/schema.json](../stacks/schema.json) for editors, from the program's own descriptions: edit those in
\`components/config/\`, not this file.

\`[]\` stands for each entry of a list, NAME for a name of your own. Sizes are written like \`512M\` or \`2G\` (powers of
1024), durations like \`30m\`, \`1h\`, \`7d\` or \`never\`. What is a secret is encrypted in the file: \`npm run secret\` puts
it there.
`;

/** A section of so many keys stands once; elsewhere it is named. */
const LONG = 6;

/** Sections that were shown: where, and their keys. */
type Shown = Map<string, Record<string, JsonSchema>>;

interface Row {
    key: string;
    schema: JsonSchema;
    required: boolean;
    /** What the meaning ends with. */
    more?: string;
}

export function referencePage({ keys, required }: ConfigKeys): string {
    const shown: Shown = new Map();
    const sections = Object.entries(keys).map(([key, schema]) => section(key, schema, required.includes(key), shown));
    const contents = Object.keys(keys).map(key => `[${key}](#jupyterhub${key.toLowerCase()})`);
    return `${[HEAD, wrapped(contents.join(" · ")), ...sections].join("\n")}`;
}

function section(key: string, schema: JsonSchema, required: boolean, shown: Shown): string {
    const lines = [`\n## jupyterhub:${key}\n`, wrapped(sentence(schema.description ?? "")), ""];
    lines.push(...wrapped(`Type: ${typeOf(schema)}.${required ? " Required." : ""}`).split("\n"));
    const choices = variants(schema);
    if (choices !== undefined) {
        for (const { by, value, variant } of choices) {
            const { [by]: discriminator, ...properties } = variant.properties ?? {};
            lines.push("", wrapped(`**\`${by}: ${value}\`** – ${sentence(discriminator.description ?? "")}`));
            lines.push(...table(rowsOf({ ...variant, properties }, "", shown)));
        }
        return lines.join("\n");
    }
    const rows = rowsBelow(schema, key, "", shown);
    const same = rows.length === 0 ? sameAs(objectIn(schema)?.of, shown) : undefined;
    return [...lines, ...(same === undefined ? table(rows) : ["", wrapped(sentence(same))])].join("\n");
}

/** A section with a key that decides which others there are. */
function variants({ anyOf, oneOf = anyOf ?? [] }: JsonSchema) {
    const found = oneOf.flatMap(variant => {
        const [by, schema] =
            Object.entries(variant.properties ?? {}).find(([, { const: one }]) => one !== undefined) ?? [];
        return by === undefined || schema === undefined ? [] : [{ by, value: String(schema.const), variant }];
    });
    return found.length > 1 ? found : undefined;
}

/** The object that a place has or holds, and what stands before its keys. */
function objectIn(schema: JsonSchema): { of: JsonSchema; before: string } | undefined {
    if (schema["x-kind"] === "a secret" || Object.hasOwn(schema.properties ?? {}, "secure")) {
        return undefined;
    }
    if (schema.properties !== undefined) {
        return { of: schema, before: "" };
    }
    const inner =
        schema.items ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
    if (inner !== undefined) {
        const found = objectIn(inner);
        return found && { of: found.of, before: `${schema.items === undefined ? "NAME." : "[]."}${found.before}` };
    }
    return (schema.anyOf ?? []).flatMap(one => objectIn(one) ?? [])[0];
}

function rowsBelow(schema: JsonSchema, at: string, before: string, shown: Shown): Row[] {
    const found = objectIn(schema);
    if (found === undefined || sameAs(found.of, shown) !== undefined) {
        return [];
    }
    const { properties = {} } = found.of;
    if (Object.keys(properties).length >= LONG) {
        shown.set(`${at}${found.before}`.replace(/\.$/, ""), properties);
    }
    return rowsOf(found.of, `${before}${found.before}`, shown, at);
}

function rowsOf({ properties = {}, required = [] }: JsonSchema, before: string, shown: Shown, at = ""): Row[] {
    return Object.entries(properties).flatMap(([key, schema]) => {
        const here = `${before}${key}`;
        const more = sameAs(objectIn(schema)?.of, shown);
        const below = rowsBelow(schema, `${at === "" ? "" : `${at}.`}${here}`, here, shown);
        return [
            { key: here, schema, required: required.includes(key), more },
            ...below.map(row => ({
                ...row,
                key: row.key.replace(here, /^(\[\]|NAME)/.test(row.key.slice(here.length)) ? here : `${here}.`),
            })),
        ];
    });
}

/** Words for a section whose keys stand above. */
function sameAs(object: JsonSchema | undefined, shown: Shown): string | undefined {
    const entries = Object.entries(object?.properties ?? {});
    if (entries.length < LONG) {
        return undefined;
    }
    for (const [where, properties] of shown) {
        if (entries.every(([key, schema]) => JSON.stringify(schema) === JSON.stringify(properties[key]))) {
            const own = entries.map(([key]) => key);
            const missing = Object.keys(properties).filter(key => !own.includes(key));
            const but = missing.length === 0 ? "" : `, but not ${missing.map(key => `\`${key}\``).join(", ")}`;
            return `the keys of \`${where}\`${but}`;
        }
    }
    return undefined;
}

function table(rows: readonly Row[]): string[] {
    const line = ({ key, schema, required, more }: Row) => {
        const meaning = [withoutDefault(schema), more].filter(part => part !== undefined && part !== "").join("; ");
        const cells = [`\`${key}\``, typeOf(schema), standard(schema, required), meaning];
        return `| ${cells.map(cell => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    };
    return rows.length === 0 ? [] : ["", "| key | type | default | meaning |", "|---|---|---|---|", ...rows.map(line)];
}

function standard({ default: value }: JsonSchema, required: boolean): string {
    const words = defaultWords(value);
    return required ? "required" : words === undefined ? "" : `\`${words}\``;
}

/** The default has a column of its own. */
function withoutDefault({ description = "", default: value }: JsonSchema): string {
    return description.replace(`. Default: ${defaultWords(value)}`, "");
}

export function typeOf(schema: JsonSchema): string {
    const { type, items, anyOf, oneOf = anyOf, additionalProperties: values, enum: choices } = schema;
    if (typeof schema["x-kind"] === "string") {
        return schema["x-kind"];
    }
    if (choices !== undefined || schema.const !== undefined) {
        return (choices ?? [schema.const]).map(value => `\`${String(value)}\``).join(" or ");
    }
    if (oneOf !== undefined) {
        return [...new Set(oneOf.map(typeOf))].join(", or ");
    }
    switch (type) {
        case "array":
            return items === undefined ? "a list" : `a list, each ${typeOf(items)}`;
        case "object":
            return typeof values === "object" ? `names, each with ${typeOf(values)}` : "keys and values";
        case "integer":
            return `a whole number${schema.minimum === undefined ? "" : `, ${schema.minimum} or more`}`;
        case "boolean":
            return "true or false";
        default:
            return type === undefined ? "anything" : `a ${type === "string" ? "text" : type}`;
    }
}

function sentence(text: string): string {
    // A key or a choice keeps its spelling.
    const begun = /^[a-z]+[ ,;]/.test(text) ? `${text[0].toUpperCase()}${text.slice(1)}` : text;
    return /[.!?…]$|^$/.test(begun) ? begun : `${begun}.`;
}

/** Lines as those of the other pages. */
function wrapped(text: string, width = 120): string {
    const lines = [""];
    for (const word of text.split(" ")) {
        const last = lines[lines.length - 1];
        if (last !== "" && last.length + 1 + word.length > width) {
            lines.push(word);
        } else {
            lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
        }
    }
    return lines.join("\n");
}
