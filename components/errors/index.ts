/** What commands, bench and policy may import of this folder. */
export { UserError } from "./userError";
