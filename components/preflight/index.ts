/** What commands, bench and policy may import of this folder. */
export { isolationObstacle } from "./isolationCheck";
export { memoryWarning } from "./memoryWarning";
export { missingBuilds, pluginBuilds } from "./buildKit";
