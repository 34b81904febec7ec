import { declare } from "../../terminal/declare";

export default declare({
    call: "npm run audit --",
    about: [
        "Asks npm, PyPI and Go's vulnerability database about the packages in the lock files, and prints " +
            "a line for each lock file. Changes nothing. Exit codes:",
        "  0   every database answered, and no vulnerability is known\n  1   a vulnerability is known\n" +
            "  2   none is known, but not every database answered: the registries that this\n      machine " +
            "reaches may have no advisories",
        "`npm test` does not run it. docs/supply-chain.md says what it does not see.",
    ],
})
    .option("--json", "print each lock file as JSON, with its findings or why there was no answer")
    .action(async ({ json = false }) => {
        const { audit, exitCode, auditReport } = await import("../../audit/audit");
        const audited = await audit();
        console.log(json ? JSON.stringify(audited, undefined, 2) : auditReport(audited));
        process.exitCode = exitCode(audited);
    });
