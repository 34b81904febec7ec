import { declare, valued } from "../terminal/declare";
import { MESSAGE, NOTICE } from "../terminal/notice";

export default declare({
    call: "npm run drain --",
    about: [
        "Stops all servers for maintenance and waits until they have ended. Nobody can start a server " +
            "until the next `npm run up` or --end, and always-on servers stay down too. The hub's pages " +
            "say so.",
    ],
    needs: "a stack: npm run drain -- STACK",
})
    .argument("<STACK>", "which stack")
    .addOption(valued("--message <TEXT>", "the reason, shown to people", MESSAGE))
    .addOption(
        valued(
            "--in <DURATION>",
            "warn them on the hub's pages and in open terminals, and stop after this time (30s, 5m)",
            NOTICE,
        ),
    )
    .option("--end", "let people start servers again")
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
