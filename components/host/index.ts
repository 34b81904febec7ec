/** What commands, bench and policy may import of this folder. */
export { hostAccounts } from "./accounts";
export { certificateProblem } from "./certificates";
export { capture, Docker, DockerError, type Result } from "./client";
export { checkHostDirectories } from "./directories";
export { currentContext, isPodman } from "./dockerCommand";
export { remoteProblem } from "./dockerProblem";
export { checkPython, readTemplates } from "./hubFiles";
export {
    containersPublishing,
    daemonArchitecture,
    hasImage,
    inspectContainer,
    inspectContainers,
    type InspectedContainer,
    inspectNetworks,
    isRunning,
    listContainers,
    listNetworks,
    nameOf,
    reachDaemon,
    taggedImages,
    volumeNames,
    volumeSizes,
} from "./inventory";
