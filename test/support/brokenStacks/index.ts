/**
 * Stack files that are wrong, and every line that people must be told about each. Used by the unit tests (the check
 * itself) and by the deploy tests (the same from `npm run up` and from plain `pulumi preview`).
 */
import { brokenAuthentication } from "./authentication";
import type { BrokenStack } from "./brokenStack";
import { brokenDocker } from "./docker";
import { brokenSwarm } from "./swarm";
import { brokenDynamic } from "./dynamic";
import { brokenHub } from "./hub";
import { brokenNetwork } from "./network";
import { brokenPeople } from "./people";
import { brokenProfiles } from "./profiles";
import { brokenServers } from "./servers";
import { brokenValues } from "./values";

export { unseen } from "./brokenStack";

export const brokenStacks: readonly BrokenStack[] = [
    ...brokenPeople,
    ...brokenServers,
    ...brokenValues,
    ...brokenNetwork,
    ...brokenDocker,
    ...brokenSwarm,
    ...brokenAuthentication,
    ...brokenHub,
    ...brokenDynamic,
    ...brokenProfiles,
];
