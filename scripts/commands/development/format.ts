import { declare } from "../../terminal/declare";

export default declare({
    call: "npm run format",
    about: [
        "Formats every file: Prettier and ESLint for TypeScript, ruff for Python. `npm run lint` checks " +
            "the result.",
    ],
}).action(async () => {
    const { format } = await import("../../testing/lint");
    process.exitCode = (await format()) ? 0 : 1;
});
