import { progress } from "../terminal/command";
import { declare, examples } from "../terminal/declare";

export default declare({
    call: "npm run adopt --",
    about: [
        "Takes over what is deployed when Pulumi's state does not know it: the state was lost, another account or " +
            "checkout has it, or the stack file was moved. Everything is found by name and label; nothing is " +
            "replaced for it and nobody is interrupted. Then it deploys, as `npm run up` does.",
        "If another file here has the same root secret, it refuses: one of the two is a copy.",
    ],
    needs: "a stack: npm run adopt -- STACK",
})
    .argument("<STACK>", "which stack")
    .addHelpText("after", examples(["npm run adopt -- course", "go on with what is deployed for that stack file"]))
    .action(async stack => {
        const [{ adopt }, { up }] = await Promise.all([import("../stack/adopt"), import("../stack/up")]);
        if (!(await adopt(stack))) {
            progress(`There is nothing to take over for the stack "${stack}".`);
            return;
        }
        process.exitCode = await up(stack, []);
    });
