/** Bytes of a registrar's export → text, whatever program wrote it. Pure. */
import { UserError } from "../../components/errors";

/** Byte order marks, by the encodings that they name. */
const MARKS: [encoding: string, ...bytes: number[]][] = [
    ["utf-8", 0xef, 0xbb, 0xbf],
    ["utf-16le", 0xff, 0xfe],
    ["utf-16be", 0xfe, 0xff],
];

/** @throws UserError for what is no text in any of them */
export function textOf(bytes: Uint8Array): string {
    const encoding = markOf(bytes) ?? utf16Of(bytes) ?? (isUtf8(bytes) ? "utf-8" : undefined);
    const text = encoding === undefined ? windows1252(bytes) : new TextDecoder(encoding).decode(bytes);
    if (text.includes("\0")) {
        throw new UserError("it is no text. A spreadsheet has to be saved as CSV first.");
    }
    return text;
}

function markOf(bytes: Uint8Array): string | undefined {
    return MARKS.find(([, ...mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
}

/** Without a mark: each letter of a header has a NUL on one side. */
function utf16Of(bytes: Uint8Array): string | undefined {
    if (bytes.length < 4 || bytes.length % 2 !== 0) {
        return undefined;
    }
    const start = bytes.subarray(0, 4);
    return [
        ["utf-16be", 0],
        ["utf-16le", 1],
    ].find(([, side]) => start.every((byte, i) => (byte === 0) === (i % 2 === side)))?.[0] as string | undefined;
}

/** What Windows-1252 has from 0x80 on, where Latin-1 has control characters. */
const SIGNS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** Not by TextDecoder: that of Node 20 takes Windows-1252 for Latin-1. */
function windows1252(bytes: Uint8Array): string {
    const latin1 = Buffer.from(bytes).toString("latin1");
    return latin1.replace(/[\x80-\x9f]/g, sign => SIGNS[sign.charCodeAt(0) - 0x80]);
}

function isUtf8(bytes: Uint8Array): boolean {
    try {
        new TextDecoder("utf-8", { fatal: true }).decode(bytes);
        return true;
    } catch {
        return false;
    }
}
