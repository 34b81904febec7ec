/**
 * YAML as Pulumi reads it, with Go's yaml.v3. That takes more plain texts for numbers and dates than YAML 1.2 does, and
 * hands on the number or date instead of what is written. Seen with `pulumi config --json`. Pure.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument, Scalar, type Document, type ScalarTag } from "yaml";

/** What a plain scalar is to Pulumi, if it is not its text. */
export type Reading =
    | { kind: "number"; value: number; decimal: boolean }
    | { kind: "date" }
    /** `.inf` and `.nan`, with which Pulumi reads no file. */
    | { kind: "endless" }
    | { kind: "boolean"; value: boolean }
    | { kind: "nothing" };

/** A plain scalar that is not its text to Pulumi. */
export interface Written {
    /** Names and indices below the top of the document. A key has the path of its mapping. */
    path: (string | number)[];
    /** As it stands in the file. */
    source: string;
    reading: Reading;
    isKey: boolean;
}

const NUMBER =
    /^[-+]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|\.\d[\d_]*(?:[eE][-+]?\d+)?)$/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(\d+))$/;
const DATE =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(?:Z|[-+]\d\d:\d\d))|(?: +(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?))?$/;

/** @param source a plain scalar @returns undefined where Pulumi takes it for text */
export function readingOf(source: string): Reading | undefined {
    if (/^(?:~|null|Null|NULL|)$/.test(source)) {
        return { kind: "nothing" };
    }
    if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(source)) {
        return { kind: "boolean", value: source.toLowerCase() === "true" };
    }
    if (/^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/.test(source)) {
        return { kind: "endless" };
    }
    return dateOf(source) === undefined ? numberOf(source) : { kind: "date" };
}

/** @returns a date of the calendar as Pulumi hands it on */
function dateOf(source: string): string | undefined {
    const parts = DATE.exec(source)
        ?.slice(1)
        .filter(part => part !== undefined);
    if (parts === undefined) {
        return undefined;
    }
    const [year, month, day, hour = "00", minute = "00", second = "00"] = parts.map(part => part.padStart(2, "0"));
    const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
    const isOfCalendar = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
    const isOfDay = Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59;
    return isOfCalendar && isOfDay ? `${year}-${month}-${day} ${hour}:${minute}:${second} +0000 UTC` : undefined;
}

function numberOf(source: string): Reading | undefined {
    if (!NUMBER.test(source)) {
        return undefined;
    }
    const plain = source.replaceAll("_", "");
    const [, sign, hexadecimal, binary, octal] = INTEGER.exec(plain) ?? [];
    const [digits, base] = [
        [hexadecimal, 16] as const,
        [binary, 2] as const,
        [octal, 8] as const,
        [plain.replace(sign ?? "", ""), 10] as const,
    ].find(([given]) => given !== undefined) as [string, number];
    const value = base === 10 ? Number(plain) : parseInt(digits, base) * (sign === "-" ? -1 : 1);
    return Number.isNaN(value) ? undefined : { kind: "number", value: value === 0 ? 0 : value, decimal: base === 10 };
}

const number = {
    tag: "tag:yaml.org,2002:float",
    default: true,
    test: NUMBER,
    resolve: (source: string) => {
        const reading = numberOf(source);
        return reading?.kind === "number" ? reading.value : source;
    },
} satisfies ScalarTag;

const date = {
    tag: "tag:yaml.org,2002:timestamp",
    default: true,
    test: DATE,
    resolve: (source: string) => dateOf(source) ?? source,
} satisfies ScalarTag;

/** The document with what Pulumi finds in it: its numbers and dates. */
export function parseAsPulumi(text: string) {
    return parseDocument(text, { customTags: tags => [number, date, ...tags] });
}

/** All plain scalars of a document that are not their text to Pulumi. @param document without aliases in a circle */
export function writtenScalars(document: Document): Written[] {
    return [...scalarsBelow(document, document.contents, [])];
}

function* scalarsBelow(document: Document, node: unknown, path: (string | number)[]): Generator<Written> {
    if (isAlias(node)) {
        yield* scalarsBelow(document, node.resolve(document), path);
    } else if (isScalar(node)) {
        yield* written(node, path, false);
    } else if (isSeq(node)) {
        for (const [i, item] of node.items.entries()) {
            yield* scalarsBelow(document, item, [...path, i]);
        }
    } else if (isMap(node)) {
        for (const { key, value } of node.items) {
            yield* isScalar(key) ? written(key, path, true) : [];
            yield* scalarsBelow(document, value, [...path, String(isScalar(key) ? key.value : key)]);
        }
    }
}

function* written({ type, source, tag }: Scalar, path: (string | number)[], isKey: boolean): Generator<Written> {
    const isPlain = type === Scalar.PLAIN && source !== undefined && tag !== "tag:yaml.org,2002:str";
    const reading = isPlain ? readingOf(source) : undefined;
    if (reading !== undefined && source !== undefined) {
        yield { path, source, reading, isKey };
    }
}
