/** What another Pulumi program may import. */
export { ConfigError, decodeConfig, readSettings, type ImageSettings, type Lookups, type Settings } from "./settings";
export type { Mount, Person, SystemAccount } from "./people";
export { instanceId } from "./credentials";
export { existingServers, hostMemory, type ExistingServer, type ExistingServers } from "./existing";
export { LOCAL_DOCKER, type DockerHost } from "./dockerHost";
export { Gate, type GateArgs } from "./gate";
export { hostCaBundle } from "./hostCa";
export { Hub, type HubArgs } from "./hub";
export { Image, type ImageArgs } from "./image";
export { JupyterHub, type JupyterHubArgs, type UserOutput } from "./jupyterHub";
export { memoryWarning } from "./memoryWarning";
export { stackNames, type StackNames } from "./names";
export { Network, type NetworkArgs } from "./network";
export { Proxy, type ProxyArgs } from "./proxy";
export { Roster, type RosterArgs } from "./roster";
export { UserServer, type UserServerArgs } from "./userServer";
