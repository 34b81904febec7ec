/** The backend that keeps Pulumi's state, and the repair of a local one. */
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { NAMESPACE } from "../../components/config";
import { UserError } from "../../components/errors";
import { ROOT } from "../files/paths";

/** The backend that pulumi will use; undefined when nobody has chosen one. */
export function backendUrl(env: NodeJS.ProcessEnv): string | undefined {
    if (env.PULUMI_BACKEND_URL) {
        return env.PULUMI_BACKEND_URL;
    }
    const project = parse(fs.readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")) as { backend?: { url?: string } };
    const credentials = path.join(env.PULUMI_CREDENTIALS_PATH || (env.PULUMI_HOME ?? ""), "credentials.json");
    const login = fs.existsSync(credentials)
        ? (JSON.parse(fs.readFileSync(credentials, "utf8")) as { current?: string }).current
        : undefined;
    return project.backend?.url || login || undefined;
}

/** Folder of a local file backend. Undefined for any other backend, which keeps state and locks itself. */
export function localBackend(env: NodeJS.ProcessEnv): string | undefined {
    const url = (backendUrl(env) ?? "").replace(/\?.*$/, "");
    return url.startsWith("file:///") ? path.join(fileURLToPath(url), ".pulumi") : undefined;
}

/** The file of a local backend that has a stack's state. Undefined where there is none. */
export function stateFile(env: NodeJS.ProcessEnv, stack: string): string | undefined {
    const backend = localBackend(env);
    const file = backend && path.join(backend, "stacks", NAMESPACE, `${stack}.json`);
    return file !== undefined && fs.existsSync(file) ? file : undefined;
}

/**
 * Pulumi replaces the files of a local backend, so it must be able to read them and to write their folders.
 * @throws UserError when the state is another account's
 */
function refuseForeignState(folder: string): void {
    const states = path.join(folder, "stacks", NAMESPACE);
    try {
        const folders = [folder, states].filter(name => fs.existsSync(name));
        folders.forEach(name => fs.accessSync(name, fs.constants.R_OK | fs.constants.W_OK));
        const files = folders.includes(states) ? fs.readdirSync(states).filter(name => name.endsWith(".json")) : [];
        files.forEach(name => fs.accessSync(path.join(states, name), fs.constants.R_OK));
    } catch (error) {
        throw new UserError(
            `Pulumi's state in ${path.dirname(folder)} is another account's (${(error as Error).message}). Nothing ` +
                "was changed.\nRun this as that account, or let both accounts use the state: docs/admins.md",
            { cause: error },
        );
    }
}

/** Milliseconds. Pulumi writes a file faster than this, so an older temporary file was left behind. */
const WRITING = 1000;

/** Files of the folder that only a pulumi needs that is writing just now: a `.tmp`, an empty `.attrs`. */
function temporaries(folder: string): { file: string; age: number }[] {
    return fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap(name => {
        const file = path.join(folder, name);
        const found = /\.(attrs|tmp)$/.test(name) ? fs.statSync(file, { throwIfNoEntry: false }) : undefined;
        const isTemporary = found !== undefined && (name.endsWith(".tmp") || found.size === 0);
        return isTemporary ? [{ file, age: Date.now() - found.mtimeMs }] : [];
    });
}

/**
 * Removes what a pulumi leaves that is killed while it writes a file. The files themselves are replaced whole, but an
 * empty `.attrs` beside one makes it unreadable ("failed to load checkpoint: EOF"), and a `.tmp` counts as a lock. Both
 * are needed only while writing, so nothing is lost. Where somebody may still be writing, this waits for the end: a run
 * that follows a killed one at once would stumble over what it left.
 */
export async function repairBackend(env: NodeJS.ProcessEnv): Promise<void> {
    const folder = localBackend(env);
    if (folder === undefined || !fs.existsSync(folder)) {
        return;
    }
    refuseForeignState(folder);
    if (temporaries(folder).some(({ age }) => age <= WRITING)) {
        await new Promise(resolve => setTimeout(resolve, WRITING));
    }
    for (const { file, age } of temporaries(folder)) {
        if (age > WRITING) {
            fs.rmSync(file, { force: true });
        }
    }
}
