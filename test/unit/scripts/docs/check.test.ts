/** The site's link check, on sites of a few lines. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { brokenLinks, contentOf } from "../../../../scripts/docs/check";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-site-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

function broken(files: Record<string, string>): string[] {
    for (const [file, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        fs.writeFileSync(path.join(folder, file), text);
    }
    return brokenLinks(folder);
}

const WELL = {
    "index.html":
        '<a class="x" href="./docs/a.html#top">a</a> <a href="/docs/">b</a> <a href="#here">c</a><p id="here">',
    "docs/index.html":
        '<a href="../index.html">up</a> <a href="a.html#%C3%BCber">ü</a> <img alt="a > b" src=\'p.png\'>',
    "docs/a.html": '<h1 id="top" tabindex="-1">A</h1> <h2 id="über">Ü</h2> <a href="https://nowhere.invalid/x#y">z</a>',
    "docs/p.png": "",
};

it("what leads somewhere is accepted, and what leads to other sites is left alone", () => {
    expect(broken(WELL)).toEqual([]);
});

it.each<[string, Partial<typeof WELL>, string[]]>([
    ["a page", { "docs/index.html": '<a href="gone.html">x</a>' }, ["docs/index.html: gone.html"]],
    ["a folder without a page", { "docs/index.html": '<a href="/x/">x</a>' }, ["docs/index.html: /x/"]],
    ["a picture", { "docs/index.html": '<img src="q.png">' }, ["docs/index.html: q.png"]],
    ["a place in another page", { "docs/index.html": '<a href="a.html#gone">x</a>' }, ["docs/index.html: a.html#gone"]],
    ["a place in a file that has none", { "docs/index.html": '<a href="p.png#x">' }, ["docs/index.html: p.png#x"]],
    ["a place in the page itself", { "docs/index.html": '<a href="#gone">x</a>' }, ["docs/index.html: #gone"]],
    ["no address", { "docs/index.html": '<a href="http://">x</a>' }, ["docs/index.html: http://"]],
])("%s that is not there is named, with its page", (_what, damaged, expected) => {
    expect(broken({ ...WELL, ...damaged })).toEqual(expected);
});

it("a place is wrong in each page that links to it, also where others have read that page before", () => {
    const link = '<a href="/docs/a.html#gone">x</a>';
    expect(broken({ ...WELL, "index.html": link, "docs/index.html": link, "z.html": link })).toHaveLength(3);
});

it("an element has all of its attributes, and a text none", () => {
    const { links, places } = contentOf(
        '<a id="one" href="/a?x=1&amp;y=2" data-href="no">a</a> href="no" <code id=\'two\'>',
    );
    expect({ links, places: [...places] }).toEqual({ links: ["/a?x=1&y=2"], places: ["one", "two"] });
});
