/** What every command of scripts/ shares: errors as one message, exit codes, arguments. */
import { UserError } from "../../components/errors/userError";

/** A command of scripts/; its help is scripts/help/NAME.txt, which run.mjs shows. */
export interface Command {
    /** @returns the exit code; nothing is 0 */
    run(args: string[]): Promise<number | void>;
}

/** Runs a command and ends the process with its exit code. */
export function start(command: Command, args: string[]): void {
    command.run(args).then(
        code => {
            process.exitCode = code ?? 0;
        },
        (error: unknown) => {
            console.error(error instanceof UserError ? error.message : error);
            process.exitCode = 1;
        },
    );
}

/** A line about what goes on; on standard error, so that standard output stays for results. */
export function progress(line: string): void {
    console.error(line);
}

/** `[STACK] [pulumi's options]`: the first word names the stack, all else goes to pulumi. */
export function stackAndRest(args: readonly string[], fallback = "dev"): { stack: string; rest: string[] } {
    const [first, ...others] = args;
    return first !== undefined && !first.startsWith("-")
        ? { stack: first, rest: others }
        : { stack: fallback, rest: [...args] };
}

/** Arguments without `--yes`, and whether it was there: for commands that ask. */
export function withoutYes(args: readonly string[]): { yes: boolean; others: string[] } {
    const others = args.filter(arg => arg !== "--yes" && arg !== "-y");
    return { yes: others.length < args.length, others };
}

/** Refuses arguments that a command has no use for. */
export function noMore(name: string, args: readonly string[]): void {
    if (args.length > 0) {
        throw new UserError(`${name} does not know ${args.join(" ")}; see: npm run ${name} -- --help`);
    }
}
