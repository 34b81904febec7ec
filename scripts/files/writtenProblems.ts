/** What a stack file says and Pulumi would hand on as something else. Pure. */
import { formatPath, NAMESPACE, type Problem, SECRET_KEYS } from "../../components/config";
import type { Written } from "./pulumiYaml";

/** How a message of the config's schema ends where text is expected and YAML finds none. */
const QUOTE_IT = /YAML reads .*: put quotes around what the file has$/;

/**
 * Adds what the schema cannot see, and says what is written where the schema knows only what Pulumi makes of it.
 * @param scalars of the whole file
 * @param problems what the schema finds wrong
 */
export function asWritten(scalars: readonly Written[], problems: readonly Problem[]): Problem[] {
    const own = scalars.flatMap(placed).filter(({ path, isKey }) => isKey || !isSecret(path));
    const values = new Map(own.filter(({ isKey }) => !isKey).map(scalar => [scalar.place, scalar]));
    const valueAt = ({ path }: Problem) => values.get(path) ?? values.get(path.replace(LAST, ""));
    const refused = new Set(problems.map(valueAt));
    return [
        ...problems.map(problem => {
            const value = valueAt(problem);
            if (value === undefined) {
                return problem;
            }
            const message = isNeverRight(value)
                ? quoteIt(value)
                : problem.message.replace(QUOTE_IT, () => quoteIt(value));
            return { ...problem, message };
        }),
        ...own.flatMap(scalar => (scalar.isKey ? keyProblems(scalar) : valueProblems(scalar, refused.has(scalar)))),
    ];
}

/** A person who is only a name has the problems of a name. */
const LAST = /(?:\.[\w-]+|\[[^\]]*\])$/;

type Placed = Written & { place: string };

/** No message shows a secret, also one that somebody left readable. */
function isSecret([, key]: Written["path"]): boolean {
    return SECRET_KEYS.some(secret => key === `${NAMESPACE}:${secret}`);
}

/** Below `config:` and this project's namespace, by the path that messages have. */
function placed(scalar: Written): Placed[] {
    const [top, key, ...below] = scalar.path;
    return top === "config" && typeof key === "string" && key.startsWith(`${NAMESPACE}:`)
        ? [{ ...scalar, place: formatPath([key.slice(NAMESPACE.length + 1), ...below]) }]
        : [];
}

/** Nothing in the config is a date or a number without an end. */
function isNeverRight({ reading }: Written): boolean {
    return reading.kind === "date" || reading.kind === "endless";
}

function keyProblems(key: Placed): Problem[] {
    const { place: path, source, reading } = key;
    const isAsWritten = "value" in reading && String(reading.value) === source;
    return isAsWritten ? [] : [{ path, message: `key ${source}: ${quoteIt(key)}` }];
}

/** @param isRefused whether the schema refuses it already */
function valueProblems(value: Placed, isRefused: boolean): Problem[] {
    const { place: path, source, reading } = value;
    if (isRefused) {
        return [];
    }
    if (isNeverRight(value)) {
        return [{ path, message: quoteIt(value) }];
    }
    return reading.kind === "number" && !reading.decimal
        ? [{ path, message: `YAML reads ${source} as ${reading.value}: write ${reading.value}` }]
        : [];
}

function quoteIt({ source, reading }: Pick<Written, "source" | "reading">): string {
    return `YAML reads ${source} as ${nameOf(source, reading)}: quote it ("${source}")`;
}

function nameOf(source: string, reading: Written["reading"]): string {
    switch (reading.kind) {
        case "date":
            return "a date";
        case "endless":
            return "a number without an end";
        case "nothing":
            return "nothing";
        default:
            return String(reading.value) === source ? `a ${reading.kind}` : `the ${reading.kind} ${reading.value}`;
    }
}
