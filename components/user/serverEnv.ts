/**
 * The environment of a single-user server: exactly what JupyterHub's own spawner would set
 * (test/unit/fixtures/server-env.json comes from its code).
 */
import { SERVER_PORT } from "../docker/ports";
import type { NameForms } from "./forms";

export interface ServerEnvArgs {
    /** The person's name, and the server's. */
    forms: NameForms;
    /** The hub's address inside the network, such as `http://dev-abc-hub:8081`. */
    hubUrl: string;
    /** URL path of the whole hub, with a slash at both ends. */
    baseUrl: string;
    /** Public URL with a slash at its end. Servers get it only if it is a fixed HTTPS address (images/hub). */
    publicUrl: string;
}

/** Everything except the token, which is a secret. */
export function serverEnv({ forms, hubUrl, baseUrl, publicUrl }: ServerEnvArgs): Record<string, string> {
    const { name, escaped, clientId, jsonName, server, serverPath } = forms;
    const path = `user/${escaped}/${serverPath}`;
    const prefix = baseUrl + path;
    const api = `${hubUrl}${baseUrl}hub/api`;
    const known = publicUrl.startsWith("https://");
    const scopes = `["access:servers!server=${jsonName}/${server}", "access:servers!user=${jsonName}"]`;
    return {
        JUPYTERHUB_ACTIVITY_URL: `${api}/users/${escaped}/activity`,
        JUPYTERHUB_API_URL: api,
        JUPYTERHUB_BASE_URL: baseUrl,
        JUPYTERHUB_CLIENT_ID: clientId,
        JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: "0",
        JUPYTERHUB_HOST: known ? new URL(publicUrl).origin : "",
        JUPYTERHUB_OAUTH_ACCESS_SCOPES: scopes,
        JUPYTERHUB_OAUTH_CALLBACK_URL: `${prefix}oauth_callback`,
        JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: "[]",
        JUPYTERHUB_OAUTH_SCOPES: scopes,
        JUPYTERHUB_PUBLIC_HUB_URL: known ? `${publicUrl}hub/` : "",
        JUPYTERHUB_PUBLIC_URL: known ? publicUrl + path : "",
        JUPYTERHUB_SERVER_NAME: server,
        JUPYTERHUB_SERVICE_PREFIX: prefix,
        JUPYTERHUB_SERVICE_URL: `http://0.0.0.0:${SERVER_PORT}${prefix}`,
        JUPYTERHUB_USER: name,
    };
}
