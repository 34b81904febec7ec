import { stackAndRest } from "../terminal/command";
import { declare, examples } from "../terminal/declare";

export default declare({
    call: "npm run up --",
    about: [
        "Deploys stacks/Pulumi.STACK.yaml: makes Docker match it, and returns when the hub answers. Run " +
            "it again after every edit.",
        "Says what it has changed: who is added, gone or changed, whose change waits, which part is replaced.",
        "Installs what is missing: Pulumi, Docker (on Debian and Ubuntu, as root), the base image. Starts " +
            "Docker only on a machine without systemd; elsewhere it says that Docker is down. Repairs " +
            "what a killed run left behind. If the hub answers but another of its containers stays " +
            "unhealthy, it says so and exits with 1.",
    ],
})
    .argument("[STACK]", "which stack", "dev")
    .argument("[PULUMI_OPTIONS...]", "Pulumi's options, passed on to `pulumi up`")
    .addHelpText(
        "after",
        examples(
            ["npm run up", "deploy the dev stack"],
            ["npm run up -- course", "deploy stacks/Pulumi.course.yaml"],
            ["npm run up -- dev --refresh", "also find and mend what was changed by hand"],
            ["npm run preview", "see what would change, change nothing"],
        ),
    )
    .option("--verbose", "Pulumi's own lines, too; without it they are shown where a run fails")
    .allowUnknownOption()
    .action(async (_stack, _options, { verbose = false }, command) => {
        const { up } = await import("../stack/up");
        const { stack, rest } = stackAndRest(command.args);
        process.exitCode = await up(stack, rest, verbose);
    });
