/** As ts-node's swc takes the types out, too. */
const swc = {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "commonjs" },
    sourceMaps: "inline",
};

/** One project a kind of test; types are checked by `npm run typecheck`, not again here. */
const project = name => ({
    displayName: name,
    rootDir: __dirname,
    // What `npm run package` makes has names of the checkout.
    modulePathIgnorePatterns: ["<rootDir>/build/"],
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    transform: { "^.+\\.ts$": ["@swc/jest", swc] },
    ...(name === "unit" ? { testEnvironment: "<rootDir>/test/support/unitEnvironment.js" } : {}),
    // Half of what Pulumi's SDK loads, in each test file anew, is for programs that hand over functions; half of what
    // zod loads are its words in other languages than English.
    moduleNameMapper: {
        "^@npmcli/arborist$|/typescript-shim$|/locales/index\\.cjs$": "<rootDir>/test/support/nothing.js",
    },
});

module.exports = {
    testSequencer: "./test/support/longestFirst.js",
    // Only ends what would never end: how long a test takes is the machine's business.
    testTimeout: 20 * 60_000,
    projects: ["unit", "deploy", "browser", "plugins", "engines", "machines", "swarm", "languages"].map(project),
};
