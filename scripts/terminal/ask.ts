import { createInterface } from "node:readline/promises";
import { UserError } from "../../components/errors";

/**
 * Asks on the terminal. Not @inquirer/prompts: its newest is an ES module for Node 22, and the one for Node 20 takes
 * a tenth of a second to load in place of one call of readline.
 * @param unattended what to say where there is none
 * @throws UserError without a terminal
 */
export async function ask(question: string, unattended: string): Promise<string> {
    if (!process.stdin.isTTY) {
        throw new UserError(unattended);
    }
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
        return (await terminal.question(question)).trim();
    } finally {
        terminal.close();
    }
}
