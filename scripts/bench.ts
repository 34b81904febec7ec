import { bench } from "../bench/serverStart";
import { Problem, type Command } from "./lib/command";

export const command: Command = {
    async run([runs = "5", ...rest]) {
        if (rest.length > 0 || !/^[1-9]\d?$/.test(runs)) {
            throw new Problem("bench takes one number, of runs; see: npm run bench -- --help");
        }
        await bench(Number(runs));
    },
};
