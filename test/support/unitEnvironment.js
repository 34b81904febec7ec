/**
 * Node, without what files of before leave behind. Jest makes an AsyncLocalStorage for each test file and never ends
 * it: each promise of a later file was told to all of them, and none of the earlier files' modules could be collected.
 */
const { AsyncLocalStorage } = require("node:async_hooks");
const vm = require("node:vm");
const { TestEnvironment } = require("jest-environment-node");

const used = new Set();
for (const method of ["run", "enterWith"]) {
    const original = AsyncLocalStorage.prototype[method];
    AsyncLocalStorage.prototype[method] = function (...args) {
        used.add(this);
        return original.apply(this, args);
    };
}

/**
 * Jest compiles each module anew for each test file. V8 keeps what a script of the same text was compiled to, also in
 * another context, but not what `compileFunction` was.
 */
const { compileFunction } = vm;
vm.compileFunction = (code, parameters = [], options = {}) => {
    const { parsingContext, filename } = options;
    if (parsingContext === undefined) {
        return compileFunction(code, parameters, options);
    }
    const before = `(function (${parameters}) {`;
    const script = new vm.Script(`${before}${code}\n})`, { filename, columnOffset: -before.length });
    return script.runInContext(parsingContext);
};

module.exports = class UnitEnvironment extends TestEnvironment {
    async teardown() {
        await super.teardown();
        used.forEach(storage => storage.disable());
        used.clear();
    }
};
