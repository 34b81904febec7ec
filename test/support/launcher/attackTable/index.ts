/** What a hostile hub tries on gate and launcher, as raw bytes. None of it may make, start or end anything. */
import type { GateAttack } from "../../gate/attackTable";
import type { Names } from "../../gate/rules";
import { gpus, profiles, servers } from "./choices";
import { behind, withBodies } from "./hidden";
import { dockersOwn, methods, spellings } from "./paths";
import { ids, people } from "./people";

export { hex, launcherPath, startOf } from "./attack";
export { serviceAttacks, servicePath } from "./services";

/** `ada` is listed and has no server. */
export function launcherAttacks(names: Names): GateAttack[] {
    return [
        ...methods(),
        ...dockersOwn(names),
        ...spellings(),
        ...people(names),
        ...ids(),
        ...profiles(),
        ...servers(),
        ...gpus(),
        ...withBodies(names),
        ...behind(),
    ];
}
