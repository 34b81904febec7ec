/** Texts of stack files, spoilt by a slip of the hand. */
import fc from "fast-check";
import { hostileTexts } from "../hostile/texts";

const SNIPPETS = [
    "\t",
    " ",
    "  ",
    "\n",
    "\r",
    "\0",
    "\ufeff",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    ": ",
    "- ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    '"',
    "|\n",
    ">\n",
    "&a ",
    "*a",
    "*nope",
    "&a [*a]",
    "<<: *a",
    "!!binary ",
    "!!str ",
    "!!float ",
    "!!set ",
    "!foo ",
    "!!js/function ",
    "# ",
    "~",
    "null",
    "0x1F",
    "0o17",
    "017",
    "1_000",
    ".inf",
    ".nan",
    "2001-12-14",
    "yes",
    "\u0085",
    "\u2028",
    "\\",
    "secure: v1:a:b\n",
    "encryptionsalt: v1:x\n",
    "config:\n",
    "[".repeat(60),
    "[".repeat(5000),
    "x: &a [1,1]\ny: &b [*a,*a]\n",
    "\u001b[31m",
];

const slip = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 30 }),
    kind: fc.constantFrom(
        "insert",
        "insert",
        "insert",
        "delete",
        "replace",
        "cut",
        "dropLine",
        "repeatLine",
        "indent",
        "swapLines",
    ),
    text: fc.oneof(fc.constantFrom(...SNIPPETS), fc.constantFrom(...hostileTexts), fc.string({ maxLength: 5 })),
});
type Slip = typeof slip extends fc.Arbitrary<infer T> ? T : never;

function spoil(text: string, { at, length, kind, text: snippet }: Slip): string {
    const place = at % (text.length + 1);
    const lines = text.split("\n");
    const line = at % lines.length;
    switch (kind) {
        case "insert":
            return text.slice(0, place) + snippet + text.slice(place);
        case "delete":
            return text.slice(0, place) + text.slice(place + length);
        case "replace":
            return text.slice(0, place) + snippet + text.slice(place + length);
        case "cut":
            return text.slice(0, place);
        case "dropLine":
            return lines.toSpliced(line, 1).join("\n");
        case "repeatLine":
            return lines.toSpliced(line, 0, lines[line]).join("\n");
        case "indent":
            return lines.with(line, `${" ".repeat(length % 9)}${lines[line].trimStart()}`).join("\n");
        case "swapLines": {
            const other = length % lines.length;
            return lines.with(line, lines[other]).with(other, lines[line]).join("\n");
        }
    }
}

/** A file with its text changed. */
export function spoilt(from: fc.Arbitrary<string>): fc.Arbitrary<string> {
    return fc
        .tuple(from, fc.array(slip, { minLength: 1, maxLength: 4 }))
        .map(([text, slips]) => slips.reduce(spoil, text));
}
