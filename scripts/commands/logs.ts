import { declare, valued } from "../terminal/declare";

const whole = { needs: "a value; see: npm run logs -- --help", read: (text: string) => text };

export default declare({
    call: "npm run logs --",
    about: [
        "What a person's server, or a part of the hub, has written. Docker keeps 30 MB a container, " +
            "and nothing of one that was removed.",
    ],
    needs: "a stack, and whose: npm run logs -- STACK NAME, or hub, proxy, gate in place of the name",
})
    .argument("<STACK>", "which stack")
    .argument(
        "<NAME>",
        "a person, or hub, proxy, gate, guard or https. A person who is called so is person:hub and so on",
    )
    .option("-f, --follow", "go on until Ctrl-C")
    .addOption(valued("-n, --tail <N>", "the last N lines", whole))
    .addOption(valued("--since <TIME>", "from a time on, or a span ago (10m)", whole))
    .addOption(valued("--until <TIME>", "up to a time, or a span ago", whole))
    .option("-t, --timestamps", "a time before each line")
    .action(async (stack, name, options) => {
        const { logs } = await import("../stack/logs");
        process.exitCode = await logs(stack, name, options);
    });
