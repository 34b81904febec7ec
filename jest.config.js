/** One project a kind of test; types are checked by `npm run typecheck`, not again here. */
const project = name => ({
    displayName: name,
    rootDir: __dirname,
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    transform: { "^.+\\.ts$": ["ts-jest", { diagnostics: false }] },
});

module.exports = {
    testSequencer: "./test/support/longestFirst.js",
    // Only ends what would never end: how long a test takes is the machine's business.
    testTimeout: 20 * 60_000,
    projects: ["unit", "deploy", "browser", "plugins", "engines"].map(project),
};
