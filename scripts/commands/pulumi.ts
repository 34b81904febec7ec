import type { Command } from "../terminal/command";
import { pulumiEnv } from "../pulumi/environment";
import { inherit } from "../terminal/process";

export const command: Command = {
    async run(args) {
        return inherit("pulumi", args, await pulumiEnv());
    },
};
