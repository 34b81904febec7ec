/** Reads a secret: typed at a terminal without being shown, or from standard input. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { UserError } from "../../components/errors";

/** All of it. @throws UserError for what is no text */
export async function readStandardInput(): Promise<string> {
    try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await buffer(process.stdin));
    } catch (error) {
        if (!(error instanceof TypeError)) {
            throw error;
        }
        throw new UserError("Standard input is no text (UTF-8). What is no text can be given in base64.");
    }
}

/** @param twice ask again, since nobody sees what they type; only at a terminal */
export async function readHidden(what: string, twice: boolean): Promise<string> {
    if (!process.stdin.isTTY) {
        return (await readStandardInput()).replace(/\r?\n$/, "");
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
            throw new UserError("The two inputs differ.");
        }
        return first;
    } finally {
        terminal.close();
    }
}
