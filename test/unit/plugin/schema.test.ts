/** The component package's schema has what the contract has, in Pulumi's words. */
import { configKeys, LATE_KEYS } from "../../../components/config";
import { packageSchema, TOKEN } from "../../../plugin/schema";

interface Spec {
    type?: string;
    $ref?: string;
    items?: Spec;
    additionalProperties?: Spec;
    oneOf?: Spec[];
    plain?: boolean;
    secret?: boolean;
    description?: string;
}
interface Schema {
    version: string;
    types: Record<string, { properties: Record<string, Spec>; required?: string[] }>;
    resources: Record<string, { inputProperties: Record<string, Spec>; requiredInputs: string[] }>;
}

const schema = packageSchema("1.2.3") as unknown as Schema;
const { inputProperties: inputs, requiredInputs } = schema.resources[TOKEN];
const user = schema.types["jupyterhub:docker:User"];

/** All specs of the schema. */
function specs(): Spec[] {
    const inside = (spec: Spec): Spec[] => [
        spec,
        ...[spec.items ?? [], spec.additionalProperties ?? [], spec.oneOf ?? []].flat().flatMap(inside),
    ];
    const objects = Object.values(schema.types).flatMap(({ properties }) => Object.values(properties));
    return [...Object.values(inputs), ...objects].flatMap(inside);
}

it("each key of a stack file is an input, and what a program may say besides", () => {
    expect(Object.keys(inputs).sort()).toEqual([...Object.keys(configKeys().keys), "instance", "stack"].sort());
    expect([requiredInputs, schema.version]).toEqual([["users", "rootSecret"], "1.2.3"]);
});

it("secrets are inputs that another resource may give; all else is plain", () => {
    const secret = Object.keys(inputs).filter(key => inputs[key].secret);
    expect(secret.sort()).toEqual([...LATE_KEYS].sort());
    expect(Object.keys(inputs).filter(key => inputs[key].plain !== true && !inputs[key].secret)).toEqual([]);
    expect(inputs.rootSecret.type).toBe("string");
    expect(inputs.secretEnv.additionalProperties).toEqual({ type: "object", additionalProperties: { type: "string" } });
});

it("a person is a name or an object with all that a person may have", () => {
    expect(inputs.users).toMatchObject({
        type: "array",
        items: { oneOf: [{ type: "string" }, { $ref: "#/types/jupyterhub:docker:User" }] },
    });
    expect(user.required).toEqual(["name"]);
    expect(user.properties.admin).toMatchObject({ type: "boolean" });
    expect(user.properties.gpus).toMatchObject({ oneOf: [{ type: "integer" }, { type: "array" }] });
    expect(user.properties.memory.description).toMatch(/memory|limit/i);
});

it("variants are one object: of a type of log-in that not every type has is not required", () => {
    const { properties, required } = schema.types["jupyterhub:docker:Authentication"];
    expect(required).toEqual(["type"]);
    expect(properties.type).toMatchObject({ type: "string" });
    expect(Object.keys(properties).length).toBeGreaterThan(8);
});

it("every type that is named is there, and every one that is there is named", () => {
    const named = new Set(specs().flatMap(({ $ref }) => $ref ?? []));
    named.delete("pulumi.json#/Any");
    expect([...named].sort()).toEqual(
        Object.keys(schema.types)
            .map(token => `#/types/${token}`)
            .sort(),
    );
});

it("nothing is left without a type", () => {
    expect(specs().filter(({ type, $ref, oneOf }) => (type ?? $ref ?? oneOf) === undefined)).toEqual([]);
});
