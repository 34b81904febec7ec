/** What commands, bench and policy may import of this folder. */
export { networkVariables, REMOVE_NETWORK } from "./removal";
