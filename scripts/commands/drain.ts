import { declare, valued } from "../terminal/declare";
import { MESSAGE, NOTICE } from "../terminal/notice";

export default declare({
    call: "npm run drain --",
    about: [
        "Stops everybody's server and waits until they have ended, for maintenance. Nobody can start " +
            "one until the next `npm run up` or --end, always-on ones included; the hub's pages say so " +
            "to everybody.",
    ],
    needs: "a stack: npm run drain -- STACK",
})
    .argument("<STACK>", "which stack")
    .addOption(valued("--message <TEXT>", "why, for people to read", MESSAGE))
    .addOption(
        valued(
            "--in <DURATION>",
            "tell them first (30s, 5m), on the hub's pages and in open terminals, and stop after that time",
            NOTICE,
        ),
    )
    .option("--end", "people can start servers again")
    .action(async (stack, { message, in: notice = 0, end = false }) => {
        const [{ deployedStack }, { kick, listed, release }] = await Promise.all([
            import("../pulumi/deployed"),
            import("../docker/kick"),
        ]);
        const { docker, names, containers } = await deployedStack(stack);
        if (end) {
            const held = await release(docker, names.hub);
            console.log(held ? "People can start servers again." : "People could start servers already.");
            return;
        }
        const stopped = await kick({ docker, hub: names.hub, containers, message, notice });
        console.log(
            `Stopped: ${listed(stopped)}\nNobody can start a server until \`npm run up -- ${stack}\`, or ` +
                `\`npm run drain -- ${stack} --end\`.`,
        );
    });
