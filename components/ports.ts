/** Ports inside the stack's networks; only the proxy's public one is published, where `listen` says. */

/** The hub's pages and API. */
export const HUB_PORT = 8081;
/** What the gate lets through of the Docker API. */
export const GATE_PORT = 2375;
/** What people open. */
export const PROXY_PORT = 8000;
/** Where the hub sets routes. */
export const PROXY_API_PORT = 8001;
/** A person's server. */
export const SERVER_PORT = 8888;
