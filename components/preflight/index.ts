/** What commands, bench and policy may import of this folder. */
export { missingBuilds, pluginBuilds } from "./buildKit";
