/**
 * The long files first, so that none begins when the others have ended. On a machine that has run them jest knows; here
 * is about how long they take.
 */
const { default: Sequencer } = require("@jest/test-sequencer");
const path = require("node:path");

const SECONDS = require("./seconds.json");

module.exports = class LongestFirst extends Sequencer {
    /** @returns milliseconds; what nobody knows comes first */
    time(test) {
        const known = SECONDS[test.context.config.displayName.name]?.[path.basename(test.path, ".test.ts")];
        return super.time(test) ?? (known === undefined ? undefined : known * 1000);
    }
};
