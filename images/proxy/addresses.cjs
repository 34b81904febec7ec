// The one spelling of a person's name in a URL: the one in which the hub writes it, and the person's server compares it byte
// by byte. A mail program's link, a typed address and another system's keyboard have others of the same name.
"use strict";

/** As the hub's names.py: what can be a name at all. */
const NAME = /^[^\x00-\x1f\x7f-\x9f\u2028\u2029/\\%]{1,255}$/;

/** Pages that have a person's name in their path. */
const PAGES = "(?:user|hub/user|hub/spawn|hub/spawn-pending)/";

/** As `normalise` of the hub's names.py. */
function normalise(name) {
    return name.normalize("NFKC").toLowerCase().normalize("NFKC");
}

/** As Python's `quote(name, safe="@")`, with which the hub writes addresses. */
function quote(name) {
    const percent = character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
    return encodeURIComponent(name)
        .replace(/[!'()*]/g, percent)
        .replace(/%40/g, "@");
}

/**
 * @param {string} url a request's path and query, as Node hands it over: one character a byte
 * @param {string} base path of the whole hub, with a slash at both ends
 * @returns {string} the same address with the person's name in its one spelling; unchanged where there is no such name
 */
function ownSpelling(url, base) {
    const literal = base.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const found = new RegExp(`^(${literal}${PAGES})([^/?#]+)(.*)$`, "s").exec(url);
    if (found === null) {
        return url;
    }
    const [, before, segment, rest] = found;
    const name = named(segment);
    return name === undefined ? url : `${before}${quote(name)}${rest}`;
}

/** The name that a part of a path stands for; undefined if it can be nobody's. */
function named(segment) {
    let name;
    try {
        // Some clients send the bytes of a name as they are.
        const encoded = segment.replace(/[\x80-\xff]/g, byte => `%${byte.charCodeAt(0).toString(16)}`);
        name = normalise(decodeURIComponent(encoded));
        encodeURIComponent(name);
    } catch {
        return undefined;
    }
    // Dots alone would be a step up in the path.
    return NAME.test(name) && name === name.trim() && !/^\.+$/.test(name) ? name : undefined;
}

module.exports = { ownSpelling };
