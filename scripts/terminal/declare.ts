/**
 * Declares commands with commander: arguments, options and help texts. A declaration loads none of the code that does
 * the work, so `--help` and wrong arguments are answered at once.
 */
import { Command, CommanderError, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { UserError } from "../../components/errors";

/** Wider lines are hard to read, and commander would take all of a wide terminal. */
const WIDTH = Math.min(process.stdout.columns || 100, 100);

export interface Declaration {
    /** What people type: `npm run kick --`. */
    call: string;
    /** Paragraphs. Lines are broken where the terminal ends. */
    about: readonly string[];
    /** Completes the message `kick needs …` when an argument is missing. */
    needs?: string;
    /** The arguments belong to another program; only a leading `--help` is for this command. */
    verbatim?: boolean;
}

interface Extra extends Pick<Declaration, "needs" | "verbatim"> {
    name: string;
}

const EXTRAS = new WeakMap<object, Extra>();
const VALUES = new WeakMap<object, string>();

/** A command; arguments, options, examples and what it does are added in commander's own words. */
export function declare({ call, about, needs, verbatim }: Declaration): Command {
    const name = call.replace(/^npm (run )?(--silent )?| --$/g, "");
    const command = new Command(call)
        .description(about.join("\n\n"))
        .helpOption("-h, --help", "show this")
        .configureHelp({ helpWidth: WIDTH })
        .configureOutput({ outputError: () => undefined })
        .exitOverride();
    EXTRAS.set(command, { name, needs, verbatim });
    return command;
}

/** Ways to call it, each with what it does; shown below the options. */
export function examples(...lines: readonly (readonly [call: string, what?: string])[]): string {
    const width = Math.max(...lines.map(([call]) => call.length));
    const rows = lines.map(([call, what]) => `  ${what === undefined ? call : `${call.padEnd(width)}  ${what}`}`);
    return ["", "Examples:", ...rows].join("\n");
}

/**
 * An option with a value.
 * @param needs completes the message `--out needs …` when the value is missing
 * @param read makes a value of the text, or throws what is wrong with it
 */
export function valued<const Flags extends string, Value>(
    flags: Flags,
    about: string,
    { needs, read }: { needs: string; read: (text: string) => Value },
) {
    const option = new Option(flags, about).argParser((text: string): Value => {
        if (text.trim() === "") {
            throw new UserError(`${option.long} needs ${needs}`);
        }
        return read(text);
    });
    VALUES.set(option, needs);
    return option;
}

/** Reads the arguments and does what they ask for. @throws UserError for arguments that the command does not know */
export async function run(command: CommandUnknownOpts, args: readonly string[]): Promise<void> {
    const asIs = EXTRAS.get(command)?.verbatim === true && !["--help", "-h"].includes(args[0]);
    try {
        await command.parseAsync(asIs ? ["--", ...args] : args, { from: "user" });
    } catch (error) {
        if (!(error instanceof CommanderError)) {
            throw error;
        }
        if (error.exitCode !== 0) {
            throw new UserError(explain(command, error)); // Else it was --help.
        }
    }
}

/** Runs a command and ends the process with its exit code. */
export function start(command: CommandUnknownOpts, args: readonly string[]): void {
    // `npm run status | head`: whoever reads may stop. What was begun goes on, an `up` above all.
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE") {
            throw error;
        }
    });
    run(command, args).catch((error: unknown) => {
        console.error(error instanceof UserError ? error.message : error);
        process.exitCode = 1;
    });
}

/** The help text, as `--help` shows it. */
export function helpOf(command: CommandUnknownOpts): string {
    let text = "";
    command.configureOutput({ writeOut: part => (text += part) }).outputHelp();
    command.configureOutput({ writeOut: part => process.stdout.write(part) });
    return text;
}

/** What commander found wrong, in one line that says where to look. */
function explain(command: CommandUnknownOpts, { code, message }: CommanderError): string {
    const { name, needs } = EXTRAS.get(command) ?? { name: command.name() };
    const see = `see: npm run ${name} -- --help`;
    if (code === "commander.unknownOption") {
        const [, flag = "", hint] = /'(.*?)'(?:\n\(Did you mean (.*)\?\))?/.exec(message) ?? [];
        return `${name} does not know ${flag}${hint === undefined ? "" : ` (did you mean ${hint}?)`}; ${see}`;
    }
    if (code === "commander.excessArguments") {
        return `${name} does not know ${command.args.slice(command.registeredArguments.length).join(" ")}; ${see}`;
    }
    if (code === "commander.missingArgument" && needs !== undefined) {
        return `${name} needs ${needs}`;
    }
    const option = command.options.find(({ flags }) => message.includes(`'${flags}'`));
    const value = option && VALUES.get(option);
    if (code === "commander.optionMissingArgument" && value !== undefined) {
        return `${option?.long} needs ${value}`;
    }
    return `${message.replace(/^error: /, "")}; ${see}`;
}
