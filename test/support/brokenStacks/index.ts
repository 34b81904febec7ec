/**
 * Stack files that are wrong, and every line that people must be told about each. Used by the unit tests (the check
 * itself) and by the deploy tests (the same from `npm run up` and from plain `pulumi preview`).
 */
import { authentication } from "./authentication";
import type { BrokenStack } from "./brokenStack";
import { docker } from "./docker";
import { hub } from "./hub";
import { network } from "./network";
import { people } from "./people";
import { servers } from "./servers";
import { values } from "./values";

export const brokenStacks: readonly BrokenStack[] = [
    ...people,
    ...servers,
    ...values,
    ...network,
    ...docker,
    ...authentication,
    ...hub,
];
