/**
 * Ports inside the stack's networks; only those that people come to are published, where `listen` and
 * `https.redirectFrom` say.
 */

/** The hub's pages and API. */
export const HUB_PORT = 8081;
/** What the gate lets through of the Docker API. */
export const GATE_PORT = 2375;
/** What people open. */
export const PROXY_PORT = 8000;
/** Where the hub sets routes. */
export const PROXY_API_PORT = 8001;
/** Where the proxy answers Prometheus, if it is to. */
export const PROXY_METRICS_PORT = 8002;
/** A person's server. */
export const SERVER_PORT = 8888;
/** Where Caddy speaks to people: HTTPS, or plain HTTP to a proxy in front. */
export const CADDY_PORT = 8443;
/** Where Caddy leads plain HTTP to HTTPS. */
export const REDIRECT_PORT = 8080;
/** Caddy's own, inside its container alone. */
export const CADDY_OWN_PORT = 8009;
