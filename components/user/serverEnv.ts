/**
 * The environment of a single-user server: exactly what JupyterHub's own spawner would set
 * (test/unit/fixtures/server-env.json comes from its code).
 */
import { createHash } from "node:crypto";
import { SERVER_PORT } from "../docker/ports";

export interface ServerEnvArgs {
    /** Normalised name. */
    name: string;
    /** The hub's address inside the network, such as `http://dev-abc-hub:8081`. */
    hubUrl: string;
    /** URL path of the whole hub, with a slash at both ends. */
    baseUrl: string;
    /** Public URL with a slash at its end. Servers get it only if it is a fixed HTTPS address (images/hub). */
    publicUrl: string;
}

/** Percent-encodes like Python's `quote`: everything but letters, digits, `_.-~` and the characters of `safe`. */
function quote(text: string, safe = ""): string {
    return encodeURIComponent(text)
        .replace(/[!'()*]/g, percent)
        .replace(/%40/g, safe.includes("@") ? "@" : "%40");
}

function percent(character: string): string {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Size of JupyterHub's database column for OAuth client ids. */
const CLIENT_ID_LIMIT = 255;

/** OAuth client id of the person's server. It is a hash if the encoded name does not fit (images/hub: names.py). */
function clientId(name: string): string {
    const id = `jupyterhub-user-${quote(name)}`;
    return id.length <= CLIENT_ID_LIMIT
        ? id
        : `jupyterhub-user-${createHash("sha256").update(name, "utf8").digest("hex")}`;
}

/** A list in the form of Python's json.dumps. */
function pythonJson(texts: readonly string[]): string {
    const ascii = (text: string) =>
        JSON.stringify(text).replace(/[^\x20-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    return `[${texts.map(ascii).join(", ")}]`;
}

/** Everything except the token, which is a secret. */
export function serverEnv({ name, hubUrl, baseUrl, publicUrl }: ServerEnvArgs): Record<string, string> {
    const escaped = quote(name, "@");
    const prefix = `${baseUrl}user/${escaped}/`;
    const api = `${hubUrl}${baseUrl}hub/api`;
    const known = publicUrl.startsWith("https://");
    const scopes = pythonJson([`access:servers!server=${name}/`, `access:servers!user=${name}`]);
    return {
        JUPYTERHUB_ACTIVITY_URL: `${api}/users/${escaped}/activity`,
        JUPYTERHUB_API_URL: api,
        JUPYTERHUB_BASE_URL: baseUrl,
        JUPYTERHUB_CLIENT_ID: clientId(name),
        JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: "0",
        JUPYTERHUB_HOST: known ? new URL(publicUrl).origin : "",
        JUPYTERHUB_OAUTH_ACCESS_SCOPES: scopes,
        JUPYTERHUB_OAUTH_CALLBACK_URL: `${prefix}oauth_callback`,
        JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: "[]",
        JUPYTERHUB_OAUTH_SCOPES: scopes,
        JUPYTERHUB_PUBLIC_HUB_URL: known ? `${publicUrl}hub/` : "",
        JUPYTERHUB_PUBLIC_URL: known ? `${publicUrl}user/${escaped}/` : "",
        JUPYTERHUB_SERVER_NAME: "",
        JUPYTERHUB_SERVICE_PREFIX: prefix,
        JUPYTERHUB_SERVICE_URL: `http://0.0.0.0:${SERVER_PORT}${prefix}`,
        JUPYTERHUB_USER: name,
    };
}
