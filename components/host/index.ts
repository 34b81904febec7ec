/** What commands, bench and policy may import of this folder. */
export { hostAccounts } from "./accounts";
export { certificateProblem } from "./certificates";
export { capture, Docker, DockerError, type Result } from "./client";
export { checkHostDirectories } from "./directories";
export { dockerInfo, type DockerInfo, hostMemory } from "./dockerInfo";
export { listNodes, listServices, listTasks, type SwarmNode, type SwarmTask } from "./services";
export { currentContext, isPodman } from "./dockerCommand";
export { remoteProblem } from "./dockerProblem";
export { isThisMachine } from "./thisMachine";
export { checkPython, readPages } from "./hubFiles";
export {
    containersPublishing,
    containerUsage,
    daemonArchitecture,
    hasImage,
    imageId,
    inspectContainer,
    inspectContainers,
    type InspectedContainer,
    inspectNetworks,
    isRunning,
    listContainers,
    listOurContainers,
    listNetworks,
    listNeverStarted,
    nameOf,
    reachDaemon,
    taggedImages,
    type Usage,
    volumeNames,
    volumeOwners,
    volumeSizes,
} from "./inventory";
export type { ListedContainer } from "./listed";
