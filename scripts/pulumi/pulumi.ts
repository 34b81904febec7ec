/** Runs the pinned pulumi on one stack of this checkout. */
import { randomBytes } from "node:crypto";
import { instanceId, type StackNames, stackNames } from "../../components/docker";
import { NAMESPACE } from "../../components/config";
import { UserError } from "../../components/errors";
import { ROOT, stackFile } from "../files/paths";
import { capture } from "../terminal/process";
import { isUnrecorded, refuseLostSecret, writeRecord } from "./record";
import { hasRootSecret, keepingLayout, readStackFile, ROOT_SECRET_KEY } from "../files/stackFile";

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
        throw new UserError(explain(stderr.trim() || stdout.trim()));
    }
    return stdout;
}

/** Pulumi's message, with a remedy where it names none. */
function explain(message: string): string {
    if (/incorrect passphrase/.test(message)) {
        return (
            `${message}\nThe stack's secrets were encrypted with another passphrase than the one in use. Set ` +
            "PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to it."
        );
    }
    return message;
}

/**
 * Selects the stack, made if it is new, and gives it a root secret if it never had one.
 * @throws UserError when it had one and the file has lost it: a new one would mean new, empty homes
 */
export async function ensureStack(stack: Stack): Promise<void> {
    refuseLostSecret(stack.name);
    await keepingLayout(stackFile(stack.name), async () => {
        await pulumi(stack, ["stack", "select", stack.name, "--create"]);
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

/** Whether the backend has the stack. */
export async function stackExists(stack: Stack): Promise<boolean> {
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
    return stackNames(stack.name, instanceId((await configOf(stack)).rootSecret, stack.name));
}

/** The project's config by key without its namespace, secrets in the clear; structured values as JSON. */
export async function configOf(stack: Stack): Promise<Record<string, string>> {
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
