import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { chosenPasswordHash } from "../components/credentials";
import { noMore, Problem, type Command } from "./lib/command";

const SHORTEST = 12;

export const command: Command = {
    async run(args) {
        noMore("hash", args); // Never an argument: other users of the machine can read those.
        const password = process.stdin.isTTY ? await typed() : (await text(process.stdin)).replace(/\r?\n$/, "");
        if ([...password].length < SHORTEST || /[\n\0]/.test(password)) {
            throw new Problem(`A password is one line of at least ${SHORTEST} characters.`);
        }
        console.log(chosenPasswordHash(password, randomBytes(16)));
    },
};

/** Typed twice, and not shown. */
async function typed(): Promise<string> {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
    terminal.on("SIGINT", () => terminal.close());
    const lines = terminal[Symbol.asyncIterator]();
    const ask = async (question: string) => {
        process.stderr.write(question);
        const { value } = (await lines.next()) as { value?: string };
        process.stderr.write("\n");
        return value;
    };
    try {
        const first = await ask("Password: ");
        if (first === undefined || first !== (await ask("Again: "))) {
            throw new Problem(first === undefined ? "No hash was made." : "These are two different passwords.");
        }
        return first;
    } finally {
        terminal.close();
    }
}
