/** What commands, bench and policy may import of this folder. */
export { dockerSection, dockerSettings } from "./docker";
export { explain, type Explanation } from "./explain";
export { ENCRYPTED } from "./fields";
export { certificatesOf } from "./https/tlsPair";
export { didYouMean, formatPath, printable, type Problem } from "./messages";
export { passwordMap, REGISTRY, setPassword } from "./network/schema";
export { proxyEnv } from "./network/settings";
export { OPEN_OR_SECRET, SECRET_KEYS } from "./schema";
export { inFileOrder } from "./raw/fileOrder";
export { ownKeys } from "./raw/namespace";
export { ConfigError, DEFAULT_BASE, type Lookups, NAMESPACE, readSettings, type Settings } from "./settings";
export { readPeopleConfig } from "./sections";
export type { PeopleConfig, Person } from "./users/people";
export { durationInSeconds, isLoopback, type Listen, normaliseName, reachable } from "./values";
