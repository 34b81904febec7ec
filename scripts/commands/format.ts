import { declare } from "../terminal/declare";

export default declare({
    call: "npm run format",
    about: [
        "Brings every file into its form: Prettier and ESLint for TypeScript, ruff for Python. `npm " +
            "run lint` says what is left.",
    ],
}).action(async () => {
    const { format } = await import("../testing/lint");
    process.exitCode = (await format()) ? 0 : 1;
});
