import type { Command } from "./lib/command";
import { pulumiEnv } from "./lib/environment";
import { inherit } from "./lib/process";

export const command: Command = {
    async run(args) {
        return inherit("pulumi", args, await pulumiEnv());
    },
};
