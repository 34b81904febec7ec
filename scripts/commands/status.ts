import { declare, valued } from "../terminal/declare";

export default declare({
    call: "npm run status --",
    about: [
        "A table of a stack: each person's container, whether it runs, whether its image is the one " +
            "the stack file asks for now, and when the person was last active; then the hub's own " +
            "containers, the homes of people who are not in the stack file any more, and what is " +
            "otherwise than it was deployed: containers renamed, made anew or given other memory by " +
            "hand, networks and images that are missing. npm run up puts it right (docs/faults.md). Of " +
            "the hub's own containers it says which do not run or are unhealthy, and what their health " +
            "check said.",
        "The exit code is 1 when there is drift, or one of the hub's own containers does not run or " +
            'is unhealthy; "starting" is not unhealthy.',
    ],
})
    .argument("[STACK]", "which stack", "dev")
    .addOption(
        valued(
            "--explain <NAME>",
            "what applies to one person by the stack file, and where each value comes from: " +
                "built-in, the defaults, a group, or the person. It asks nobody; nothing needs to run",
            { needs: "a name: npm run status -- STACK --explain NAME", read: text => text },
        ),
    )
    .option(
        "--json",
        "the same for programs. people: name, kind, admin, container, state, image and wantedImage " +
            "(what the container was made from, and what the file asks for), lastActivity (ISO 8601; " +
            "left out where the hub knows of none). infrastructure: part, container, state, health. " +
            "problems: part, what (does not run, or is unhealthy). keptHomes: person, home. drift: " +
            "object, what (otherwise than deployed). With --explain: setting, value, from. What is not " +
            "there is null",
    )
    .action(async (stack, { explain, json = false }) => {
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
