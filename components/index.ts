/** What another Pulumi program may import; docs/program.md shows how. */
export { JupyterHub, PlannedHub } from "./jupyterHub";
export type { HubOptions, HubOutputs, JupyterHubArgs, StackFileArgs } from "./jupyterHubArgs";
export type { HubConfig, UserConfig } from "./config/hubConfig";
export type { UserOutput } from "./user/outputs";
// A preflight of one's own: what it is given, what it may find, and the one that it stands in for.
export { lookAtHost, type Findings, type Host, type Preflight } from "./preflight/preflight";
export type { Settings } from "./config/settings";
export { momentOf, type Moment } from "./docker/moment";
export { refuseHostChange } from "./host/hostChange";
// Errors: what people can mend, and less waiting for those that Pulumi shows.
export { ConfigError } from "./config/settings";
export { skipUnreadStacks } from "./errors/stackTraces";
export { UserError } from "./errors/userError";
