import { progress } from "../terminal/command";
import { declare } from "../terminal/declare";

export default declare({
    call: "npm run reset --",
    about: [
        "Gives a person a fresh container over the same home, for a server that somebody broke. What " +
            "was installed or changed outside the home is gone; the home, the password and tokens stay. " +
            "A running server is stopped first: it asks, unless --yes is given.",
    ],
    needs: "a stack and a person's name: npm run reset -- STACK NAME",
})
    .argument("<STACK>", "which stack")
    .argument("<NAME>", "whose container")
    .option("-y, --yes", "stop a running server without asking")
    .action(async (stack, name, { yes = false }) => {
        const { reset } = await import("../stack/reset");
        const { code, person } = await reset(stack, name, yes);
        if (code === 0) {
            progress(`${person} has a new container over the same home.`);
        }
        process.exitCode = code;
    });
