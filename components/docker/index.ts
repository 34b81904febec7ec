/** What commands, bench and policy may import of this folder. */
export { chosenPasswordHash, instanceId } from "./credentials";
export { type DatabaseAccess, onceArguments } from "./databaseOnce";
export {
    ADOPTED,
    deploymentsOf,
    type FoundDeployment,
    type IsDerived,
    type Present,
    type PresentContainer,
    type Standing,
    standingOf,
    standingProblem,
} from "./deployments";
export {
    bareName,
    dockerArguments,
    dockerEnvironment,
    type DockerHost,
    hostChanged,
    isRemote,
    LOCAL_DOCKER,
    machineOf,
    sshArguments,
} from "./dockerHost";
export { variablesOfDocker } from "./dockerVariables";
export { LABEL } from "./labels";
export { mountOption } from "./mountOption";
export { ownerOf, serverOf, slug, stackNames, type StackNames } from "./names";
export { HUB_PORT, PROXY_PORT } from "./ports";
export { UNTOUCHED } from "./untouched";
