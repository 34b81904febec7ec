/**
 * The JSON Schema of a stack file: what people may write, with what each key means, for editors and for
 * docs/reference.md. It is made of the zod schema, so that a new key is in it by itself. Pure.
 *
 * What a JSON Schema cannot know (names that are in the list, keys that exclude each other) stays with the check.
 */
import { z } from "zod";
import { writtenForm } from "../fields";
import { NAMESPACE } from "../raw/namespace";
import { config, OPEN_OR_SECRET, OPEN_WORDS, SECRET_KEYS } from "../schema";
import { isSharedKey } from "../secrets/schema";

/** One place of the schema, as far as this project's have something. */
export interface JsonSchema {
    type?: string;
    description?: string;
    default?: unknown;
    properties?: Record<string, JsonSchema>;
    required?: string[];
    additionalProperties?: boolean | JsonSchema;
    patternProperties?: Record<string, boolean | JsonSchema>;
    propertyNames?: JsonSchema;
    items?: JsonSchema;
    anyOf?: JsonSchema[];
    oneOf?: JsonSchema[];
    enum?: unknown[];
    const?: unknown;
    minimum?: number;
    maximum?: number;
    pattern?: string;
    patternErrorMessage?: string;
    errorMessage?: string;
    [keyword: string]: unknown;
}

/** The newest that every editor's language server reads. */
const TARGET = "draft-7";

/** What people write below `config:`, by key without its namespace. */
export interface ConfigKeys {
    keys: Record<string, JsonSchema>;
    /** Keys that have to be there. `npm run up` makes the root secret itself. */
    required: string[];
}

export function configKeys(): ConfigKeys {
    const { properties = {}, required = [] } = jsonSchema(config);
    const keys = Object.entries(properties).map(([key, schema]) => {
        const written = SECRET_KEYS.includes(key) ? secret(key, schema) : schema;
        return [key, withDefaults(maybeSecret(key, written))] as const;
    });
    return { keys: Object.fromEntries(keys), required: required.filter(key => !SECRET_KEYS.includes(key)) };
}

/** A whole stack file. */
export function stackFileSchema(): JsonSchema {
    const { keys, required } = configKeys();
    const named = (key: string) => `${NAMESPACE}:${key}`;
    const line = (description: string) => ({ type: "string", description });
    return {
        $schema: "http://json-schema.org/draft-07/schema#",
        $comment: "Made by `npm run schema` from components/config/.",
        type: "object",
        properties: {
            config: {
                type: "object",
                description: "the settings of this deployment",
                properties: Object.fromEntries(Object.entries(keys).map(([key, schema]) => [named(key), schema])),
                required: required.map(named),
                // Settings of other packages, such as docker:…, are theirs.
                patternProperties: { [`^(?!${NAMESPACE}:)[^:]+:.`]: {} },
                additionalProperties: false,
            },
            encryptionsalt: line("belongs to the passphrase that encrypts secrets; Pulumi writes it"),
            secretsprovider: line("what encrypts secrets instead of a passphrase; Pulumi writes it"),
            encryptedkey: line("belongs to secretsprovider; Pulumi writes it"),
            environment: { description: "environments of Pulumi ESC that this stack takes settings from" },
        },
        required: ["config"],
        additionalProperties: false,
    };
}

function jsonSchema(schema: z.ZodType): JsonSchema {
    const { $schema: _, ...made } = z.toJSONSchema(schema, {
        target: TARGET,
        io: "input",
        unrepresentable: "any",
        override: ({ zodSchema, jsonSchema: at }) => mend(zodSchema, at as JsonSchema),
    });
    return made as JsonSchema;
}

/** Says what zod does not: the form that people write, and the project's own words for a pattern. */
function mend(zodSchema: z.core.$ZodType, at: JsonSchema): void {
    const form = writtenForm(zodSchema);
    if (form !== undefined) {
        const { description = at.description, ...rest } = jsonSchema(form);
        Object.keys(at).forEach(keyword => Reflect.deleteProperty(at, keyword));
        Object.assign(at, rest, description === undefined ? {} : { description });
    }
    if (at.maximum === Number.MAX_SAFE_INTEGER) {
        delete at.maximum;
    }
    const patterns = patternsOf(zodSchema);
    if (patterns.some(({ pattern }) => pattern.ignoreCase)) {
        delete at.pattern; // A JSON Schema has no flags.
    }
    const words = at.pattern === undefined ? undefined : wordsOf(patterns.at(-1)?.error);
    if (words !== undefined && at.patternErrorMessage === undefined) {
        at.patternErrorMessage = words;
    }
}

type Words = (issue: object) => unknown;

function patternsOf({ _zod: { def } }: z.core.$ZodType): { pattern: RegExp; error?: Words }[] {
    return (def.checks ?? []).flatMap(({ _zod: { def: check } }) =>
        "pattern" in check && check.pattern instanceof RegExp
            ? [{ pattern: check.pattern, error: check.error as Words | undefined }]
            : [],
    );
}

/** A check's message, if it does not depend on what was written. */
function wordsOf(error: Words | undefined): string | undefined {
    const input = "what was written";
    const words = error?.({ code: "invalid_format", format: "regex", input, path: [] });
    return typeof words === "string" && !words.includes(input) ? words : undefined;
}

/** A value that Pulumi has encrypted. */
const secure = (errorMessage: string): JsonSchema => ({
    type: "object",
    properties: { secure: { type: "string", description: "the encrypted value" } },
    required: ["secure"],
    additionalProperties: false,
    errorMessage,
});

const mapOf = (value: JsonSchema): JsonSchema => ({ type: "object", additionalProperties: value });

/** Secrets stand encrypted in the file, whatever they are once they are opened. */
function secret(key: string, { description }: JsonSchema): JsonSchema {
    const place = isSharedKey(key) ? " OWNER NAME" : key === "registryPasswords" ? " ADDRESS" : "";
    const one = secure(`is encrypted: npm run secret -- STACK ${key}${place}`);
    const words = { description, "x-kind": "a secret" };
    if (key === "registryPasswords") {
        return { ...words, anyOf: [one, mapOf(one)] };
    }
    if (isSharedKey(key)) {
        return { ...words, anyOf: [one, mapOf({ anyOf: [one, mapOf(one), { type: "null" }] })] };
    }
    if (Object.hasOwn(OPEN_WORDS, key)) {
        return { ...words, anyOf: [{ type: "string", const: OPEN_WORDS[key] }, one] };
    }
    return { ...one, ...words };
}

function maybeSecret(key: string, schema: JsonSchema): JsonSchema {
    const { description, ...rest } = schema;
    return OPEN_OR_SECRET.includes(key) ? { description, anyOf: [rest, secure("is no encrypted value")] } : schema;
}

/** Descriptions name defaults that are short, and empty ones are not put into the file by an editor. */
function withDefaults(schema: JsonSchema): JsonSchema {
    const { default: standard, description, ...rest } = schema;
    const words = defaultWords(standard);
    const says = words === undefined || description === undefined || /default:/i.test(description);
    return {
        ...(description === undefined ? {} : { description: says ? description : `${description}. Default: ${words}` }),
        ...(words === undefined ? {} : { default: standard }),
        ...Object.fromEntries(Object.entries(rest).map(([keyword, value]) => [keyword, below(keyword, value)])),
    };
}

const MAPS = ["properties"];
const ONE = ["items", "additionalProperties"];
const MANY = ["anyOf", "oneOf"];

function below(keyword: string, value: unknown): unknown {
    if (MAPS.includes(keyword)) {
        return Object.fromEntries(
            Object.entries(value as Record<string, JsonSchema>).map(([key, inner]) => [key, withDefaults(inner)]),
        );
    }
    if (MANY.includes(keyword)) {
        return (value as JsonSchema[]).map(withDefaults);
    }
    return ONE.includes(keyword) && typeof value === "object" ? withDefaults(value as JsonSchema) : value;
}

/** A default as it is written in YAML; undefined where it is nothing, or a whole section. */
export function defaultWords(standard: unknown): string | undefined {
    if (Array.isArray(standard)) {
        return standard.length === 0 ? undefined : `[${standard.join(", ")}]`;
    }
    if (standard === undefined || typeof standard === "object") {
        return undefined;
    }
    return typeof standard === "string" && /^\d+$/.test(standard) ? JSON.stringify(standard) : String(standard);
}
