/** Runs the pinned pulumi on one stack of this checkout. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { instanceId, type StackNames, stackNames } from "../../components/docker";
import { NAMESPACE } from "../../components/config";
import { UserError } from "../../components/errors";
import { ROOT, stackFile } from "../files/paths";
import { stateFile } from "./backend";
import { capture } from "../terminal/process";
import { isUnrecorded, refuseLostSecret, writeRecord } from "./record";
import { hasRootSecret, hasSecure, keepingLayout, readStackFile, ROOT_SECRET_KEY } from "../files/stackFile";

/** One stack, and the environment pulumi needs for it. */
export interface Stack {
    name: string;
    env: NodeJS.ProcessEnv;
}

/** Runs pulumi and returns what it prints. @throws UserError with its message */
export async function pulumi(stack: Stack, args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await capture("pulumi", [...args, "--non-interactive"], {
        env: stack.env,
        cwd: ROOT,
        input,
    });
    if (code !== 0) {
        throw new UserError(await explain(stack, stderr.trim() || stdout.trim()));
    }
    return stdout;
}

/** Pulumi's message, with a remedy where it names none. */
async function explain(stack: Stack, message: string): Promise<string> {
    if (/incorrect passphrase/.test(message)) {
        return (
            `${message}\nThe stack's secrets were encrypted with another passphrase than the one in use. Set ` +
            "PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to it."
        );
    }
    return /could not decrypt configuration values/.test(message) ? ((await damaged(stack)) ?? message) : message;
}

/** Pulumi says of its values together only that one cannot be decrypted, and of a single one which that is. */
async function damaged({ name, env }: Stack): Promise<string | undefined> {
    const keys = Object.entries(readStackFile(name).config).flatMap(([key, value]) => (hasSecure(value) ? [key] : []));
    const found: string[] = [];
    for (const key of keys) {
        const { code, stderr } = await capture("pulumi", ["config", "get", key, "--stack", name, "--non-interactive"], {
            env,
            cwd: ROOT,
        });
        if (code !== 0) {
            found.push([key, /configuration value: (\S+):/.exec(stderr)?.[1] ?? []].flat().join("."));
        }
    }
    return found.length === 0
        ? undefined
        : `stacks/Pulumi.${name}.yaml: ${found.join(", ")} cannot be decrypted. What is there was changed, or comes from ` +
              "another stack's file. Put it back, or set it again (npm run secret).";
}

/**
 * Selects the stack, made if it is new, and gives it a root secret if it never had one.
 * @throws UserError when it had one and the file has lost it: a new one would mean new, empty homes
 */
export async function ensureStack(stack: Stack): Promise<void> {
    refuseLostSecret(stack.name);
    await keepingLayout(stackFile(stack.name), async () => {
        if (!isSelected(stack)) {
            await pulumi(stack, ["stack", "select", stack.name, "--create"]);
        }
        // Read now and not earlier: a second `up` at the same time may have made one meanwhile.
        if (!hasRootSecret(readStackFile(stack.name))) {
            // By standard input: an argument could be read in the list of processes.
            await pulumi(
                stack,
                ["config", "set", "--secret", ROOT_SECRET_KEY, "--stack", stack.name],
                randomBytes(32).toString("hex"),
            );
        }
    });
    if (isUnrecorded(stack.name)) {
        await namesOf(stack); // Only a secret that can be decrypted replaces the recorded one.
        writeRecord(stack.name);
    }
}

/**
 * Whether a local backend has the stack, and people's own pulumi commands mean it already. To have Pulumi find that out
 * takes a third of a second.
 */
export function isSelected({ name, env }: Stack): boolean {
    const folder = path.join(env.PULUMI_HOME ?? "", "workspaces");
    if (stateFile(env, name) === undefined || !fs.existsSync(folder)) {
        return false;
    }
    const files = fs.readdirSync(folder).filter(file => file.endsWith("-workspace.json"));
    return files.some(file => {
        try {
            const { stacks = {} } = JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")) as {
                stacks?: Record<string, unknown>;
            };
            return stacks[env.PULUMI_BACKEND_URL ?? ""] === `organization/${NAMESPACE}/${name}`;
        } catch {
            return false;
        }
    });
}

/** Whether the backend has the stack. */
export async function stackExists(stack: Stack): Promise<boolean> {
    if (stateFile(stack.env, stack.name) !== undefined) {
        return true;
    }
    try {
        await pulumi(stack, ["stack", "select", stack.name]);
        return true;
    } catch (error) {
        if (/no stack named/.test((error as Error).message)) {
            return false;
        }
        throw error;
    }
}

/** For commands that need a deployment. */
export function notDeployed(stack: string): UserError {
    return new UserError(`The stack "${stack}" is not deployed. Deploy it: npm run up -- ${stack}`);
}

/** Names of the Docker objects of a stack that has its root secret. */
export async function namesOf(stack: Stack): Promise<StackNames> {
    const { rootSecret, renamedFrom = stack.name } = await configOf(stack);
    return stackNames(renamedFrom, instanceId(rootSecret, renamedFrom));
}

/** Stack → its config, and its file by then. Each time Pulumi derives the key anew, for a third of a second. */
const CONFIGS = new Map<string, { text: string; config: Record<string, string> }>();

/** The project's config by key without its namespace, secrets in the clear; structured values as JSON. */
export async function configOf(stack: Stack): Promise<Record<string, string>> {
    const text = fs.readFileSync(stackFile(stack.name), "utf8");
    const known = CONFIGS.get(stack.name);
    if (known?.text === text) {
        return known.config;
    }
    const config = await readConfig(stack);
    CONFIGS.set(stack.name, { text, config });
    return config;
}

async function readConfig(stack: Stack): Promise<Record<string, string>> {
    const all = JSON.parse(
        await pulumi(stack, ["config", "--stack", stack.name, "--show-secrets", "--json"]),
    ) as Record<string, { value?: string }>;
    const own = Object.entries(all).filter(([key]) => key.startsWith(`${NAMESPACE}:`));
    return Object.fromEntries(own.map(([key, { value }]) => [key.slice(NAMESPACE.length + 1), value ?? ""]));
}

/** The stack's outputs, secrets in the clear; empty when it has never been deployed. */
export async function outputsOf(stack: Stack): Promise<Record<string, unknown>> {
    return JSON.parse(
        await pulumi(stack, ["stack", "output", "--stack", stack.name, "--json", "--show-secrets"]),
    ) as Record<string, unknown>;
}
