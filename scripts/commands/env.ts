import { noMore, progress, type Command } from "../terminal/command";
import { pulumiEnvironment } from "../pulumi/environment";

export const command: Command = {
    async run(args) {
        noMore("env", args);
        const all = Object.entries(await pulumiEnvironment());
        const without = all.filter(([, value]) => value === undefined).map(([name]) => name);
        if (without.length > 0) {
            console.log(`unset ${without.join(" ")}`);
            progress(
                "Taken out of this shell, for Pulumi's docker plugin reads them whatever the stack says: " +
                    `${without.join(", ")}. Plain docker is told by them no more either.`,
            );
        }
        for (const [name, value] of all) {
            if (value !== undefined) {
                console.log(`export ${name}='${value.replace(/'/g, "'\\''")}'`);
            }
        }
    },
};
