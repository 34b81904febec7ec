// What the proxy says while the target of a request does not answer. It tells the hub from a person's server, and nothing of
// anybody's state: whose server it is reads more from the hub, which knows who asks (pages/again.js).
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { PLAIN } = require("./look.cjs");
const { languageOf, WORDS } = require("./words.cjs");

const PAGES = path.join(__dirname, "pages");
const page = fs.readFileSync(path.join(PAGES, "away.html"), "utf8");
const script = fs.readFileSync(path.join(PAGES, "again.js"), "utf8");

/**
 * @param {string | undefined} route path of the route that the request took; the hub has all that no other has
 * @param {string} base path of the whole hub, with a slash at both ends
 * @returns {"hub" | "server" | "service"}
 */
function targetOf(route, base) {
    const below = `${route ?? ""}/`;
    if (below.startsWith(`${base}user/`)) {
        return "server";
    }
    return below.startsWith(`${base}services/`) ? "service" : "hub";
}

/** Whether a person looks at the answer, and no program. */
function isPage(headers) {
    return (headers.accept ?? "").includes("text/html");
}

const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = text => text.replace(/[&<>"']/g, character => ESCAPED[character]);

const linkTo = ({ text, url }, id) => `<a id="${id}" href="${escaped(url)}"><bdi>${escaped(text)}</bdi></a>`;

function announced(announcement) {
    if (announcement === null) {
        return "";
    }
    const link = announcement.link === null ? "" : `<br>${linkTo(announcement.link, "more")}`;
    return `<p id="announcement" dir="auto"><span>${escaped(announcement.text)}</span>${link}</p>`;
}

/**
 * @param {"hub" | "server" | "service"} away
 * @param {Record<string, string | undefined>} headers the request's
 * @param {string} base path of the whole hub
 * @param {object} look what look.cjs knows
 * @returns {{ type: string, body: string }}
 */
function awayAnswer(away, headers, base, look = PLAIN) {
    const language = languageOf(headers["accept-language"], look.language);
    const words = WORDS[language];
    if (!isPage(headers)) {
        // JupyterLab shows `message`.
        return { type: "application/json", body: JSON.stringify({ status: 503, away, message: words[away] }) };
    }
    const parts = {
        LANGUAGE: language,
        NAME: escaped(look.name),
        ACCENT: look.accent,
        LOGO: look.logo === null ? "" : `<img src="${look.logo}" alt="">`,
        TITLE: words.title,
        SAID: `${words[away]} ${words.again}`,
        ANNOUNCED: announced(look.announcement),
        HOME: away === "hub" ? "" : `<p><a id="home" href="${escaped(base)}hub/home">${words.home}</a></p>`,
        HELP: look.help === null ? "" : `<footer>${linkTo(look.help, "help")}</footer>`,
        HUB: { server: ` data-hub="${escaped(base)}hub/"`, hub: ` data-health="${escaped(base)}hub/health"` }[away] ?? "",
        SCRIPT: script,
    };
    return { type: "text/html; charset=utf-8", body: page.replace(/__([A-Z]+)__/g, (_, part) => parts[part]) };
}

module.exports = { awayAnswer, isPage, targetOf };
