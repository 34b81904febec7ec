import { progress } from "../terminal/command";
import { declare } from "../terminal/declare";

export default declare({
    call: "npm run --silent env",
    about: [
        "Prints the variables that plain `pulumi` needs to work on this checkout as `npm run pulumi` " +
            "does. In your shell:",
        '  eval "$(npm run --silent env)"\n  pulumi preview --stack dev',
        "Your own log-ins and backend stay, also those in your PULUMI_HOME. Docker's variables " +
            "(DOCKER_HOST, DOCKER_CERT_PATH and others) are unset, because Pulumi's docker plugin would " +
            "not start with them.",
    ],
})
    .option("--json", "print them as JSON: each variable with its value, null for one to unset")
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
                "Removed from this shell, because Pulumi's docker plugin reads them whatever the stack file says: " +
                    `${without.join(", ")}. Plain docker no longer sees them either.`,
            );
        }
        for (const [name, value] of all) {
            if (value !== undefined) {
                console.log(`export ${name}='${value.replace(/'/g, "'\\''")}'`);
            }
        }
    });
