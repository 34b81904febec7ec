import { Option } from "@commander-js/extra-typings";
import { declare, valued } from "../terminal/declare";
import { EVERY } from "../terminal/notice";

export default declare({
    call: "npm run status --",
    about: [
        "Shows a stack. First people's servers (ada, and ada/work where she has a further one): state, " +
            "what she took (profile), GPUs, whether the image is the one in the stack file, and when she was " +
            "last active. Then the hub's own containers, with the output of the health check where one fails, " +
            "and the homes of people who are no longer in the stack file. Last, drift: what was changed by " +
            "hand since the last deploy, such as a container renamed, recreated or given other memory, or a " +
            "missing network or image. `npm run up` repairs drift (docs/faults.md). And what the " +
            "clock starts next (docs/schedule.md).",
        "The exit code is 1 if there is drift, or if one of the hub's own containers is not running or " +
            'is unhealthy. "starting" counts as healthy.',
    ],
})
    .argument("[STACK]", "which stack", "dev")
    .addOption(
        valued(
            "--explain <NAME>",
            "the settings of one person, and where each value comes from: built-in, the defaults, " +
                "a group, or the person. Reads the stack file only; nothing needs to run",
            { needs: "a name: npm run status -- STACK --explain NAME", read: text => text },
        ),
    )
    .option(
        "--json",
        "the same as JSON. people, one for each server: name, server (empty for the default one), profile, " +
            "gpus, kind, admin, blocked, listed, container, state, image (what the container was created from), " +
            "wantedImage (what the stack file asks for), lastActivity (ISO 8601; absent if the hub knows of " +
            "none). infrastructure: part, container, state, health. problems: part, " +
            "what. keptHomes: person, home. drift: object, what. database: kind, reachable (null if the hub " +
            "does not answer), since (when it went away). next (what the clock starts next, or null): " +
            "schedule, from (ISO 8601), zone, people. With --explain: setting, value, from. " +
            "A missing value is null. On a Swarm people have node, and nodes are: name, state, availability, guard, " +
            "servers",
    )
    .addOption(
        new Option(
            "--watch",
            "what each running server takes of CPUs, memory and disk, again every few seconds until Ctrl-C; those " +
                "that take most come first. With --json a line each time: servers and infrastructure, with cpus, " +
                "memory and memoryLimit (bytes)",
        ).conflicts("explain"),
    )
    .addOption(valued("--every <TIME>", "with --watch: how often (5s)", EVERY).conflicts("explain"))
    .action(async (stack, { explain, json = false, watch = false, every }) => {
        if (watch || every !== undefined) {
            const { watchStack } = await import("../watch/watch");
            await watchStack(stack, { every: every ?? 5, json });
            return;
        }
        const { explained, isWell, statusOf } = await import("../stack/status");
        const { explanationTable, statusText } = await import("../stack/statusText");
        const inJson = (value: unknown) => JSON.stringify(value, undefined, 2);
        if (explain !== undefined) {
            const rows = explained(stack, explain);
            console.log(json ? inJson(rows) : explanationTable(rows));
            return;
        }
        const status = await statusOf(stack);
        console.log(json ? inJson(status) : statusText(status));
        process.exitCode = isWell(status) ? 0 : 1;
    });
