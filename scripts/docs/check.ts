/**
 * Follows each link of a built site: to pages, to places in them, to pictures and other files. Not linkinator: it looks
 * for a place only in a page that it has not read yet, and so passes most that are wrong.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { urlOf } from "../../components/config";

/**
 * @param folder what a web server serves
 * @returns each link that leads nowhere, with its page; links to other sites are not followed
 */
export function brokenLinks(folder: string): string[] {
    const files = fs
        .readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter(file => fs.statSync(path.join(folder, file)).isFile())
        .map(file => file.split(path.sep).join("/"));
    const pages = new Map(
        files
            .filter(file => file.endsWith(".html"))
            .map(file => [file, contentOf(fs.readFileSync(path.join(folder, file), "utf8"))]),
    );
    const others = new Set(files);
    return [...pages].flatMap(([page, { links }]) =>
        links.filter(link => !leads(page, link, pages, others)).map(link => `${page}: ${link}`),
    );
}

interface Content {
    links: string[];
    /** Places that a link can name. */
    places: Set<string>;
}

/** The links of a page, each once, and its places. Pure. */
export function contentOf(html: string): Content {
    const [links, places] = [new Set<string>(), new Set<string>()];
    // An element has several of them.
    for (const [element] of html.matchAll(/<[a-z](?:"[^"]*"|'[^']*'|[^'"<>])*>/gi)) {
        for (const [, name, double, single] of element.matchAll(/\s(href|src|id)=(?:"([^"]*)"|'([^']*)')/gi)) {
            (name.toLowerCase() === "id" ? places : links).add((double ?? single).replaceAll("&amp;", "&"));
        }
    }
    return { links: [...links], places };
}

/** Any host that no link names. */
const HERE = "http://site.invalid";

function leads(page: string, link: string, pages: ReadonlyMap<string, Content>, files: ReadonlySet<string>): boolean {
    const url = urlOf(link, `${HERE}/${page}`);
    if (url === undefined) {
        return false;
    }
    if (url.origin !== HERE) {
        return true;
    }
    const file = decodeURIComponent(url.pathname.slice(1)).replace(/(^|\/)$/, "$1index.html");
    const place = decodeURIComponent(url.hash.slice(1));
    return files.has(file) && (place === "" || (pages.get(file)?.places.has(place) ?? false));
}
