/**
 * Two descriptions of the same properties, brought to one form: a plugin's schema, and the type
 * declarations of the npm package that was generated from the official plugin's schema.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

export type Type =
    | { kind: "string" | "number" | "boolean" | "any" | "asset" | "archive" }
    | { kind: "enum"; values: string[] }
    | { kind: "array" | "map"; of: Type }
    | { kind: "object"; properties: TypedProperties };
export type TypedProperties = Record<string, { optional: boolean; type: Type }>;

/** Every difference, each with its path; none if there is none. */
export function differences(where: string, declared: TypedProperties, offered: TypedProperties): string[] {
    const names = [...new Set([...Object.keys(declared), ...Object.keys(offered)])].sort();
    return names.flatMap(name => {
        const at = `${where}.${name}`;
        const [npm, plugin] = [declared[name], offered[name]];
        if (!plugin) return [`${at}: the plugin does not have it`];
        if (!npm) return [`${at}: only the plugin has it`];
        const optional = (property: { optional: boolean }): string => (property.optional ? "optional" : "required");
        return [
            ...(npm.optional === plugin.optional ? [] : [`${at}: ${optional(npm)}, in the plugin ${optional(plugin)}`]),
            ...typeDifferences(at, npm.type, plugin.type),
        ];
    });
}

function typeDifferences(at: string, npm: Type, plugin: Type): string[] {
    if (npm.kind === "object" && plugin.kind === "object") return differences(at, npm.properties, plugin.properties);
    if ("of" in npm && "of" in plugin && npm.kind === plugin.kind) return typeDifferences(`${at}[]`, npm.of, plugin.of);
    const text = (type: Type): string => (type.kind === "enum" ? `enum ${type.values.join("|")}` : type.kind);
    return text(npm) === text(plugin) ? [] : [`${at}: ${text(npm)}, in the plugin ${text(plugin)}`];
}

// ---- A plugin's schema

export interface PropertySpec {
    $ref?: string;
    type?: string;
    items?: PropertySpec;
    additionalProperties?: PropertySpec;
}

export interface ObjectSpec {
    properties?: Record<string, PropertySpec>;
    required?: string[];
    enum?: { value: string }[];
    /** What is optional as an input but always there as an output. */
    language?: { nodejs?: { requiredOutputs?: string[] } };
}

type Direction = "inputs" | "outputs";

export interface Schema {
    name: string;
    version: string;
    types: Record<string, ObjectSpec>;
    provider: { inputProperties: Record<string, PropertySpec>; requiredInputs?: string[] };
    resources: Record<
        string,
        ObjectSpec & { inputProperties: Record<string, PropertySpec>; requiredInputs?: string[] }
    >;
    functions: Record<string, { inputs?: ObjectSpec; outputs: ObjectSpec }>;
}

export function fromSchema(
    schema: Schema,
    specs: Record<string, PropertySpec> = {},
    required: string[] = [],
    direction: Direction = "inputs",
): TypedProperties {
    return Object.fromEntries(
        Object.entries(specs).map(([name, spec]) => [
            name,
            { optional: !required.includes(name), type: schemaType(schema, spec, direction) },
        ]),
    );
}

function schemaType(schema: Schema, spec: PropertySpec, direction: Direction): Type {
    if (spec.$ref?.startsWith("pulumi.json#/")) {
        const kind = spec.$ref.slice("pulumi.json#/".length).toLowerCase();
        if (kind === "any" || kind === "asset" || kind === "archive") return { kind };
    } else if (spec.$ref?.startsWith("#/types/")) {
        const type = schema.types[decodeURIComponent(spec.$ref.slice("#/types/".length))];
        if (type.enum) return { kind: "enum", values: type.enum.map(({ value }) => value).sort() };
        const always = direction === "outputs" ? (type.language?.nodejs?.requiredOutputs ?? []) : [];
        const required = [...(type.required ?? []), ...always];
        return { kind: "object", properties: fromSchema(schema, type.properties, required, direction) };
    }
    switch (spec.type) {
        case "string":
        case "boolean":
            return { kind: spec.type };
        case "integer":
        case "number":
            return { kind: "number" };
        case "array":
            return { kind: "array", of: schemaType(schema, spec.items ?? {}, direction) };
        case "object":
            return { kind: "map", of: schemaType(schema, spec.additionalProperties ?? { type: "string" }, direction) };
    }
    throw new Error(`A schema type that this test does not know: ${JSON.stringify(spec)}`);
}

// ---- Type declarations

export class Declarations {
    private readonly sources = new Map<string, ts.SourceFile>();

    /** @param root the npm package's folder */
    constructor(private readonly root: string) {}

    /** The properties of an interface or a class, such as ContainerArgs in container.d.ts. */
    properties(file: string, name: string): TypedProperties {
        for (const statement of this.statements(file, [name])) {
            if (ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement))
                return this.members(statement.members);
        }
        throw new Error(`${file} declares no ${name}`);
    }

    /** What the compiled module registers: a resource's type, or the function that it calls. */
    token(file: string): string | undefined {
        const text = fs.readFileSync(path.join(this.root, `${file}.js`), "utf8");
        return (/__pulumiType = ['"]([^'"]+)/.exec(text) ?? /runtime\.invoke\("([^"]+)/.exec(text))?.[1];
    }

    /** The statements of a file that declare a name, maybe inside namespaces: ["remote", "Proxy"]. */
    private statements(file: string, names: string[]): ts.Statement[] {
        let source = this.sources.get(file);
        if (!source) {
            const text = fs.readFileSync(path.join(this.root, `${file}.d.ts`), "utf8");
            this.sources.set(file, (source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022)));
        }
        let statements: ts.Statement[] = [...source.statements];
        names.forEach((name, depth) => {
            statements = statements.filter(statement =>
                (statement as unknown as ts.NamedDeclaration).name !== undefined
                    ? text((statement as unknown as ts.NamedDeclaration).name) === name
                    : ts.isVariableStatement(statement) &&
                      text(statement.declarationList.declarations[0].name) === name,
            );
            if (depth === names.length - 1) return;
            statements = statements.flatMap(statement =>
                ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body)
                    ? [...statement.body.statements]
                    : [],
            );
        });
        return statements;
    }

    private members(members: readonly ts.Node[]): TypedProperties {
        const properties: TypedProperties = {};
        for (const member of members) {
            const isProperty = ts.isPropertySignature(member) || ts.isPropertyDeclaration(member);
            if (!isProperty || !member.type) continue;
            const { type, optional } = this.type(member.type);
            properties[text(member.name)] = { type, optional: optional || member.questionToken !== undefined };
        }
        return properties;
    }

    private type(node: ts.TypeNode): { type: Type; optional: boolean } {
        if (ts.isUnionTypeNode(node)) {
            const parts = node.types.filter(part => part.kind !== ts.SyntaxKind.UndefinedKeyword);
            const types = parts.map(part => this.type(part).type);
            const optional = parts.length < node.types.length;
            if (types.length === 1) return { type: types[0], optional };
            // An asset may be an archive: the schema has one word for both.
            if (types.every(type => type.kind === "asset" || type.kind === "archive"))
                return { type: { kind: "asset" }, optional };
        }
        if (ts.isArrayTypeNode(node)) return this.required({ kind: "array", of: this.type(node.elementType).type });
        if (ts.isTypeLiteralNode(node)) {
            const index = node.members.find(ts.isIndexSignatureDeclaration);
            if (index) return this.required({ kind: "map", of: this.type(index.type).type });
        }
        if (ts.isTypeReferenceNode(node)) return this.reference(node);
        switch (node.kind) {
            case ts.SyntaxKind.StringKeyword:
                return this.required({ kind: "string" });
            case ts.SyntaxKind.NumberKeyword:
                return this.required({ kind: "number" });
            case ts.SyntaxKind.BooleanKeyword:
                return this.required({ kind: "boolean" });
            case ts.SyntaxKind.AnyKeyword:
                return this.required({ kind: "any" });
        }
        throw new Error(`A declaration that this test does not know: ${ts.SyntaxKind[node.kind]}`);
    }

    private reference(node: ts.TypeReferenceNode): { type: Type; optional: boolean } {
        const [space, ...names] = text(node.typeName).split(".");
        const full = text(node.typeName);
        if (["pulumi.Input", "pulumi.Output"].includes(full)) return this.type(node.typeArguments![0]);
        if (full === "pulumi.asset.Asset") return this.required({ kind: "asset" });
        if (full === "pulumi.asset.Archive") return this.required({ kind: "archive" });
        if (space === "inputs" || space === "outputs") {
            const [declared] = this.statements(`types/${space.slice(0, -1)}`, names);
            return this.required({
                kind: "object",
                properties: this.members((declared as ts.InterfaceDeclaration).members),
            });
        }
        if (space === "enums") {
            const file = ["types/enums", ...names.slice(0, -1), "index"].join("/");
            const constant = this.statements(file, names.slice(-1)).find(ts.isVariableStatement);
            const members = (constant?.declarationList.declarations[0].type as ts.TypeLiteralNode).members;
            const values = members.map(
                member => ((member as ts.PropertySignature).type as ts.LiteralTypeNode).literal as ts.StringLiteral,
            );
            return this.required({ kind: "enum", values: values.map(({ text: value }) => value).sort() });
        }
        throw new Error(`A declaration that this test does not know: ${full}`);
    }

    private required(type: Type): { type: Type; optional: boolean } {
        return { type, optional: false };
    }
}

/** A name as it is written; the nodes have no parents to ask for their text. */
function text(node: ts.Node | undefined): string {
    if (!node) return "";
    if (ts.isQualifiedName(node)) return `${text(node.left)}.${text(node.right)}`;
    return ts.isIdentifier(node) || ts.isStringLiteral(node) ? node.text : "";
}
