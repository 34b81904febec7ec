/** The variables by which a single-user server knows itself and its hub (JupyterHub's Spawner.get_env). Pure. */

import { SERVER_PORT } from "./ports";

export interface ServerEnvArgs {
    /** Normalised name. */
    name: string;
    /** Where the hub answers inside the network, such as `http://dev-abc-hub:8081`. */
    hubUrl: string;
    /** Path of the whole hub, with a slash at both ends. */
    baseUrl: string;
}

/** `encodeURIComponent` as JupyterHub's url_escape_path does it: `@` and `~` stay, all else but letters, digits, `_.-` is encoded. */
export function escapeUrlPath(name: string): string {
    return encodeURIComponent(name)
        .replace(/%40/g, "@")
        .replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Everything but the token, which is a secret. */
export function serverEnv({ name, hubUrl, baseUrl }: ServerEnvArgs): Record<string, string> {
    const escaped = escapeUrlPath(name);
    const prefix = `${baseUrl}user/${escaped}/`;
    const api = `${hubUrl}${baseUrl}hub/api`;
    const scopes = JSON.stringify([`access:servers!server=${name}/`]);
    return {
        JUPYTERHUB_ACTIVITY_URL: `${api}/users/${escaped}/activity`,
        JUPYTERHUB_API_URL: api,
        JUPYTERHUB_BASE_URL: baseUrl,
        JUPYTERHUB_CLIENT_ID: `jupyterhub-user-${escaped}`,
        JUPYTERHUB_HOST: "",
        JUPYTERHUB_OAUTH_ACCESS_SCOPES: scopes,
        JUPYTERHUB_OAUTH_CALLBACK_URL: `${prefix}oauth_callback`,
        JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: "[]",
        JUPYTERHUB_SERVER_NAME: "",
        JUPYTERHUB_SERVICE_PREFIX: prefix,
        JUPYTERHUB_SERVICE_URL: `http://0.0.0.0:${SERVER_PORT}${prefix}`,
        JUPYTERHUB_USER: name,
    };
}
