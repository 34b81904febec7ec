/** What the schema is built of: single kinds of values, each with messages that say what to write instead. Pure. */
import { z } from "zod";
import { didYouMean } from "./messages";
import { durationInSeconds, parseListen, sizeInMiB, type Listen } from "./values";

/** Pulumi would write out what they stand for when it adds a line to the file. */
const MERGE = "merge keys (<<) are not supported; put what people have in common into defaults or groups";

/**
 * An object that refuses keys it does not know, and says which one was probably meant.
 * @param beside what the keys depend on, such as " beside type: password"
 */
export function section<S extends z.ZodRawShape>(shape: S, beside = "") {
    return z.strictObject(shape, {
        error: issue => {
            if (issue.code === "unrecognized_keys") {
                return issue.keys
                    .map(key =>
                        key === "<<" ? MERGE : `unknown key "${key}"${beside}${didYouMean(key, Object.keys(shape))}`,
                    )
                    .join("; ");
            }
            return `expected keys and values, got ${kindOf(issue.input)}`;
        },
    });
}

export function kindOf(value: unknown): string {
    if (value === undefined || value === null) {
        return "nothing";
    }
    return Array.isArray(value)
        ? "a list"
        : typeof value === "object"
          ? "keys and values"
          : typeof value === "number"
            ? String(value)
            : JSON.stringify(value);
}

/** Longest text where nothing else is said; as long as a path can be in Linux. */
const LONGEST = 4096;
/**
 * Longest text that is a document of its own: certificates, programs, values of variables. Linux takes variables up to
 * 128 KiB.
 */
export const DOCUMENT = 96 * 1024;

/** How Pulumi hands on a date. */
const DATE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [-+]\d{4} \S+$/;
/** A program sees what YAML made of the file. The commands see the file, and name what it has. */
const misread = (what: string) => `YAML reads ${what}: put quotes around what the file has`;

/**
 * A text; YAML's numbers, booleans and dates are refused, since `0123` would silently become 83.
 * @param longest in characters; what is longer is looked at no further
 */
export function text(what: string, longest = LONGEST) {
    const string = z.string({
        error: ({ input }) =>
            typeof input === "number" || typeof input === "boolean"
                ? `${what} is text, but ${misread(`the ${typeof input} ${String(input)}`)}`
                : `expected ${what}, got ${kindOf(input)}`,
    });
    return string
        .refine(given => !DATE.test(given), { error: misread("a date"), abort: true })
        .max(longest, {
            error: ({ input }) => `is ${String(input).length} characters long; ${what} has at most ${longest}`,
            abort: true,
        });
}

/** Keys of people's own, and what each of them has. */
export const map = <K extends z.core.$ZodRecordKey, V extends z.ZodType>(what: string, key: K, value: V) =>
    z.record(key, value, {
        error: issue =>
            issue.code === "invalid_key" ? issue.issues[0].message : `expected ${what}, got ${kindOf(issue.input)}`,
    });

/** A text that a function finds fault with, or not. */
export const checked = (what: string, problem: (value: string) => string | undefined) =>
    text(what).superRefine((value, context) => {
        const message = problem(value);
        if (message !== undefined) {
            context.addIssue(message);
        }
    });

/**
 * A text that stands for a value.
 * @param read gives the value, or hands on what `wrong` returns for a message
 */
export const parsed = <T>(what: string, read: (given: string, wrong: (message: string) => never) => T) =>
    text(what).transform((given, context) =>
        read(given, message => {
            context.addIssue(message);
            return z.NEVER;
        }),
    );

/** Stands for an encrypted value where only Pulumi can read it: in the check of a stack file before Pulumi starts. */
export const ENCRYPTED = "x".repeat(64);

/** Where something listens. */
export const addressAndPort = (example: string) =>
    parsed<Listen>(
        "an address and port",
        (given, wrong) => parseListen(given) ?? wrong(`expected an IPv4 address and a port, such as ${example}`),
    );

export function choice<const T extends readonly [string, ...string[]]>(values: T) {
    return z.enum(values, {
        error: ({ input }) =>
            `expected ${values.join(" or ")}, got ` +
            `${kindOf(input)}${typeof input === "string" ? didYouMean(input, values) : ""}`,
    });
}

export const list = <T extends z.ZodType>(item: T) =>
    z.array(item, { error: ({ input }) => `expected a list, got ${kindOf(input)}` });

export const flag = z.boolean({ error: ({ input }) => `expected true or false, got ${kindOf(input)}` });

export const whole = (what: string, least: number) =>
    z.int({ error: ({ input }) => `expected ${what}, a whole number, got ${kindOf(input)}` }).min(least, {
        error: `${what} is at least ${least}`,
    });

/** A size in MiB. */
export const size = (least: number) =>
    parsed<number>("a size", (given, wrong) => {
        const mib = sizeInMiB(given);
        if (mib === undefined) {
            return wrong(`${JSON.stringify(given)} is no size; write it like 512M or 2G`);
        }
        return mib < least ? wrong(`${given} is too little; at least ${least}M`) : mib;
    });

/** A time in seconds; 0 is never. */
export const duration = parsed<number>("a duration", (given, wrong) => {
    const seconds = given === "never" ? 0 : durationInSeconds(given);
    if (seconds === undefined) {
        return wrong(`${JSON.stringify(given)} is no duration; write it like 30m, 1h or 7d, or never`);
    }
    return given !== "never" && seconds < 60 ? wrong(`${given} is too short; at least 1m, or never`) : seconds;
});

/** No path of anybody's has them, and neither Docker nor a file system of theirs takes each. */
const CONTROL = /\p{Cc}/u;

export const absolutePath = checked("an absolute path", path => {
    if (!path.startsWith("/") || path.split("/").includes("..")) {
        return "expected an absolute path without ..";
    }
    return CONTROL.test(path) ? "a control character cannot be in a path" : undefined;
});

export const folder = text("a folder").refine(path => path !== "" && !CONTROL.test(path), {
    error: "expected a folder",
});
