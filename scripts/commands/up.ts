import { stackAndRest } from "../terminal/command";
import { declare, examples } from "../terminal/declare";

export default declare({
    call: "npm run up --",
    about: [
        "Deploys stacks/Pulumi.STACK.yaml: makes this machine's Docker match it, and returns when " +
            "the hub answers. Run it again after every edit.",
        "Installs what is missing: Pulumi, Docker (Debian and Ubuntu, as root), the base image. An " +
            "installed Docker that does not answer is started only where nothing else sees to it (in a " +
            "container, without systemd); otherwise it says what is down. Puts right what a killed run " +
            "left behind. Where the hub answers and its guard or another of its containers stays " +
            "unhealthy, it says so and ends with 1.",
    ],
})
    .argument("[STACK]", "which stack", "dev")
    .argument("[OPTIONS...]", "Pulumi's options, passed on to `pulumi up`")
    .addHelpText(
        "after",
        examples(
            ["npm run up", "deploy the dev stack"],
            ["npm run up -- course", "deploy stacks/Pulumi.course.yaml"],
            ["npm run up -- dev --refresh", "also find and mend what was changed by hand"],
            ["npm run pulumi -- preview", "see what would change, change nothing"],
        ),
    )
    .allowUnknownOption()
    .action(async (_stack, _options, _known, command) => {
        const { up } = await import("../stack/up");
        const { stack, rest } = stackAndRest(command.args);
        process.exitCode = await up(stack, rest);
    });
