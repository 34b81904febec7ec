/** Open keys of a stack file, put in and taken out as text, so that comments and blank lines stay. */
import * as fs from "node:fs";
import { NAMESPACE } from "../../components/config";
import { UserError } from "../../components/errors";
import { stackFile } from "./paths";
import { parseAsPulumi } from "./pulumiYaml";
import { writeWhole } from "./wholeFile";

/** Puts a key with a short text into a stack file, or gives it another value. */
export function putKey(stack: string, key: string, value: string): void {
    const file = stackFile(stack);
    const text = withKey(fs.readFileSync(file, "utf8"), key, value);
    if (text === undefined) {
        throw new UserError(
            `Put this below \`config:\` of stacks/Pulumi.${stack}.yaml and run this again:\n  ${NAMESPACE}:${key}: ` +
                value,
        );
    }
    writeWhole(file, text, fs.statSync(file).mode & 0o777);
}

/** The text with the key; undefined where it cannot be put there safely. Pure. */
export function withKey(before: string, key: string, value: string): string | undefined {
    const line = `${NAMESPACE}:${key}: ${JSON.stringify(value)}`;
    const bare = withoutKey(before, key);
    const indent = /^config:[^\n]*\n(?:[ \t]*(?:#.*)?\n)*( +)\S/m.exec(bare)?.[1] ?? "  ";
    const text = bare.replace(/^config:[^\S\n]*(?:#.*)?\n/m, head => `${head}${indent}${line}\n`);
    return configOf(text)?.[`${NAMESPACE}:${key}`] === value ? text : undefined;
}

/** The text without the key. Pure. */
export function withoutKey(text: string, key: string): string {
    return text.replace(new RegExp(`^ +["']?${NAMESPACE}:${key}["']?:.*\\n`, "m"), "");
}

function configOf(text: string): Record<string, unknown> | undefined {
    const document = parseAsPulumi(text);
    const content = (document.errors.length > 0 ? {} : document.toJS()) as { config?: Record<string, unknown> } | null;
    return content?.config;
}
