/** The environment in which pulumi works on this checkout, for our commands and for people's own shell. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { variablesOfDocker } from "../../components/docker";
import { backendUrl, repairBackend } from "./backend";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { ensureEngine } from "./engine/engine";
import { layPlugins, withdrawPlugins } from "./engine/home";
import { cacheDir, dataDir, passphraseFile, ROOT, stackFile } from "../files/paths";
import { readStackFile, ROOT_SECRET_KEY, listStacks } from "../files/stackFile";

/** Variables that differ from the caller's. Undefined: the variable has to be removed. */
export type Overrides = Record<string, string | undefined>;

/** A place that goes away again, in which a stack is tried that was never deployed (trial.ts). */
export interface Trial {
    folder: string;
    /** Of a stack that has no passphrase yet. */
    passphrase?: string;
}

/**
 * Installs the Pulumi engine where it is missing and says which variables make it work here. What the caller has set
 * itself stays: another backend (PULUMI_BACKEND_URL, `pulumi login`, Pulumi.yaml), another passphrase.
 * @param trial where a state is kept that is for a trial alone
 */
export async function pulumiEnvironment(trial?: Trial): Promise<Overrides> {
    const engine = await ensureEngine({ cache: cacheDir(), progress });
    // Before any other file is made here: if it is refused, no new folder is in the way of the one that has to be
    // moved.
    const passphrase = hasOwnPassphrase() || trial?.passphrase !== undefined ? undefined : ensurePassphrase();
    const data = trial?.folder ?? dataDir();
    const home = path.join(data, "pulumi");
    layPlugins(home, engine.plugins);
    const overrides: Overrides = {
        ...withoutDocker(),
        ...logIns(home),
        PATH: [
            engine.bin,
            ...(process.env.PATH ?? "").split(path.delimiter).filter(folder => folder !== engine.bin),
        ].join(path.delimiter),
        PULUMI_HOME: home,
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    if (trial !== undefined || backendUrl({ ...process.env, ...overrides }) === undefined) {
        const state = path.join(data, "state");
        fs.mkdirSync(state, { recursive: true, mode: 0o700 });
        overrides.PULUMI_BACKEND_URL = `file://${state}`;
    }
    if (process.env.PULUMI_PARALLEL === undefined && listStacks().some(isOverSsh)) {
        overrides.PULUMI_PARALLEL = String(SSH_PARALLEL);
    }
    if (passphrase !== undefined) {
        overrides.PULUMI_CONFIG_PASSPHRASE_FILE = passphrase;
    }
    if (trial?.passphrase !== undefined) {
        overrides.PULUMI_CONFIG_PASSPHRASE = trial.passphrase;
    }
    await repairBackend({ ...process.env, ...overrides });
    return overrides;
}

/**
 * Each of Pulumi's steps may open its own connection, and ssh servers refuse some of them when ten or more come at
 * once.
 */
const SSH_PARALLEL = 8;

/** Searches the text: a file with a mistake must not stop the other stacks. */
function isOverSsh(stack: string): boolean {
    return /^[^#]*\bhost:\s*["']?ssh:\/\//m.test(fs.readFileSync(stackFile(stack), "utf8"));
}

/** The caller's environment with the overrides; the program is loaded faster in it (scripts/node/program.cjs). */
export async function pulumiEnv(trial?: Trial): Promise<NodeJS.ProcessEnv> {
    const overrides = {
        ...(await pulumiEnvironment(trial)),
        NODE_OPTIONS: nodeOptions(process.env.NODE_OPTIONS),
        GOGC: process.env.GOGC ?? GARBAGE,
    };
    const env = { ...process.env, ...overrides };
    return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

/** How much the engine's and the plugins' memory may grow, in per cent, before Go looks for what is no longer used. */
const GARBAGE = "200";

/** Not in a shell of people's own: there every other Node would fail once this checkout is moved or removed. */
function nodeOptions(before = ""): string {
    const first = path.join(ROOT, "scripts", "node", "program.cjs").replace(/["\\]/g, "\\$&");
    return `${before} --require "${first}"`.trimStart();
}

/**
 * Removes Docker's variables: the official docker plugin reads them, whatever the stack says. Log-ins at registries
 * stay.
 */
function withoutDocker(): Overrides {
    return Object.fromEntries(variablesOfDocker(process.env).map(name => [name, undefined]));
}

/**
 * Uses the log-ins and organizations of a PULUMI_HOME that the caller has set. Plugins always come from this checkout.
 */
function logIns(home: string): Overrides {
    const own = process.env.PULUMI_HOME;
    if (!own || path.resolve(own) === home) {
        return {};
    }
    withdrawPlugins(own, path.join(cacheDir(), "engine"));
    return process.env.PULUMI_CREDENTIALS_PATH ? {} : { PULUMI_CREDENTIALS_PATH: path.resolve(own) };
}

/** Whether the caller's environment says the passphrase. */
export function hasOwnPassphrase(): boolean {
    return process.env.PULUMI_CONFIG_PASSPHRASE !== undefined || !!process.env.PULUMI_CONFIG_PASSPHRASE_FILE;
}

/** Why the file with the passphrase cannot be used, nor one be made. */
export function passphraseProblem(): string | undefined {
    const file = passphraseFile();
    const present = readIfThere(file);
    if (present !== undefined) {
        return present.trim() === ""
            ? `The passphrase ${file} is empty. Put your copy of it back; if nothing was ever deployed ` +
                  "from this checkout, delete the file."
            : undefined;
    }
    const encrypted = listStacks().filter(stack => {
        const { hasSalt, secretsProvider } = readStackFile(stack);
        return hasSalt && secretsProvider === undefined;
    });
    if (encrypted.length === 0) {
        return undefined;
    }
    const own = dataDir();
    return [
        `${encrypted.map(stack => `stacks/Pulumi.${stack}.yaml`).join(", ")}: encrypted with a ` +
            `passphrase that this checkout does not have (${file}).`,
        "Was this checkout moved or renamed? Then move the whole folder of its old place, passphrase " + "AND state:",
        `  ${path.join(path.dirname(own), "OLD-NAME-xxxxxxxx")}  to  ` +
            `${own}${fs.existsSync(own) ? " (in place of the one that is there)" : ""}`,
        "Did you clone or copy it? Then put that passphrase there (mode 600), or into " + "PULUMI_CONFIG_PASSPHRASE.",
        `To begin anew instead, remove the lines encryptionsalt and ${ROOT_SECRET_KEY}.`,
    ].join("\n");
}

/**
 * The file with the passphrase that opens the stacks' secrets, made once.
 * @throws UserError when stack files have been encrypted with another passphrase, which a new one could not open
 */
function ensurePassphrase(): string {
    const file = passphraseFile();
    const problem = passphraseProblem();
    if (problem !== undefined) {
        throw new UserError(problem);
    }
    if (fs.existsSync(file)) {
        return file;
    }
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const fresh = `${file}.${process.pid}`;
    fs.writeFileSync(fresh, randomBytes(24).toString("base64url") + "\n", { mode: 0o600 });
    try {
        fs.linkSync(fresh, file); // Unlike a write, it appears whole and never replaces another run's.
        progress(`Made a passphrase for the stacks' secrets: ${file}. Keep a copy: without it they cannot be read.`);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
            throw error;
        }
    } finally {
        fs.rmSync(fresh, { force: true });
    }
    return file;
}

function readIfThere(file: string): string | undefined {
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}
