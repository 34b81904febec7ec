import {
    databaseProblem,
    didYouMean,
    isSharedKey,
    NAMESPACE,
    OPEN_OR_SECRET,
    REGISTRY,
    SECRET_KEYS,
} from "../../components/config";
import { UserError } from "../../components/errors";
import { pulumiEnv } from "../pulumi/environment";
import { readHidden } from "../terminal/hidden";
import { stackFile } from "../files/paths";
import { ensureStack, pulumi, type Stack } from "../pulumi/pulumi";
import { keepingLayout, readStackFile, ROOT_SECRET_KEY, type StackFile } from "../files/stackFile";
import { readShare, shareOf } from "./secretShare";

/** All but the root secret: everything that depends on it would be lost if it were replaced. */
const KEYS = [...SECRET_KEYS, ...OPEN_OR_SECRET].filter(key => `${NAMESPACE}:${key}` !== ROOT_SECRET_KEY);

/** Where a secret goes, and how it is read. */
export interface Place {
    /** Below the key; empty for the key itself. */
    below: readonly string[];
    /** Of a value as it is to be encrypted. */
    read(): Promise<string>;
}

/**
 * Puts a secret into a stack file, encrypted. It is asked for or read from standard input, and never an argument: other
 * users of the machine can read those.
 * @param which registry, for registryPasswords; group or person and name, for secretEnv and secretFiles
 */
export async function encrypt(name: string, key: string, ...which: string[]): Promise<void> {
    if (!KEYS.includes(key)) {
        throw new UserError(`secret takes a stack and one of ${KEYS.join(", ")}${didYouMean(key, KEYS) || "."}`);
    }
    const file = readStackFile(name);
    const { below, read } = placeOf(name, file, key, which);
    const value = await read();
    if (value.trim() === "") {
        throw new UserError("Nothing was read, nothing was changed.");
    }
    const problem = key === "database" ? databaseProblem(value.trim()) : undefined;
    if (problem !== undefined) {
        throw new UserError(`database: ${problem}. Nothing was changed.`);
    }
    const stack = { name, env: await pulumiEnv() };
    await ensureStack(stack);
    await setSecret(stack, key, value, below);
}

/** Encrypts a secret and writes it to the stack's file. @param below the place below the key, for one that is a map */
export async function setSecret(
    stack: Stack,
    key: string,
    value: string,
    below: readonly string[] = [],
): Promise<void> {
    const { name } = stack;
    await keepingLayout(stackFile(name), async () => {
        const path = `${NAMESPACE}:${key}${below.map(part => `[${JSON.stringify(part)}]`).join("")}`;
        const options = below.length === 0 ? [path] : ["--path", path];
        // Pulumi takes off a line break at the end.
        await pulumi(stack, ["config", "set", "--secret", ...options, "--stack", name], `${value}\n`);
    });
}

function placeOf(stack: string, file: StackFile, key: string, which: readonly string[]): Place {
    if (isSharedKey(key)) {
        const share = shareOf(stack, file, key, which);
        return { below: which, read: () => readShare(key, share) };
    }
    const [address, ...more] = which;
    const unknown = key === "registryPasswords" ? more : which;
    if (unknown.length > 0) {
        throw new UserError(`secret does not know ${unknown.join(" ")}; see: npm run secret -- --help`);
    }
    if (key !== "registryPasswords") {
        return { below: [], read: () => readHidden(key, false) };
    }
    if (address === undefined || !REGISTRY.test(address)) {
        throw new UserError(
            "secret takes a stack, registryPasswords and the registry's address as in " +
                "network.registries, such as registry.example:5000.",
        );
    }
    return { below: [address], read: () => readHidden(`password for ${address}`, false) };
}
