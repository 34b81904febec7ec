import { noMore, type Command } from "./lib/command";
import { pulumiEnvironment } from "./lib/environment";

export const command: Command = {
    async run(args) {
        noMore("env", args);
        for (const [name, value] of Object.entries(await pulumiEnvironment())) {
            console.log(`export ${name}='${value.replace(/'/g, "'\\''")}'`);
        }
    },
};
