/** What the schema is built of: single kinds of values, each with messages that say what to write instead. Pure. */
import { z } from "zod";
import { didYouMean } from "./messages";
import { durationInSeconds, parseListen, sizeInMiB, type Listen } from "./values";

/** A short name of something in the config: 1 to 40 small letters and digits, with single dashes between them. */
export const SLUG = /^(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** What people write, of a field that becomes something else or that only code can check. For editors and docs/. */
const WRITTEN = new WeakMap<object, z.ZodType>();

/** A field, and the form in which people write it. */
export function writtenAs<T extends z.ZodType>(field: T, as: z.ZodType): T {
    WRITTEN.set(field, as);
    return field;
}

/** In which form people write a field; undefined where that is the field itself. */
export const writtenForm = (field: object) => WRITTEN.get(field);

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

/** The keyword of the JSON Schema that says what a text is; the reference page shows it. */
export const KIND = "x-kind";

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
        .meta({ [KIND]: what })
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

/** Certificates of authorities that are not among those of the image. @param key whose value it is */
export const authorities = (key: string) =>
    text("certificates in PEM form", DOCUMENT).refine(
        value => /^-----BEGIN CERTIFICATE-----$[^]*^-----END CERTIFICATE-----$/m.test(value),
        { error: `expected certificates in PEM form (-----BEGIN CERTIFICATE-----); below \`${key}: |\`, indented` },
    );

/**
 * A text that stands for a value.
 * @param pattern what each such text looks like at least, for editors
 * @param read gives the value, or hands on what `wrong` returns for a message
 */
export const parsed = <T>(
    what: string,
    read: (given: string, wrong: (message: string) => never) => T,
    pattern?: { pattern: string; patternErrorMessage: string },
) =>
    text(what)
        .meta(pattern ?? {})
        .transform((given, context) =>
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
        {
            pattern: String.raw`^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$`,
            patternErrorMessage: `expected an IPv4 address and a port, such as ${example}`,
        },
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

const SIZE = {
    pattern: String.raw`^\s*\d+(\.\d+)?\s*[KMGTkmgt][iI]?[bB]?\s*$`,
    patternErrorMessage: "is no size; write it like 512M or 2G",
};

/** A size in MiB. */
export const size = (least: number) =>
    parsed<number>(
        "a size",
        (given, wrong) => {
            const mib = sizeInMiB(given);
            if (mib === undefined) {
                return wrong(`${JSON.stringify(given)} ${SIZE.patternErrorMessage}`);
            }
            return mib < least ? wrong(`${given} is too little; at least ${least}M`) : mib;
        },
        SIZE,
    );

export const cpuCount = z
    .number({ error: ({ input }) => `expected a number of CPUs such as 0.5 or 2, got ${kindOf(input)}` })
    .min(0.01, { error: "cpus is at least 0.01" })
    .max(1024, { error: "cpus is at most 1024" });

const DURATION = {
    pattern: String.raw`^(never|\s*\d+(\.\d+)?\s*[smhd]\s*)$`,
    patternErrorMessage: "is not a duration; write it like 30m, 1h or 7d, or never",
};

/** A time in seconds; 0 is never. */
export const duration = parsed<number>(
    "a duration",
    (given, wrong) => {
        const seconds = given === "never" ? 0 : durationInSeconds(given);
        if (seconds === undefined) {
            return wrong(`${JSON.stringify(given)} ${DURATION.patternErrorMessage}`);
        }
        return given !== "never" && seconds < 60 ? wrong(`${given} is too short; at least 1m, or never`) : seconds;
    },
    DURATION,
);

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
