import fc from "fast-check";

const SURROGATES = { from: 0xd800, count: 0x800 };

/** Any character there can be. fast-check's own ("binary") makes a table of them all, in each test file anew. */
export const anyCharacter = fc
    .nat({ max: 0x10ffff - SURROGATES.count })
    .map(at => String.fromCodePoint(at < SURROGATES.from ? at : at + SURROGATES.count));
