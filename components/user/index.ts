/** What commands, bench and policy may import of this folder. */
export { homesOf, unlistedHomes } from "./homeNotes";
export { planHomes } from "./homesPlan";
export { homeVolume } from "./serverParts";
