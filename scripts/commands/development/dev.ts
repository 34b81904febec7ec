import { declare, examples } from "../../terminal/declare";

export default declare({
    call: "npm run dev --",
    about: [
        "Runs the unit tests of what differs from the last commit, and again at each change of a file that they " +
            "import, until Ctrl-C. On a terminal it shows keys: a for all tests, p for files by name, q to end.",
        "What a test reads as text is no import: after an edit in docs/, stacks/ or images/ press Enter. Types, form " +
            "and all the rest are for `npm test`.",
    ],
})
    .argument("[WORD...]", "only files whose path has one of these words")
    .addHelpText("after", examples(["npm run dev"], ["npm run dev -- config/users"]))
    .action(async words => {
        const { inherit } = await import("../../terminal/process");
        const jest = ["node_modules/jest/bin/jest.js", ...words, "--watch", "--selectProjects", "unit"];
        process.exitCode = await inherit(process.execPath, jest, process.env);
    });
