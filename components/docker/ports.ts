/** Ports inside the stack's networks. Only `listen` and `https.redirectFrom` are published on the Docker host. */

/** The hub's pages and API. */
export const HUB_PORT = 8081;
/** The gate's part of the Docker API. */
export const GATE_PORT = 2375;
/** People's requests. */
export const PROXY_PORT = 8000;
/** The proxy's API, where the hub sets routes. */
export const PROXY_API_PORT = 8001;
/** The proxy's metrics, if they are on. */
export const PROXY_METRICS_PORT = 8002;
/** A person's server. */
export const SERVER_PORT = 8888;
/** Caddy: HTTPS, or plain HTTP behind another proxy. */
export const CADDY_PORT = 8443;
/** Caddy's redirect from HTTP to HTTPS. */
export const REDIRECT_PORT = 8080;
/** Caddy's health check, inside its container only. */
export const CADDY_OWN_PORT = 8009;
