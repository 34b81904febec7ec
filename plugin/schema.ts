/**
 * The schema of the component package, made of the contract of the stack config: the same keys with the same words. Not
 * the analyzer of Pulumi's SDK: it knows no union such as `ada` or `{name: ada}`, and the types here are zod's. Pure.
 */
import { configKeys, LATE_KEYS, type JsonSchema } from "../components/config";

/** The component's type, the same as in a TypeScript program: one stack may change its language. */
export const TOKEN = "jupyterhub:docker:JupyterHub";

/** A type in Pulumi's schema, as far as this has something. */
export interface TypeSpec {
    type?: string;
    $ref?: string;
    items?: TypeSpec;
    additionalProperties?: TypeSpec;
    oneOf?: TypeSpec[];
    plain?: boolean;
}

interface PropertySpec extends TypeSpec {
    description?: string;
    secret?: boolean;
}

interface ObjectSpec {
    type: "object";
    description?: string;
    properties: Record<string, PropertySpec>;
    required?: string[];
}

const ANY: TypeSpec = { $ref: "pulumi.json#/Any" };
const TEXT: TypeSpec = { type: "string" };
const mapOf = (additionalProperties: TypeSpec): TypeSpec => ({ type: "object", additionalProperties });
const MAPS: Record<string, TypeSpec> = {
    registryPasswords: mapOf(TEXT),
    secretEnv: mapOf(mapOf(TEXT)),
    secretFiles: mapOf(mapOf(TEXT)),
};

/** What people call one of a list or map. */
const ONE_OF: Record<string, string> = { users: "user", groups: "group", profiles: "profile", services: "service" };

/** Puts types of objects into `types`, by their names. */
class Types {
    readonly types: Record<string, ObjectSpec> = {};

    /** @param place keys on the way to it */
    of(schema: JsonSchema, place: readonly string[]): TypeSpec {
        const variants = [schema.anyOf ?? schema.oneOf ?? [schema]].flat().filter(({ type }) => type !== "null");
        const objects = variants.filter(({ properties }) => properties !== undefined);
        const others = variants
            .filter(({ properties }) => properties === undefined)
            .map(one => this.simple(one, place));
        const specs = [...others, ...(objects.length === 0 ? [] : [this.object(objects, schema.description, place)])];
        return specs.length === 1 ? specs[0] : { oneOf: specs };
    }

    private simple({ type, items, additionalProperties }: JsonSchema, place: readonly string[]): TypeSpec {
        switch (type) {
            case "string":
            case "boolean":
            case "integer":
            case "number":
                return { type };
            case "array":
                return { type, items: items === undefined ? ANY : this.of(items, place) };
            case "object":
                return mapOf(typeof additionalProperties === "object" ? this.of(additionalProperties, place) : ANY);
            default:
                return ANY;
        }
    }

    /** One type for all variants, such as the types of log-in: of a key that only some have the check says where. */
    private object(
        variants: readonly JsonSchema[],
        description: string | undefined,
        place: readonly string[],
    ): TypeSpec {
        const names = [...new Set(variants.flatMap(({ properties = {} }) => Object.keys(properties)))];
        const needed = names.filter(name => variants.every(({ required = [] }) => required.includes(name)));
        const properties = names.map((name): [string, PropertySpec] => {
            const found = variants.flatMap(({ properties }): JsonSchema[] => [properties?.[name] ?? []].flat());
            const words = found.find(one => one.description !== undefined)?.description;
            const specs = found.map(one => this.of(one, [...place, name]));
            const type = specs.find(({ type }) => type !== "string") ?? specs[0];
            return [name, { ...type, ...(words === undefined ? {} : { description: words }) }];
        });
        const token = `jupyterhub:docker:${place.map(pascal).join("")}`;
        this.types[token] = {
            type: "object",
            ...(description === undefined ? {} : { description }),
            properties: Object.fromEntries(properties),
            ...(needed.length === 0 ? {} : { required: needed }),
        };
        return { $ref: `#/types/${token}` };
    }
}

function pascal(key: string): string {
    const one = ONE_OF[key] ?? key;
    return one[0].toUpperCase() + one.slice(1);
}

const OPTIONS: Record<string, PropertySpec> = {
    stack: {
        type: "string",
        plain: true,
        description: "what the names of all Docker objects begin with. Default: the name of Pulumi's stack",
    },
    instance: {
        type: "string",
        plain: true,
        description: "eight of a-z and 2-7, a part of every name; needed only where previews do not know rootSecret",
    },
};

const OUTPUTS: Record<string, PropertySpec> = {
    url: { ...TEXT, description: "where people open it" },
    users: { ...mapOf(ANY), description: "person → container, kind, home, image, admin, lifecycle" },
    passwords: { ...mapOf(TEXT), secret: true, description: "person → password, or the invitation to choose one" },
    adminToken: { ...TEXT, secret: true, description: "for the hub's REST API, with an admin's rights" },
    services: { ...mapOf(TEXT), secret: true, description: "service of hub.services → its token" },
    caCertificate: {
        ...TEXT,
        description: "certificate (PEM) of the hub's own authority, with https: {mode: internal}",
    },
    containers: { ...mapOf(TEXT), description: "infrastructure → name of its container" },
    deferred: { type: "array", items: TEXT, description: "people whose running container keeps its old definition" },
    dockerHost: { ...TEXT, description: "the Docker host it is on" },
};

/** The whole, as `pulumi package get-schema` shows it. */
export function packageSchema(version: string): Record<string, unknown> {
    const { keys, required } = configKeys();
    const types = new Types();
    const inputs = Object.entries(keys).map(([key, schema]): [string, PropertySpec] => {
        const { description } = schema;
        const words = description === undefined ? {} : { description };
        return LATE_KEYS.some(late => late === key)
            ? [key, { ...(MAPS[key] ?? TEXT), ...words, secret: true }]
            : [key, { ...types.of(schema, [key]), ...words, plain: true }];
    });
    return {
        name: "jupyterhub",
        version,
        displayName: "JupyterHub on Docker",
        description: "JupyterHub on one Docker host, declared: docs/program.md",
        license: "BSD-3-Clause",
        meta: { supportPack: true },
        types: types.types,
        resources: {
            [TOKEN]: {
                isComponent: true,
                description: "A JupyterHub on one Docker host: its parts, and the people of a list.",
                inputProperties: { ...OPTIONS, ...Object.fromEntries(inputs) },
                requiredInputs: [...required, "rootSecret"],
                properties: OUTPUTS,
                required: ["url", "users", "passwords", "adminToken", "containers", "deferred", "dockerHost"],
            },
        },
        language: { python: { pyproject: { enabled: true } }, nodejs: { respectSchemaVersion: true } },
    };
}
