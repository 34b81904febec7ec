import { declare, valued } from "../terminal/declare";

const whole = { needs: "a value; see: npm run logs -- --help", read: (text: string) => text };

export default declare({
    call: "npm run logs --",
    about: [
        "Shows the log of a person's server or of one of the hub's own containers. Docker keeps 30 MB " +
            "for each container, and nothing once the container is removed.",
    ],
    needs: "a stack, and whose: npm run logs -- STACK NAME, or hub, proxy, gate, guard or https in place of the name",
})
    .argument("<STACK>", "which stack")
    .argument(
        "<NAME>",
        "a person, or one of their further servers (ada/work), or hub, proxy, gate, launcher, guard or https. For a " +
            "person called hub: person:hub",
    )
    .option("-f, --follow", "keep printing until Ctrl-C")
    .addOption(valued("-n, --tail <N>", "the last N lines", whole))
    .addOption(valued("--since <TIME>", "since a time, or for the last 10m", whole))
    .addOption(valued("--until <TIME>", "until a time, or until 10m ago", whole))
    .option("-t, --timestamps", "show when each line was written")
    .action(async (stack, name, options) => {
        const { logs } = await import("../stack/logs");
        process.exitCode = await logs(stack, name, options);
    });
