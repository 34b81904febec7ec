/**
 * Node, without what files of before leave behind. Jest makes an AsyncLocalStorage for each test file and never ends
 * it: each promise of a later file was told to all of them, and none of the earlier files' modules could be collected.
 */
const { AsyncLocalStorage } = require("node:async_hooks");
const { TestEnvironment } = require("jest-environment-node");

const used = new Set();
for (const method of ["run", "enterWith"]) {
    const original = AsyncLocalStorage.prototype[method];
    AsyncLocalStorage.prototype[method] = function (...args) {
        used.add(this);
        return original.apply(this, args);
    };
}

module.exports = class UnitEnvironment extends TestEnvironment {
    async teardown() {
        await super.teardown();
        used.forEach(storage => storage.disable());
        used.clear();
    }
};
