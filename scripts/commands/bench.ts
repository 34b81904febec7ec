import { bench, PARTS } from "../../bench/bench";
import { readOptions } from "../../bench/options";
import type { Command } from "../terminal/command";
import { interruptible } from "../terminal/interrupt";

export const command: Command = {
    async run(args) {
        const options = readOptions(args, PARTS);
        await interruptible("Interrupted; what it had made is removed.", signal => bench(options, signal));
    },
};
