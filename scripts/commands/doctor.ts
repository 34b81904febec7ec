import { declare, examples } from "../terminal/declare";

export default declare({
    call: "npm run doctor --",
    about: [
        "Looks at this machine and says what would go wrong, before anything is deployed: Docker, its version and " +
            "firewall, whether people can be isolated, disk, memory, ports, DNS, the clock, certificate authorities, " +
            "Node, Go, Python, the passphrase. With a stack also its file, and the Docker host that it names.",
        "Each line is ok, warn or problem, with what to do. It changes nothing. The exit code is 1 if there is a " +
            "problem. docs/new.md.",
    ],
})
    .argument("[STACK]", "the stack that is to be deployed; without it the machine alone is looked at")
    .option(
        "--json",
        "the same as JSON: what, state (ok, warn, problem), says, and todo where there is something to do",
    )
    .addHelpText("after", examples(["npm run doctor"], ["npm run doctor -- course"]))
    .action(async (stack, { json = false }) => {
        const { examine, isFit } = await import("../doctor/doctor");
        const { findingsText } = await import("../doctor/words");
        const findings = await examine(stack);
        console.log(json ? JSON.stringify(findings, undefined, 2) : findingsText(findings));
        process.exitCode = isFit(findings) ? 0 : 1;
    });
