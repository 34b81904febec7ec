import type { Command } from "../terminal/command";
import { format } from "../testing/lint";

export const command: Command = {
    async run() {
        return (await format()) ? 0 : 1;
    },
};
