/** All that a hostile hub is known to try, by subject. */
export type { GateAttack } from "./attack";
export { matrix } from "./matrix";
export { paths } from "./paths";
export { bodies } from "./bodies";
export { connections } from "./connections";
export { lines } from "./lines";
export { services } from "./services";
