/** Every attack, by who it is. */
import type { Attack, Attacker } from "./attack";
import { containers } from "./containers";
import { hub } from "./hub";
import { network } from "./network";
import { operator } from "./operator";
import { user } from "./user";

const BY: Record<Attacker, readonly Attack[]> = { user, hub, network, operator, containers };

export function attacksOf(attacker: Attacker): readonly Attack[] {
    return BY[attacker];
}
