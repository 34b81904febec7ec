/** Every attack, by who it is. */
import type { Attack, Attacker } from "./attack";
import { containerAttacks } from "./containers";
import { hubAttacks } from "./hub";
import { networkAttacks } from "./network";
import { operatorAttacks } from "./operator";
import { userAttacks } from "./user";

const BY: Record<Attacker, readonly Attack[]> = {
    user: userAttacks,
    hub: hubAttacks,
    network: networkAttacks,
    operator: operatorAttacks,
    containers: containerAttacks,
};

export function attacksOf(attacker: Attacker): readonly Attack[] {
    return BY[attacker];
}
