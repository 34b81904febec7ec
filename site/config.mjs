// The site of docs/, as VitePress builds it from a copy of the pages that `npm run docs` makes (scripts/docs/).
import { readFileSync } from "node:fs";
import { URL } from "node:url";

// Title, description, base and sidebar: scripts/docs/site.ts.
const navigation = JSON.parse(readFileSync(new URL("./navigation.json", import.meta.url), "utf8"));

/** Anchors are GitHub's, since pages are read there, too. */
const slugify = title =>
    title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replace(/ /g, "-");

export default {
    title: navigation.title,
    description: navigation.description,
    base: navigation.base,
    // In a page's text `<NAME>` is a word and no element, and `{type: nfs}` are no attributes of what is before it.
    markdown: { html: false, attrs: { disable: true }, anchor: { slugify } },
    themeConfig: {
        sidebar: navigation.sidebar,
        search: { provider: "local" },
        outline: [2, 3],
    },
};
