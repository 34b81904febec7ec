/**
 * Parts of npm's packages that are loaded when they are first used. Most of what Pulumi's SDK loads is TypeScript's
 * compiler and npm's own resolver, for programs that hand over functions (dynamic providers,
 * `aws.lambda.CallbackFunction`), and tracing. Half of zod are its messages in fifty languages.
 */
const Module = require("node:module");
const path = require("node:path");

const WHOLE = ["@pulumi/pulumi/typescript-shim", "@npmcli/arborist", "zod/v4/locales"];

/** The SDK takes functions and classes out of these as soon as it is loaded. */
const TAKEN_APART = [
    "@opentelemetry/exporter-zipkin",
    "@opentelemetry/instrumentation",
    "@opentelemetry/instrumentation-grpc",
    "@opentelemetry/resources",
    "@opentelemetry/sdk-trace-base",
    "@opentelemetry/sdk-trace-node",
];

/** File → what stands in its place. */
const standIns = new Map();

/** @param root a folder with node_modules */
function loadWhenUsed(root) {
    const { resolve } = Module.createRequire(path.join(root, "package.json"));
    for (const part of [...WHOLE, ...TAKEN_APART]) {
        let file;
        try {
            file = resolve(part);
        } catch {
            continue; // Another version of the package has not got it.
        }
        if (require.cache[file] === undefined) {
            require.cache[file] = standIn(file, TAKEN_APART.includes(part) ? member : (name, key) => real(name)[key]);
            standIns.set(file, require.cache[file]);
        }
    }
}

/** @param take gives what its caller asks for */
function standIn(file, take) {
    const module = new Module(file);
    module.filename = file;
    module.loaded = true;
    // With this mark `import * as name` takes it as it is, instead of copying all that is in it.
    module.exports = new Proxy({ __esModule: true }, { get: (own, key) => own[key] ?? take(file, key) });
    return module;
}

/** A function or a class, to be kept: `const { NodeTracerProvider } = require(…)`. */
function member(file, key) {
    const it = () => real(file)[key];
    return new Proxy(function () {}, {
        apply: (_, self, args) => Reflect.apply(it(), self, args),
        construct: (_, args) => new (it())(...args),
        get: (_, name) => it()[name],
    });
}

/** The parts use each other: from here on they all get the real ones. */
function real(file) {
    for (const [name, module] of standIns) {
        if (require.cache[name] === module) {
            delete require.cache[name];
        }
    }
    return require(file);
}

module.exports = { loadWhenUsed };
