import { declare } from "../terminal/declare";

export default declare({
    call: "npm run audit --",
    about: [
        "Asks npm, PyPI and Go's vulnerability database for known vulnerabilities of the packages in the " +
            "lock files, and prints a line for each lock file. Nothing is changed. Exit codes:",
        "  0   all could be asked, and nothing is known\n  1   something is known\n  2   nothing is " +
            "known, but not all could be asked: the registries that this machine\n      reaches give no " +
            "advisories",
        "It is no part of `npm test`. docs/supply-chain.md says what it does not see.",
    ],
})
    .option("--json", "for programs: each lock file with its findings, or why it could not be asked for")
    .action(async ({ json = false }) => {
        const { audit, exitCode, auditReport } = await import("../audit/audit");
        const audited = await audit();
        console.log(json ? JSON.stringify(audited, undefined, 2) : auditReport(audited));
        process.exitCode = exitCode(audited);
    });
