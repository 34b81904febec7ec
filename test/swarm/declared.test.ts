/** The same walk where servers are declared: each is a service that stands still until the launcher starts it. */
import { SwarmLab } from "./lab";
import { waiting } from "./declared/waiting";
import { apart } from "./walk/apart";
import { arriving } from "./walk/arrive";
import { ending } from "./walk/ending";
import { guarded } from "./walk/guarded";
import { hostile } from "./walk/hostile";
import { limited } from "./walk/limited";

const lab = new SwarmLab("declared", "declared");

beforeAll(() => lab.begin());
afterAll(() => lab.end());

arriving(lab);
limited(lab);
apart(lab);
waiting(lab);
guarded(lab);
hostile(lab);
ending(lab);
