/** What one stack file comes to: a clear refusal, or a plan in which nothing is where it must not be. */
import { ENCRYPTED } from "../../../components/config/fields";
import { decodeConfig, readSettings, type Settings } from "../../../components/config/settings";
import { UserError } from "../../../components/errors/userError";
import { checkStackFile, parseStackFile, ROOT_SECRET_KEY, type StackFile } from "../../../scripts/files/stackFile";
import { checkPlan } from "./plan";
import { claim } from "./claim";

const NOW = new Date("2026-01-01");
/** Of every name that begins like one of a real host's accounts. */
const lookups = {
    now: NOW,
    accounts: (names: readonly string[]) => new Map(names.map((name, i) => [name, { uid: 3000 + i, gid: 3000 + i }])),
};

export type Verdict = { refused: string } | { settings: Settings };

/**
 * Reads a stack file as the commands do, and as the program does, and looks at all that would come of it.
 * @throws Error saying what is wrong with the outcome
 */
export function judge(text: string): Verdict {
    const file = attempt(() => parseStackFile("fuzz", text));
    if ("refused" in file) {
        checkMessage(file.refused);
        return file;
    }
    checkOutcome(attempt(() => asProgram(file.result)));
    return judgeFile(file.result);
}

/** The same of a file that has been read, by the commands alone. */
export function judgeFile(file: StackFile): Verdict {
    return checkOutcome(attempt(() => checkStackFile("fuzz", file, lookups)));
}

function checkOutcome(outcome: { result: Settings } | { refused: string }): Verdict {
    if ("refused" in outcome) {
        checkMessage(outcome.refused);
        return outcome;
    }
    checkPlan(outcome.result);
    return { settings: outcome.result };
}

/** Anything but this kind of errors is a crash, and goes through. */
function attempt<T>(step: () => T): { result: T } | { refused: string } {
    try {
        return { result: step() };
    } catch (error) {
        if (error instanceof UserError) {
            return { refused: error.message };
        }
        throw error;
    }
}

/** As Pulumi hands the config to the program: texts as they are, all else as JSON. */
function asProgram(file: StackFile): Settings {
    const opened = (value: unknown): unknown => {
        if (typeof value !== "object" || value === null) {
            return value;
        }
        const [[first] = []] = [Object.keys(value)];
        if (Object.keys(value).length === 1 && first === "secure") {
            return ENCRYPTED;
        }
        return Array.isArray(value)
            ? value.map(opened)
            : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)]));
    };
    const texts = Object.entries({ [ROOT_SECRET_KEY]: ENCRYPTED, ...file.config }).map(([key, value]) => [
        key,
        typeof value === "string" ? value : (JSON.stringify(opened(value)) ?? ""),
    ]);
    return readSettings(
        "fuzz",
        decodeConfig(Object.fromEntries(texts) as Record<string, string>),
        new Set([ROOT_SECRET_KEY]),
        lookups,
    );
}

/** Words of programs, not of people. Those of the inputs themselves are no input's. */
const INTERNAL =
    /TypeError|RangeError|ReferenceError|SyntaxError|Cannot read propert|is not a function|is not iterable|Invalid (input|key|option|string|element)|Unrecognized key|Too (small|big)|\[object |node_modules|\bat .+:\d+:\d+|ZodError|Maximum call stack/;

function checkMessage(message: string): void {
    const [head, ...lines] = message.split("\n");
    claim(!INTERNAL.test(message), `speaks of the inside: ${message}`);
    claim(!/[\p{Cc}\p{Cf}]/u.test(message.replaceAll("\n", "")), `control characters in ${JSON.stringify(message)}`);
    claim(
        message.split("\n").every(line => line.length < 1200),
        `${message.length} characters`,
    );
    if (/^The configuration of/.test(head)) {
        claim(
            lines.length === Number(/has (\d+) problems?; nothing was changed\.$/.exec(head)?.[1]),
            `another number of lines: ${message}`,
        );
        claim(
            lines.every(line => /^ {2}\S/.test(line)),
            `a line that is none: ${message}`,
        );
    }
}
