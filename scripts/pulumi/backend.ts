/** The backend that keeps Pulumi's state, and the repair of a local one. */
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
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

/** Milliseconds. Pulumi writes a file faster than this, so an older temporary file was left behind. */
const WRITING = 1000;

/**
 * Removes what a pulumi leaves that is killed while it writes a file. The files themselves are replaced whole, but an
 * empty `.attrs` beside one makes it unreadable ("failed to load checkpoint: EOF"), and a `.tmp` counts as a lock. Both
 * are needed only while writing, so nothing is lost.
 */
export function repairBackend(env: NodeJS.ProcessEnv): void {
    const folder = localBackend(env);
    if (folder === undefined || !fs.existsSync(folder)) {
        return;
    }
    for (const name of fs.readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(attrs|tmp)$/.test(name)) {
            continue;
        }
        const file = path.join(folder, name);
        const found = fs.statSync(file, { throwIfNoEntry: false });
        const left = found !== undefined && Date.now() - found.mtimeMs > WRITING;
        if (left && (name.endsWith(".tmp") || found.size === 0)) {
            fs.rmSync(file, { force: true });
        }
    }
}
