import { progress } from "../terminal/command";
import { declare } from "../terminal/declare";

export default declare({
    call: "npm run clean --",
    about: [
        "Removes images of earlier deploys of a stack that nothing uses any more. An image stays if the " +
            "stack file needs it, if any container was created from it (running or not, of any stack), " +
            "or if the last deploy of another of your stacks used it, from this checkout or another. " +
            "Only images that were built here are removed. One that is needed again is built again.",
    ],
})
    .argument("[STACK]", "which stack", "dev")
    .option("--json", "print the removed images as JSON: a list of image and size")
    .action(async (stack, { json = false }) => {
        const { clean } = await import("../stack/clean");
        const { table } = await import("../terminal/table");
        const removed = await clean(stack);
        if (json) {
            console.log(JSON.stringify(removed ?? [], undefined, 2));
        } else if (removed === undefined) {
            progress(`The stack "${stack}" was never deployed: it has no images.`);
        } else if (removed.length === 0) {
            progress(`Every image of the stack "${stack}" is in use.`);
        } else {
            console.log(
                table(
                    ["removed", "size"],
                    removed.map(({ image, size }) => [image, size]),
                ),
            );
        }
    });
