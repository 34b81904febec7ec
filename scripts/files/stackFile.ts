/** The stack files in stacks/: lists and reads them, and checks them before anything is started. */
import * as fs from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { planHomes } from "../../components/user";
import { checkPython, hostAccounts, readPages } from "../../components/host";
import { planImages } from "../../components/image";
import {
    ConfigError,
    didYouMean,
    ENCRYPTED,
    inFileOrder,
    type Lookups,
    NAMESPACE,
    normaliseName,
    ownKeys,
    type Person,
    type Problem,
    printable,
    readSettings,
    SECRET_KEYS,
    type Settings,
} from "../../components/config";
import { UserError } from "../../components/errors";
import { ROOT, stackFile } from "./paths";
import { parseAsPulumi, writtenScalars, type Written } from "./pulumiYaml";
import { asWritten } from "./writtenProblems";

/** Names of the stacks that have a file. */
export function listStacks(): string[] {
    return fs
        .readdirSync(path.join(ROOT, "stacks"))
        .flatMap(file => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
        .sort();
}

export interface StackFile {
    /** Keys with their namespace; encrypted values as `{secure: …}`. */
    config: Record<string, unknown>;
    /** Whether Pulumi's passphrase encryption has been set up in it. */
    hasSalt: boolean;
    /** Lines above `config:` that are needed to decrypt values. Undefined is the same as none. */
    encryption?: Record<string, string>;
    /** Another secrets provider than the passphrase, such as a cloud's key service. */
    secretsProvider?: string;
    /**
     * Plain scalars that Pulumi does not read as text.
     * @default none
     */
    scalars?: readonly Written[];
}

/** Lines of Pulumi's: the passphrase's salt; another provider and the key that it encrypted. */
const ENCRYPTION = ["encryptionsalt", "secretsprovider", "encryptedkey"];

/** @throws UserError when there is no such file, or it is no YAML */
export function readStackFile(stack: string): StackFile {
    const file = stackFile(stack);
    if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack) || !fs.existsSync(file)) {
        const names = listStacks();
        throw new UserError(
            `There is no stacks/Pulumi.${stack}.yaml${didYouMean(stack, names) || "."}\nStacks here: ` +
                `${names.join(", ")}.`,
        );
    }
    return parseStackFile(stack, fs.readFileSync(file, "utf8"));
}

/** @throws UserError when the text is no stack file */
export function parseStackFile(stack: string, text: string): StackFile {
    const unreadable = (why: string) => new UserError(`stacks/Pulumi.${stack}.yaml cannot be read: ${why}`);
    const document = parseAsPulumi(text);
    if (document.errors.length > 0) {
        const [{ message }] = document.errors;
        throw unreadable(/^Maximum call stack/.test(message) ? TOO_DEEP : printable(message.trimEnd(), "\n"));
    }
    const content = contentOf(document, unreadable);
    if (!isMapping(content) || !isMapping(content.config ?? {})) {
        throw unreadable("it needs `config:` and below it, indented, keys such as `jupyterhub:users:`.");
    }
    const encryption = ENCRYPTION.flatMap(key => (typeof content[key] === "string" ? [[key, content[key]]] : [])) as [
        string,
        string,
    ][];
    return {
        config: content.config ?? {},
        encryption: Object.fromEntries(encryption),
        hasSalt: typeof content.encryptionsalt === "string",
        scalars: writtenScalars(document),
        ...(typeof content.secretsprovider === "string" && content.secretsprovider !== "passphrase"
            ? { secretsProvider: content.secretsprovider }
            : {}),
    };
}

/** Nobody nests deeper, and what holds itself (`&a [*a]`) nests without end. */
const DEEPEST = 50;
const TOO_DEEP = `it is nested more than ${DEEPEST} levels deep.`;

/** The file's content. Aliases are resolved only here, so this may fail where parsing did not. */
function contentOf(
    document: ReturnType<typeof parseAsPulumi>,
    unreadable: (why: string) => UserError,
): { config?: Record<string, unknown>; [key: string]: unknown } {
    let content: unknown;
    try {
        content = document.toJS() ?? {};
    } catch (error) {
        throw unreadable(printable((error as Error).message));
    }
    if (isDeeper(content, DEEPEST)) {
        throw unreadable(TOO_DEEP);
    }
    return content as { [key: string]: unknown };
}

function isDeeper(value: unknown, levels: number): boolean {
    return (
        typeof value === "object" &&
        value !== null &&
        (levels === 0 || Object.values(value).some(item => isDeeper(item, levels - 1)))
    );
}

export const ROOT_SECRET_KEY = `${NAMESPACE}:rootSecret`;

/** Whether the stack has been deployed once, here or elsewhere: a first `up` makes its root secret. */
export function hasRootSecret(file: StackFile): boolean {
    return file.config[ROOT_SECRET_KEY] !== undefined;
}

/**
 * Checks a stack file as the program will, in a second and before anything is installed or started.
 * @param lookups looks up on the machine what the config leaves out
 * @throws ConfigError naming every problem
 */
export function checkStackFile(
    stack: string,
    file: StackFile,
    lookups: Lookups = { accounts: hostAccounts },
): Settings {
    const isEncrypted = (key: string) =>
        (SECRET_KEYS.some(name => key === `${NAMESPACE}:${name}`) ? isAllSecure : hasSecure)(file.config[key]);
    const encrypted = Object.keys(file.config).filter(isEncrypted);
    // `up` makes a missing root secret itself, so its absence is no mistake.
    const secret = new Set([ROOT_SECRET_KEY, ...encrypted].filter(key => !(key === ROOT_SECRET_KEY && isOpen(file))));
    const all = { [ROOT_SECRET_KEY]: ENCRYPTED, ...readableConfig(file) };
    const settings = asFileSays(stack, file, () => readSettings(stack, all, secret, lookups));
    planImages(settings);
    planHomes(settings);
    readPages(settings);
    checkPython(settings.hub.extraConfig);
    return settings;
}

/** @throws ConfigError that also names values which Pulumi would change, and quotes them as the file has them */
function asFileSays(stack: string, { config, scalars = [] }: StackFile, read: () => Settings): Settings {
    let settings: Settings | undefined;
    let found: readonly Problem[] = [];
    try {
        settings = read();
    } catch (error) {
        if (!(error instanceof ConfigError)) {
            throw error;
        }
        found = error.problems;
    }
    const problems = asWritten(scalars, found);
    if (settings === undefined || problems.length > 0) {
        throw new ConfigError(stack, inFileOrder(problems, ownKeys(config).raw));
    }
    return settings;
}

/** A person of a stack, by the name as it was typed. @throws UserError when nobody has it */
export function personOf({ stack, people }: Settings, given: string): Person {
    const name = normaliseName(given);
    const person = people.find(one => one.name === name);
    if (person === undefined) {
        throw new UserError(
            `"${given}" is not in stacks/Pulumi.${stack}.yaml${
                didYouMean(
                    name,
                    people.map(one => one.name),
                ) || "."
            }`,
        );
    }
    return person;
}

/** The config, keys with their namespace, with `ENCRYPTED` in the place of encrypted values. */
export function readableConfig({ config }: StackFile): Record<string, unknown> {
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, withoutSecure(value)]));
}

function withoutSecure(value: unknown): unknown {
    if (isSecure(value)) {
        return ENCRYPTED;
    }
    if (Array.isArray(value)) {
        return value.map(withoutSecure);
    }
    return isMapping(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecure(item)]))
        : value;
}

function isMapping(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOpen(file: StackFile): boolean {
    return hasRootSecret(file) && !isSecure(file.config[ROOT_SECRET_KEY]);
}

/** Whether it is an encrypted value. */
export function isSecure(value: unknown): boolean {
    return isMapping(value) && Object.keys(value).length === 1 && "secure" in value;
}

/** A secret with several values, such as registry passwords, counts as encrypted if all of them are. */
function isAllSecure(value: unknown): boolean {
    return isSecure(value) || (isMapping(value) && Object.values(value).every(isAllSecure));
}

/** Whether something in it is encrypted. */
export function hasSecure(value: unknown): boolean {
    return isSecure(value) || (typeof value === "object" && value !== null && Object.values(value).some(hasSecure));
}

/**
 * Pulumi rewrites a stack file when it adds a line, and drops blank lines. This puts what it added (a salt, secrets)
 * into the text as people wrote it, so that their next diff shows only these lines.
 */
export async function keepingLayout(file: string, change: () => Promise<void>): Promise<void> {
    const before = fs.readFileSync(file, "utf8");
    await change();
    const after = fs.readFileSync(file, "utf8");
    if (after === before) {
        return;
    }
    const merged = addLines(before, after);
    // Only if it means the same; else Pulumi's own text stays.
    if (merged !== undefined && meansTheSame(merged, after)) {
        fs.writeFileSync(file, merged);
    }
}

/** Of two keys of one name the last counts, so what is no YAML can look the same. */
function meansTheSame(one: string, other: string): boolean {
    const document = parseAsPulumi(one);
    return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), parseAsPulumi(other).toJS());
}

function addLines(before: string, after: string): string | undefined {
    const salt = /^encryptionsalt: .*\n/m.exec(after)?.[0] ?? "";
    const config = /^config:.*\n(?:(?: .*|#.*|)(?:\n|$))*/m.exec(before)?.[0];
    if (config === undefined) {
        return undefined;
    }
    const indent = /\n( +)\S+:/.exec(config)?.[1] ?? "  ";
    let body = `${config.trimEnd()}\n`;
    let added = "";
    // Pulumi's text is indented by two. Takes each key with all below it, if that contains a secret.
    for (const [block, key, below] of after.matchAll(/^ {2}(\S+):\n((?: {4,}.*\n)+)/gm)) {
        if (!/ secure: /.test(block)) {
            continue;
        }
        const lines = `${indent}${key}:\n${below.replace(/^ +/gm, spaces => indent.repeat(spaces.length / 2))}`;
        // What was open before, such as `jupyterhub:database: sqlite`, is replaced too.
        const there = new RegExp(`^${indent}${key}:(?: .*)?\\n(?:${indent} +.*\\n)*`, "m");
        if (there.test(body)) {
            body = body.replace(there, () => lines);
        } else {
            added += lines;
        }
    }
    const text = before.replace(config, () => `${body}${added === "" ? "" : `\n${added}`}`);
    return /^encryptionsalt: /m.test(before) ? text : salt + text;
}
