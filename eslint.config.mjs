// The law for TypeScript. Form is Prettier's; imports between folders are dependency-cruiser's.
import js from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/** A text in another language inside a template, and a regular expression, cannot be broken. */
const LINE = { code: 120, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true };

/** What is named so is there for its place: an argument before another, a part that is left out. */
const UNUSED = { argsIgnorePattern: "^_", varsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" };

const NODE = ["process", "console", "module", "require", "__dirname", "setInterval", "clearInterval", "Buffer"];
const GLOBALS = Object.fromEntries(NODE.map(name => [name, "readonly"]));

export default tseslint.config(
    { ignores: ["**/node_modules", "test/artifacts", "images", "site/build", "build"] },
    js.configs.recommended,
    ...tseslint.configs.recommended,
    {
        rules: {
            "max-len": ["error", LINE],
            "no-control-regex": "off", // Names and texts are searched for them on purpose.
            "@typescript-eslint/no-unused-vars": ["error", UNUSED],
        },
    },
    {
        files: ["**/*.ts"],
        languageOptions: { parserOptions: { projectService: true } },
        plugins: { "@pulumi": pulumi },
        rules: {
            // An output is known only later: in a text it would be a warning of Pulumi's.
            "@pulumi/no-output-in-template-literal": "error",
            "@typescript-eslint/no-floating-promises": "error",
            "@typescript-eslint/no-misused-promises": "error",
            "@typescript-eslint/await-thenable": "error",
        },
    },
    {
        // What is longer has more than one idea in it.
        files: ["components/**/*.ts", "scripts/**/*.ts"],
        rules: {
            "max-lines": ["error", 300],
            "max-lines-per-function": ["error", 60],
            "max-params": ["error", 4],
        },
    },
    {
        files: ["test/{browser,deploy,engines,languages,plugins,support}/**", "bench/**", "policy/**"],
        rules: { "max-lines": ["error", 300], "max-params": ["error", 4] },
    },
    { files: ["bench/**"], rules: { "max-lines-per-function": ["error", 60] } },
    {
        // What steps share is a class; a method of it that is handed over alone has lost it.
        files: ["test/deploy/**"],
        rules: { "@typescript-eslint/unbound-method": "error" },
    },
    {
        // Loaded by tools as they are: jest, node itself.
        files: ["**/*.{js,cjs,mjs}"],
        languageOptions: { globals: GLOBALS },
        rules: { "@typescript-eslint/no-require-imports": "off" },
    },
);
