/**
 * A stack on several machines. Run by `npm run test:swarm`, which names the number of nodes and the tests (SWARM_NODES,
 * SWARM_TESTS), and the file that takes what was counted (ENGINE_ROWS).
 */
import * as fs from "node:fs";
import { onSwarm } from "../support/swarm/outside";

const { SWARM_NODES = "3", SWARM_TESTS = "test/swarm/walk.test.ts", ENGINE_ROWS } = process.env;

onSwarm(Number(SWARM_NODES), SWARM_TESTS.split(" "), row => {
    if (ENGINE_ROWS !== undefined) {
        fs.appendFileSync(ENGINE_ROWS, `${JSON.stringify(row)}\n`);
    }
});
