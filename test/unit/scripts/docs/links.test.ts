/** Links between pages: found, named, and put into the site. */
import { anchorsOf, forSite, linksOf } from "../../../../scripts/docs/links";
import { sidebarOf, sourceOf } from "../../../../scripts/docs/pages";

it("links and pictures are found from the page's folder, and none in code or to elsewhere", () => {
    const text = [
        "[a](b.md) and ![p](images/p.png), [up](../README.md#first-steps), [here](#below)",
        "[web](https://example.org/x.md) [mail](mailto:a@example.org)",
        "```",
        "[code](gone.md)",
        "```",
        "[`code`](c.md), written as `[d](d.md)`, [e](e.md)",
    ].join("\n");
    expect(linksOf("docs/a.md", text)).toEqual([
        { target: "docs/b.md" },
        { target: "docs/images/p.png" },
        { target: "README.md", anchor: "first-steps" },
        { target: "docs/a.md", anchor: "below" },
        { target: "docs/c.md" },
        { target: "docs/e.md" },
    ]);
    expect(linksOf("README.md", "[x](docs/a.md)")).toEqual([{ target: "docs/a.md" }]);
});

it("anchors are GitHub's", () => {
    const text = [
        ...["# `npm run new`", "## Who gets in, and how", "## A / b", "### Über_uns", "## A / b"],
        ...["```", "# no heading", "```", "text # none"],
    ].join("\n");
    expect([...anchorsOf(text)]).toEqual(["npm-run-new", "who-gets-in-and-how", "a--b", "über_uns", "a--b-1"]);
});

describe("on the site", () => {
    const onSite = (file: string) =>
        ["README.md", "docs/a.md", "bench/README.md", "docs/images/p.png"].includes(file) ? sourceOf(file) : undefined;

    it.each([
        ["README.md", "[a](docs/a.md#x)", "[a](docs/a.md#x)"],
        ["README.md", "[b](bench/README.md)", "[b](bench/index.md)"],
        ["docs/a.md", "[top](../README.md#x)", "[top](../index.md#x)"],
        ["bench/README.md", "![p](../docs/images/p.png)", "![p](../docs/images/p.png)"],
        [
            "docs/a.md",
            "see [images/gate](../images/gate) or [x](https://example.org)",
            "see images/gate or [x](https://example.org)",
        ],
        ["docs/a.md", "[below](#x)", "[below](#x)"],
        ["docs/a.md", "`[x](gone)` and [`x`](gone)", "`[x](gone)` and `x`"],
        [
            "docs/a.md",
            "```\n[a](../README.md)\n```\n[a](../README.md)",
            "```\n[a](../README.md)\n```\n[a](../index.md)",
        ],
    ])("of %s, %s is %s", (page, text, expected) => {
        expect(forSite(page, text, onSite)).toBe(expected);
    });

    it("the sidebar has each group once, in the order of the pages", () => {
        const page = (file: string, group: string) => ({ file, group, title: file.toUpperCase(), text: "" });
        expect(sidebarOf([page("README.md", "One"), page("docs/a.md", "Two"), page("bench/README.md", "Two")])).toEqual(
            [
                { text: "One", items: [{ text: "README.MD", link: "/" }] },
                {
                    text: "Two",
                    items: [
                        { text: "DOCS/A.MD", link: "/docs/a" },
                        { text: "BENCH/README.MD", link: "/bench/" },
                    ],
                },
            ],
        );
    });
});
