/** Stack configs for unit tests, read as the program reads them. */
import {
    ConfigError,
    decodeConfig,
    readSettings,
    type Lookups,
    type Settings,
} from "../../../components/config/settings";
import { parseAsPulumi } from "../../../scripts/files/pulumiYaml";

export const ROOT_SECRET = { "jupyterhub:rootSecret": "r".repeat(64) };
/** Keys that are encrypted. */
export const SECRET: ReadonlySet<string> = new Set(["jupyterhub:rootSecret"]);

/** The config of a stack file as Pulumi hands it to a program. */
function asPulumi(yaml: string): Record<string, string> {
    const values = parseAsPulumi(yaml).toJS() as Record<string, unknown>;
    return Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
            key,
            typeof value === "object" ? JSON.stringify(value) : String(value),
        ]),
    );
}

/** @param yaml what stands below `config:` */
export function readYaml(yaml: string, secretKeys = SECRET): Settings {
    return readSettings("test", decodeConfig({ ...ROOT_SECRET, ...asPulumi(yaml) }), secretKeys);
}

/** @param config keys without their namespace */
export function read(config: Record<string, unknown>, lookups?: Lookups, secretKeys = SECRET): Settings {
    const own = Object.entries(config).map(([key, value]) => [`jupyterhub:${key}`, value] as const);
    return readSettings("test", { ...ROOT_SECRET, ...Object.fromEntries(own) }, secretKeys, lookups);
}

/** What a config is refused for, as `path: message`. */
export function pathsAndProblems(action: () => unknown): string[] {
    try {
        action();
    } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        return (error as ConfigError).problems.map(({ path, message }) => `${path}: ${message}`);
    }
    throw new Error("was accepted");
}

/** The same as people read it, without the indentation. */
export function problemsOf(action: () => unknown): string[] {
    try {
        action();
    } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        const [head, ...lines] = (error as Error).message.split("\n");
        expect(head).toBe(
            `The configuration of stack "test" has ` +
                `${lines.length === 1 ? "1 problem" : `${lines.length} problems`}; nothing was changed.`,
        );
        return lines.map(line => line.replace(/^ {2}/, ""));
    }
    throw new Error("was accepted");
}
