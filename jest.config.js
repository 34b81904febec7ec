/** One project a kind of test; types are checked by `npm run typecheck`, not again here. */
const project = (name, testTimeout) => ({
    displayName: name,
    rootDir: __dirname,
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    transform: { "^.+\\.ts$": ["ts-jest", { diagnostics: false }] },
    testTimeout,
});

module.exports = {
    projects: ["unit", "deploy", "browser"].map(name => project(name)),
};
