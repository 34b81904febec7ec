/** What another Pulumi program may import. */
export {
    ConfigError,
    decodeConfig,
    readSettings,
    type ImageSettings,
    type Lookups,
    type Settings,
} from "./config/settings";
export { skipUnreadStacks } from "./errors/stackTraces";
export { UserError } from "./errors/userError";
export type { Mount, Person, SystemAccount } from "./config/users/people";
export { authenticationSecret } from "./config/authentication/settings";
export { fingerprint, instanceId, type FingerprintedSecret } from "./docker/credentials";
export { LOCAL_DOCKER, type DockerHost } from "./docker/dockerHost";
export type { ExistingServer, ExistingServers } from "./host/existing";
export type { ExistingNetwork, ExistingNetworks } from "./host/existingNetworks";
export { Gate, type GateArgs } from "./hub/gate";
export { Guard, type GuardArgs } from "./network/guard";
export { checkPython } from "./host/hubFiles";
export { lookAtHost, type Host } from "./preflight/preflight";
export { hostAccounts } from "./host/accounts";
export { hostCaBundle } from "./image/hostCa";
export { Homes, type HomesArgs } from "./user/homes";
export { planHomes, type HomesPlan } from "./user/homesPlan";
export { refuseHostChange } from "./host/hostChange";
export { Https, type HttpsArgs } from "./hub/https";
export { Hub, type HubArgs } from "./hub/hub";
export { Image, type ImageArgs } from "./image/image";
export { JupyterHub, type JupyterHubArgs } from "./jupyterHub";
export { momentOf, type Moment } from "./docker/moment";
export { stackNames, type StackNames } from "./docker/names";
export { Network, type Attachment, type NetworkArgs } from "./network/network";
export type { HttpProxy, NetworkDefinition, NetworkSettings, Registry } from "./config/network/settings";
export { Proxy, type ProxyArgs } from "./hub/proxy";
export type { RegistryPasswords } from "./image/registries";
export { Roster, type RosterArgs } from "./hub/roster";
export type { UserOutput } from "./user/outputs";
export { UserServer, type UserServerArgs } from "./user/userServer";
