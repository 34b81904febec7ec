/** What the plugins offer, and what the npm packages ask for. */
import * as fs from "node:fs";
import * as path from "node:path";
import { KEPT_VARIABLES, variablesOfDocker } from "../../../components/docker/dockerVariables";
import { CHECKOUT } from "../../support/checkout";
import { Declarations, differences, fromSchema, Schema } from "../../support/deploy/engineTypes";
import type { EngineHere } from "./lab";

type Offered = [plugin: "docker" | "command", file: string, title: string];

/** Of a resource or a function: its inputs, or its outputs. */
type SchemaSide = Parameters<typeof fromSchema> extends [Schema, ...infer Side] ? Side : never;

export function schemas(lab: EngineHere): void {
    describe("the plugins' schemas and the installed npm packages", () => {
        const schemas = new Map<string, Schema>();
        const schemaOf = (name: "docker" | "command"): Schema => {
            if (!schemas.has(name)) {
                const folder = fs
                    .readdirSync(lab.engine.plugins)
                    .find(entry => entry.startsWith(`resource-${name}-v`))!;
                const binary = path.join(lab.engine.plugins, folder, `pulumi-resource-${name}`);
                schemas.set(name, JSON.parse(lab.succeed(["package", "get-schema", binary])) as Schema);
            }
            return schemas.get(name)!;
        };
        const declarationsOf = (name: string): Declarations =>
            new Declarations(path.join(CHECKOUT, "node_modules/@pulumi", name));

        const resources: Offered[] = [
            ["docker", "container", "Container"],
            ["docker", "network", "Network"],
            ["docker", "plugin", "Plugin"],
            ["docker", "registryImage", "RegistryImage"],
            ["docker", "remoteImage", "RemoteImage"],
            ["docker", "secret", "Secret"],
            ["docker", "service", "Service"],
            ["docker", "serviceConfig", "ServiceConfig"],
            ["docker", "tag", "Tag"],
            ["docker", "volume", "Volume"],
            ["command", "local/command", "Command"],
        ];
        const functions: Offered[] = [
            ["docker", "getLogs", "GetLogs"],
            ["docker", "getNetwork", "GetNetwork"],
            ["docker", "getPlugin", "GetPlugin"],
            ["docker", "getRegistryImage", "GetRegistryImage"],
            ["docker", "getRegistryImageManifests", "GetRegistryImageManifests"],
            ["docker", "getRemoteImage", "GetRemoteImage"],
            ["command", "local/run", "Run"],
        ];

        /**
         * What differs in these, or is not in the plugin.
         * @param sides of one: what follows the title in the package's name of it, and what the plugin says of it
         */
        const compared = <T>(
            all: readonly Offered[],
            offered: (schema: Schema) => Record<string, T>,
            sides: (one: T) => [suffix: string, ...SchemaSide][],
        ): string[] =>
            all.flatMap(([name, file, title]) => {
                const [schema, declarations] = [schemaOf(name), declarationsOf(name)];
                const token = declarations.token(file);
                const one = offered(schema)[token ?? ""];
                if (one === undefined) {
                    return [`${name}.${title}: the plugin has no ${token}`];
                }
                return sides(one).flatMap(([suffix, ...side]) =>
                    differences(
                        `${name}.${title}${suffix}`,
                        declarations.properties(file, `${title}${suffix}`),
                        fromSchema(schema, ...side),
                    ),
                );
            });

        it("do not differ", () => {
            const found: string[] = [];

            const provider = schemaOf("docker").provider;
            found.push(
                ...differences(
                    "docker.ProviderArgs",
                    declarationsOf("docker").properties("provider", "ProviderArgs"),
                    fromSchema(schemaOf("docker"), provider.inputProperties, provider.requiredInputs),
                ),
            );

            found.push(
                ...compared(
                    resources,
                    schema => schema.resources,
                    one => [
                        ["Args", one.inputProperties, one.requiredInputs],
                        ["", one.properties, one.required, "outputs"],
                    ],
                ),
                ...compared(
                    functions,
                    schema => schema.functions,
                    one => [
                        ["Args", one.inputs?.properties, one.inputs?.required],
                        ["Result", one.outputs.properties, one.outputs.required, "outputs"],
                    ],
                ),
            );
            expect(found).toEqual([]);
        });

        it("are held together here for all that the program uses", () => {
            const files = (folder: string): string[] =>
                fs
                    .readdirSync(path.join(CHECKOUT, folder), { withFileTypes: true })
                    .flatMap(entry =>
                        entry.isDirectory()
                            ? files(`${folder}/${entry.name}`)
                            : entry.name.endsWith(".ts")
                              ? [`${folder}/${entry.name}`]
                              : [],
                    );
            const program = ["index.ts", ...files("components")]
                .map(file => fs.readFileSync(path.join(CHECKOUT, file), "utf8"))
                .join("\n");
            const used = [
                ...[...program.matchAll(/\bnew (?:docker|local|command\.local)\.(\w+)/g)].map(match => match[1]),
                ...[...program.matchAll(/\bdocker\.get(\w+?)(?:Output)?\(/g)].map(match => `Get${match[1]}`),
            ];
            expect(used).toContain("Container");
            const compared = ["Provider", ...[...resources, ...functions].map(([, , title]) => title)];
            expect([...new Set(used)].filter(name => !compared.includes(name))).toEqual([]);
        });

        it("take nothing else of Docker from the environment than what is kept from them, or what is theirs", () => {
            const read =
                JSON.stringify(schemaOf("docker").provider)
                    .match(/"environment":\[[^\]]*\]/g)
                    ?.join(" ")
                    .match(/[A-Z_]{3,}/g) ?? [];
            expect(read).toContain("DOCKER_HOST");
            const known = [...variablesOfDocker(Object.fromEntries(read.map(name => [name, "x"]))), ...KEPT_VARIABLES];
            expect(read.filter(name => !known.includes(name))).toEqual([]);
        });

        it("would show a difference", () => {
            const declared = declarationsOf("docker").properties("remoteImage", "RemoteImageArgs");
            const schema = schemaOf("docker");
            const { inputProperties, requiredInputs } = schema.resources["docker:index/remoteImage:RemoteImage"];
            const { name, triggers, ...rest } = inputProperties;
            const changed = {
                ...rest,
                name: { type: "integer" },
                images: triggers,
                platform: { type: "array", items: name },
            };
            expect(differences("it", declared, fromSchema(schema, changed, ["platform", ...requiredInputs!]))).toEqual([
                "it.images: only the plugin has it",
                "it.name: string, in the plugin number",
                "it.platform: optional, in the plugin required",
                "it.platform: string, in the plugin array",
                "it.triggers: the plugin does not have it",
            ]);
        });
    });
}
