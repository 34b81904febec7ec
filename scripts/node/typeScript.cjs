/**
 * Takes the types out of this checkout's TypeScript with swc and keeps the result, so that a command or a plan pays for
 * it once. ts-node does this again in every process, and loads all of TypeScript's compiler for it.
 */
const { createHash, randomBytes } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

/** Beside npm's packages: `npm ci` empties it, and git does not see it. Test checkouts share both by a link. */
const CACHE = path.join(__dirname, "..", "..", "node_modules", ".cache", "typescript");

/** As tsconfig.json says it; jest.config.js has the same. */
const OPTIONS = {
    configFile: false,
    swcrc: false,
    jsc: { parser: { syntax: "typescript" }, target: "es2022", keepClassNames: true },
    module: { type: "commonjs" },
    sourceMaps: "inline",
};

/** Path → its JavaScript, for stack traces. */
const outputs = new Map();

/** Whatever the JavaScript depends on but for the TypeScript itself. */
let tools;

/** @returns JavaScript that ends with a source map. @throws swc's error with the place of a mistake in the syntax */
function withoutTypes(source, file) {
    tools ??= `${require("@swc/core/package.json").version} ${JSON.stringify(OPTIONS)}`;
    const entry = path.join(CACHE, `${digest(`${tools}\0${source}`)}.js`);
    const output = read(entry) ?? strip(source, file, entry);
    outputs.set(file, output);
    return output;
}

/** Paths in it are relative to the file, so that checkouts can share it. */
function strip(source, file, entry) {
    const { transformSync } = require("@swc/core");
    const { code } = transformSync(source, { ...OPTIONS, filename: file, sourceFileName: path.basename(file) });
    write(entry, code);
    return code;
}

const digest = text => createHash("sha256").update(text).digest("hex");

/** What was kept, if all of it is there: its first line is the digest of the rest. */
function read(entry) {
    let kept;
    try {
        kept = fs.readFileSync(entry, "utf8");
    } catch {
        return undefined;
    }
    const end = kept.indexOf("\n");
    const output = kept.slice(end + 1);
    return kept.slice(0, end) === digest(output) ? output : undefined;
}

/** Other processes see all of it or nothing. In a checkout that cannot be written to the next process does it again. */
function write(entry, output) {
    const fresh = `${entry}.${randomBytes(8).toString("hex")}`;
    quietly(() => {
        fs.mkdirSync(CACHE, { recursive: true });
        fs.writeFileSync(fresh, `${digest(output)}\n${output}`);
        fs.renameSync(fresh, entry);
    });
    quietly(() => fs.rmSync(fresh, { force: true })); // There only if something failed.
}

function quietly(act) {
    try {
        act();
    } catch {
        // The caller can do without.
    }
}

const mapIn = output => Buffer.from(output.slice(output.lastIndexOf(",") + 1), "base64").toString();

/** Lets Node load TypeScript, and say places in it by the lines that people wrote. */
function register() {
    require.extensions[".ts"] = (module, file) =>
        module._compile(withoutTypes(fs.readFileSync(file, "utf8"), file), file);
    require("source-map-support").install({
        environment: "node",
        handleUncaughtExceptions: false,
        // Not the maps of npm's packages: Pulumi's SDK has one for each of its files, and takes stacks at each plan.
        overrideRetrieveSourceMap: true,
        retrieveSourceMap: file => (outputs.has(file) ? { url: file, map: mapIn(outputs.get(file)) } : null),
    });
}

module.exports = { withoutTypes, register };
