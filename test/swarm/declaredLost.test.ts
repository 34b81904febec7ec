/** Lost and drained nodes, and those who look after it, where people's servers are declared. */
import { SwarmLab } from "./lab";
import { administered } from "./lost/administered";
import { drained } from "./lost/drained";
import { powerless } from "./lost/powerless";

const lab = new SwarmLab("declared-lost", "declared");

beforeAll(() => lab.begin());
afterAll(() => lab.end());

powerless(lab);
drained(lab);
administered(lab);
