/**
 * The main walk of a stack on several machines: up, people on all nodes, who are kept apart; a hostile hub; limits; the
 * end. On two nodes it is part of the deploy tests (deploy/surroundings/swarm.test.ts).
 */
import { SwarmLab } from "./lab";
import { apart } from "./walk/apart";
import { arriving } from "./walk/arrive";
import { ending } from "./walk/ending";
import { guarded } from "./walk/guarded";
import { hostile } from "./walk/hostile";
import { limited } from "./walk/limited";

const lab = new SwarmLab("walk");

beforeAll(() => lab.begin());
afterAll(() => lab.end());

arriving(lab);
limited(lab);
apart(lab);
guarded(lab);
hostile(lab);
ending(lab);
