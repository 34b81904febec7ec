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
    .argument("[OPTIONS...]", "Pulumi's options, passed on to `pulumi destroy`")
    .allowUnknownOption()
    .action(async (_stack, _options, _known, command) => {
        const { takeDown } = await import("../stack/down");
        const { stack, rest } = stackAndRest(command.args);
        const code = await takeDown(stack, rest);
        if (code === undefined) {
            progress(`The stack "${stack}" is not deployed: nothing to remove.`);
        } else if (code === 0) {
            progress(
                `Homes and the hub's database are kept. Back again: npm run up -- ${stack}\n(Pulumi's \`stack ` +
                    `rm\` is not needed; it would delete stacks/Pulumi.${stack}.yaml too.)`,
            );
        }
        process.exitCode = code;
    });
