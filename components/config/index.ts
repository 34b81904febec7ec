/** What commands, bench and policy may import of this folder. */
export { passwordVersion, platformAddresses } from "./authentication/settings";
export { type ConfigKeys, configKeys, defaultWords, type JsonSchema, stackFileSchema } from "./contract/jsonSchema";
export { databaseProblem, SQLITE } from "./database";
export { dockerSection, dockerSettings } from "./docker";
export { explain, type Explanation } from "./explain";
export { ENCRYPTED } from "./fields";
export { certificatesOf } from "./https/tlsPair";
export { didYouMean, formatPath, printable, type Problem } from "./messages";
export { REGISTRY, setPassword } from "./network/schema";
export { packageEnv, proxyEnv } from "./network/settings";
export { secretMap } from "./secrets/map";
export { ownerProblem } from "./secrets/owners";
export {
    isSharedKey,
    setShare,
    shareNameProblem,
    shareProblems,
    shareValueProblem,
    type SharedKey,
} from "./secrets/schema";
export { servedPeople } from "./profiles/settings";
export { nextOf } from "./schedule/settings";
export { LATE_KEYS, OPEN_OR_SECRET, SECRET_KEYS } from "./schema";
export { inFileOrder } from "./raw/fileOrder";
export { ownKeys } from "./raw/namespace";
export { placeholders } from "./raw/placeholders";
export { ConfigError, DEFAULT_BASE, type Lookups, NAMESPACE, readSettings, type Settings } from "./settings";
export { OTHERS } from "./users/others";
export type { PeopleConfig, Person } from "./users/people";
export { durationInSeconds, formatSize, isLoopback, type Listen, normaliseName, reachable, urlOf } from "./values";
