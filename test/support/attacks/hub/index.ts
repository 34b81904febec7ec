/** Code in the hub's container, as the hub's own user, with all that the hub knows. */
import type { Attack } from "../attack";
import { requests } from "./requests";
import { told } from "./told";
import { itself, can } from "./itself";

export const hubAttacks: readonly Attack[] = [...requests, ...told, ...itself, ...can];
