import { progress } from "../terminal/command";
import { declare } from "../terminal/declare";

export default declare({
    call: "npm run reset --",
    about: [
        "Recreates a person's container over the same home, to repair a broken server. The home, the " +
            "password and tokens stay. What was installed or changed outside the home is lost. If the " +
            "server is running, reset asks before it stops it (--yes: does not ask).",
    ],
    needs: "a stack and a person's name: npm run reset -- STACK NAME",
})
    .argument("<STACK>", "which stack")
    .argument("<NAME>", "whose container; ada/work for a further server of hers")
    .option("-y, --yes", "stop a running server without asking")
    .action(async (stack, name, { yes = false }) => {
        const { reset } = await import("../stack/reset");
        const { code, server, atStart } = await reset(stack, name, yes);
        if (code === 0) {
            progress(
                atStart
                    ? `${server}'s next start makes a new container.`
                    : `${server} has a new container over the same home.`,
            );
        }
        process.exitCode = code;
    });
