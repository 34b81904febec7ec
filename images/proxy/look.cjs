// How the proxy's own page looks: as the hub's pages do. The hub is asked while it is there, because the page is for the time
// when it is not. The proxy's container knows nothing of it, so that no change of it interrupts anybody.
"use strict";

/** Milliseconds. A changed announcement is here that soon after the next visit of anybody. */
const EVERY = 10_000;
const PATIENCE = 2_000;
const LONGEST = 1_000_000;

const PLAIN = {
    name: "JupyterHub",
    accent: "#b34700",
    accentText: "#ffffff",
    announcement: null,
    help: null,
    language: "auto",
    logo: null,
};

const COLOR = /^#[0-9a-f]{6}$/;
const URL_ = /^(https?:\/\/|mailto:)/i;
const LOGO = /^data:image\/(png|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;

const isText = given => typeof given === "string";
const fits = (pattern, given, otherwise) => (isText(given) && pattern.test(given) ? given : otherwise);

function link(given) {
    return isText(given?.text) && fits(URL_, given.url, null) ? { text: given.text, url: given.url } : null;
}

/** Of whatever the hub answers only what can be shown. */
function readLook(given) {
    return {
        name: isText(given?.name) ? given.name : PLAIN.name,
        accent: fits(COLOR, given?.accent, PLAIN.accent),
        accentText: fits(COLOR, given?.accent_text, PLAIN.accentText),
        announcement: isText(given?.announcement?.text)
            ? { text: given.announcement.text, link: link(given.announcement.link) }
            : null,
        help: link(given?.help),
        language: isText(given?.language) ? given.language : PLAIN.language,
        logo: fits(LOGO, given?.logo, null),
    };
}

let look = PLAIN;
let etag = "";
let next = 0;

/** How it looked when the hub last answered. */
const currentLook = () => look;

/**
 * Asks the hub, unless it was asked a moment ago. Nobody waits for it.
 * @param {string} hub its address in the proxy's network, @param {string} base path of the whole hub
 */
async function refreshLook(hub, base, now = Date.now()) {
    if (now < next) {
        return;
    }
    next = now + EVERY;
    try {
        const answer = await fetch(`${hub}${base}hub/look.json`, {
            headers: etag === "" ? {} : { "If-None-Match": etag },
            signal: AbortSignal.timeout(PATIENCE),
            redirect: "error",
        });
        const text = await answer.text();
        if (answer.status === 200 && text.length <= LONGEST) {
            look = readLook(JSON.parse(text));
            etag = answer.headers.get("etag") ?? "";
        }
    } catch {
        // The hub is away, or is another one: what was known stays.
    }
}

module.exports = { currentLook, PLAIN, readLook, refreshLook };
