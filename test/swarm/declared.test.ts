/** The same walk where servers are declared: each is a service that stands still until the launcher starts it. */
import { LockedRegistry } from "../support/swarm/lockedRegistry";
import { SwarmLab } from "./lab";
import { locked } from "./declared/locked";
import { waiting } from "./declared/waiting";
import { apart } from "./walk/apart";
import { arriving } from "./walk/arrive";
import { ending } from "./walk/ending";
import { guarded } from "./walk/guarded";
import { hostile } from "./walk/hostile";
import { limited } from "./walk/limited";

const lab = new SwarmLab("declared", "declared");

let door: LockedRegistry;

beforeAll(async () => {
    door = await LockedRegistry.open();
    lab.registry = () => door.keys;
    await lab.begin();
    await lab.workspace.secret("swarmRegistryPassword", door.password);
});
afterAll(async () => {
    await lab.end();
    door.close();
});

arriving(lab);
limited(lab);
apart(lab);
waiting(lab);
guarded(lab);
hostile(lab);
locked(lab, () => door);
ending(lab);
