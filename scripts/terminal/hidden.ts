/** Reads a secret: typed at a terminal without being shown, or from standard input. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { UserError } from "../../components/errors";

/** @param twice ask again, since nobody sees what they type; only at a terminal */
export async function readHidden(what: string, twice: boolean): Promise<string> {
    if (!process.stdin.isTTY) {
        return (await text(process.stdin)).replace(/\r?\n$/, "");
    }
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
    terminal.on("SIGINT", () => terminal.close());
    const lines = terminal[Symbol.asyncIterator]();
    const ask = async (question: string) => {
        process.stderr.write(question);
        const { value } = (await lines.next()) as { value?: string };
        process.stderr.write("\n");
        if (value === undefined) {
            throw new UserError("Nothing was read.");
        }
        return value;
    };
    try {
        const first = await ask(`${what}: `);
        if (twice && first !== (await ask("Again: "))) {
            throw new UserError("These are two different ones.");
        }
        return first;
    } finally {
        terminal.close();
    }
}
