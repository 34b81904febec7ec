import { progress } from "../terminal/command";
import { declare } from "../terminal/declare";

export default declare({
    call: "npm run --silent env",
    about: [
        "Prints the variables by which plain `pulumi` works on this checkout as `npm run pulumi` " +
            "does. In your shell:",
        '  eval "$(npm run --silent env)"\n  pulumi preview --stack dev',
        "Your own log-ins and backend stay, also those in a PULUMI_HOME of yours. What the shell " +
            "says of Docker is taken out of it (DOCKER_HOST, DOCKER_CERT_PATH and the like): Pulumi's " +
            "docker plugin would not start.",
    ],
})
    .option("--json", "for programs: each variable with its value, null for one that has to go")
    .action(async ({ json = false }) => {
        const { pulumiEnvironment } = await import("../pulumi/environment");
        const all = Object.entries(await pulumiEnvironment());
        if (json) {
            console.log(JSON.stringify(Object.fromEntries(all.map(([name, value]) => [name, value ?? null])), null, 2));
            return;
        }
        const without = all.filter(([, value]) => value === undefined).map(([name]) => name);
        if (without.length > 0) {
            console.log(`unset ${without.join(" ")}`);
            progress(
                "Removed from this shell, because Pulumi's docker plugin reads them whatever the stack says: " +
                    `${without.join(", ")}. Plain docker no longer sees them either.`,
            );
        }
        for (const [name, value] of all) {
            if (value !== undefined) {
                console.log(`export ${name}='${value.replace(/'/g, "'\\''")}'`);
            }
        }
    });
