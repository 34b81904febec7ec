import { declare, valued } from "../terminal/declare";
import { MESSAGE, NOTICE } from "../terminal/notice";

export default declare({
    call: "npm run kick --",
    about: [
        "Stops people's servers and waits until they have ended. Files stay. Running programs get ten " +
            "seconds to finish. The hub's pages and open terminals tell these people that their server " +
            "was stopped, and why. The hub starts always-on servers again.",
        "A name alone means all of this person's servers, ada/work the one that is called work.",
    ],
    needs: "a stack and people's names: npm run kick -- STACK NAME…",
})
    .argument("<STACK>", "which stack")
    .argument("<NAME...>", "whose servers: ada for all of hers, ada/work for one of them")
    .addOption(valued("--message <TEXT>", "the reason, shown to them", MESSAGE))
    .addOption(
        valued(
            "--in <DURATION>",
            "warn them on the hub's pages and in open terminals, and stop after this time (30s, 5m)",
            NOTICE,
        ),
    )
    .action(async (stack, given, { message, in: notice = 0 }) => {
        const { kickPeople } = await import("../stack/kick");
        const { stopped, idle } = await kickPeople(stack, given, { message, notice });
        const { listed } = await import("../docker/kick");
        console.log(`Stopped: ${listed(stopped)}${idle.length === 0 ? "" : `\nNot running: ${idle.join(", ")}`}`);
    });
