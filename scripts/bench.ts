import { bench, PARTS } from "../bench/bench";
import { readOptions } from "../bench/options";
import type { Command } from "./lib/command";
import { interruptible } from "./lib/interrupt";

export const command: Command = {
    async run(args) {
        const options = readOptions(args, PARTS);
        await interruptible("Interrupted; what it had made is removed.", signal => bench(options, signal));
    },
};
