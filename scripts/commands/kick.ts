import { declare, valued } from "../terminal/declare";
import { MESSAGE, NOTICE } from "../terminal/notice";

export default declare({
    call: "npm run kick --",
    about: [
        "Stops the servers of people and waits until they have ended. Files stay; what runs in the " +
            "servers ends, with ten seconds to finish. These people read on the hub's pages, and before " +
            "they start again, that it was stopped and why; an open terminal says it too. Always-on " +
            "servers are started again by the hub.",
    ],
    needs: "a stack and people's names: npm run kick -- STACK NAME…",
})
    .argument("<STACK>", "which stack")
    .argument("<NAME...>", "whose servers")
    .addOption(valued("--message <TEXT>", "why, for them to read", MESSAGE))
    .addOption(
        valued(
            "--in <DURATION>",
            "tell them first (30s, 5m), on the hub's pages and in open terminals, and stop after that time",
            NOTICE,
        ),
    )
    .action(async (stack, given, { message, in: notice = 0 }) => {
        const { kickPeople } = await import("../stack/kick");
        const { stopped, idle } = await kickPeople(stack, given, { message, notice });
        const { listed } = await import("../docker/kick");
        console.log(`Stopped: ${listed(stopped)}${idle.length === 0 ? "" : `\nNot running: ${idle.join(", ")}`}`);
    });
