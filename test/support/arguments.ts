/** What a command makes of its arguments, without doing anything. */
import { type CommandUnknownOpts } from "@commander-js/extra-typings";
import { run } from "../../scripts/terminal/declare";

/** @returns positional arguments as the command gets them, its options, and all words as they were typed */
export async function argumentsOf(
    command: CommandUnknownOpts,
    args: readonly string[],
): Promise<{ given: unknown[]; options: unknown; words: string[] }> {
    let read: { given: unknown[]; options: unknown; words: string[] } | undefined;
    command.action(() => {
        read = { given: command.processedArgs, options: command.opts(), words: command.args };
    });
    await run(command, args);
    if (read === undefined) {
        throw new Error("the command was not run");
    }
    return read;
}
