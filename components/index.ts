/** What another Pulumi program may import. */
export { ConfigError, decodeConfig, readSettings, type ImageSettings, type Person, type Settings } from "./settings";
export { instanceId } from "./credentials";
export { existingServers, type ExistingServer, type ExistingServers } from "./existing";
export { LOCAL_DOCKER, type DockerHost } from "./dockerHost";
export { Gate, type GateArgs } from "./gate";
export { hostCaBundle } from "./hostCa";
export { Hub, type HubArgs } from "./hub";
export { Image, type ImageArgs } from "./image";
export { JupyterHub, type JupyterHubArgs, type UserOutput } from "./jupyterHub";
export { stackNames, type StackNames } from "./names";
export { Network, type NetworkArgs } from "./network";
export { Proxy, type ProxyArgs } from "./proxy";
export { Roster, type RosterArgs } from "./roster";
export { UserServer, type UserServerArgs } from "./userServer";
