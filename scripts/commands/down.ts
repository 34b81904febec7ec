import { progress, stackAndRest } from "../terminal/command";
import { declare } from "../terminal/declare";

export default declare({
    call: "npm run down --",
    about: [
        "Removes the containers and networks of a stack. Homes, the hub's database, images and the " +
            "stack file stay: the next `npm run up` brings everything back, with the same passwords. " +
            "`npm run purge` deletes the data too.",
    ],
})
    .argument("[STACK]", "which stack", "dev")
    .argument("[PULUMI_OPTIONS...]", "Pulumi's options, passed on to `pulumi destroy`")
    .option("--verbose", "Pulumi's own lines, too; without it they are shown where a run fails")
    .allowUnknownOption()
    .action(async (_stack, _options, { verbose = false }, command) => {
        const { takeDown } = await import("../stack/down");
        const { stack, rest } = stackAndRest(command.args);
        const code = await takeDown(stack, rest, verbose);
        if (code === undefined) {
            progress(`The stack "${stack}" is not deployed: nothing to remove.`);
        } else if (code === 0) {
            progress(
                `Homes and the hub's database are kept. To bring it back: npm run up -- ${stack}` +
                    (verbose
                        ? `\n(Pulumi's \`stack rm\` is not needed; it would delete stacks/Pulumi.${stack}.yaml too.)`
                        : ""),
            );
        }
        process.exitCode = code;
    });
