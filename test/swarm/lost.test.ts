/** Nodes that fail, are drained and come back; people who come and go; what those see who look after it. */
import { SwarmLab } from "./lab";
import { administered } from "./lost/administered";
import { drained } from "./lost/drained";
import { powerless } from "./lost/powerless";

const lab = new SwarmLab("lost");

beforeAll(() => lab.begin());
afterAll(() => lab.end());

powerless(lab);
drained(lab);
administered(lab);
