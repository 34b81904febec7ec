/** What people read of a run's changes: text, Markdown. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Changes } from "../../../../scripts/plan/changes";
import { NOTHING, removalText, summaryMarkdown, summaryText } from "../../../../scripts/plan/summary";
import { CHECKOUT } from "../../../support/checkout";

const NO_CHANGES: Changes = { added: [], gone: [], changed: [], waiting: [], interrupted: [], parts: [], notes: [] };

describe("the summary", () => {
    const many = Array.from({ length: 23 }, (_, i) => `p${i}`);
    const changes: Changes = {
        added: ["ada", "bo_b"],
        gone: ["eve"],
        changed: [
            { name: "grace", what: ["memory 1G → 2G"] },
            { name: "zoe", what: ["image a → b"] },
            { name: "alan", what: ["memory 1G → 2G"] },
        ],
        waiting: ["zoe"],
        interrupted: ["grace"],
        parts: [
            { part: "Gate", how: "new" },
            { part: "Hub", how: "replaced" },
            { part: "Roster", how: "replaced" },
            { part: "PidsLimits", how: "replaced" },
        ],
        notes: ["eve leaves\nsecond line"],
    };

    it("as text", () => {
        expect(summaryText(changes, false).split("\n")).toEqual([
            "+ 2 added: ada, bo_b",
            "- 1 gone, home kept: eve",
            "~ 2 change (memory 1G → 2G): grace, alan",
            "~ 1 changes (image a → b): zoe",
            "… 1 waits until the server stops: zoe",
            "! 1 is interrupted: grace",
            "+ new: Gate",
            "~ Hub is replaced: pages and log-in are away for about 5 s; running servers go on",
            "  eve leaves",
            "  second line",
        ]);
    });

    it("names parts as people do, images together, and what they need not know not at all", () => {
        const one = (part: string, how: Changes["parts"][number]["how"]) => ({ part, how });
        const parts = [
            one("Authorities", "changed"),
            one("Guard", "changed"),
            one("Homes", "new"),
            one("Https", "replaced"),
            one("Image caddy", "replaced"),
            one("Image hub", "new"),
            one("Image notebook-default", "new"),
            one("Image old", "removed"),
            one("LauncherVolume", "new"),
            one("Network people", "new"),
            one("Network gate", "replaced"),
            one("Launcher", "removed"),
        ];
        expect(summaryText({ ...NO_CHANGES, parts }, false).split("\n")).toEqual([
            "+ new: homes on the host, people's network",
            "+ new images: hub, notebook default",
            "~ HTTPS is replaced: connections break once, and open pages connect again",
            "~ the gate's network is replaced",
            "~ images made anew: caddy",
            "~ running servers, too, trust the certificate authorities that this place has now",
            "~ changed: Guard",
            "- removed: Launcher",
            "- images no longer wanted: old",
        ]);
        expect(summaryText({ ...NO_CHANGES, parts: [one("Homes", "changed")] }, false)).toBe(
            "~ missing homes on the host are made, those that are there stay as they are",
        );
    });

    it("of a stack that was taken down: no word of images, which stay", () => {
        const removed = ["Hub", "Https", "Image hub", "Network people", "Roster"].map(part => ({
            part,
            how: "removed" as const,
        }));
        const down = { ...NO_CHANGES, gone: ["ada", "bob"], interrupted: ["ada"], parts: removed };
        expect(removalText(down, false)).toBe(
            "- 2 people's servers removed: ada, bob\n! 1 was running: ada\n- removed: HTTPS, Hub, people's network",
        );
        expect(removalText({ ...NO_CHANGES, gone: ["ada"] }, true)).toBe(
            "\u001b[31m- 1 person's server removed: ada\u001b[0m",
        );
    });

    it("as docs/changes.md shows it", () => {
        const example: Changes = {
            ...NO_CHANGES,
            added: ["mary"],
            gone: ["eve"],
            changed: [{ name: "grace", what: ["memory 1G → 2G"] }],
            waiting: ["alan"],
            parts: [{ part: "Hub", how: "replaced" }],
        };
        expect(fs.readFileSync(path.join(CHECKOUT, "docs/changes.md"), "utf8")).toContain(
            `\`\`\`\n${summaryText(example, false)}\n\`\`\`\n`,
        );
    });

    it("has colours where it is asked for, and nowhere else", () => {
        expect(summaryText(changes, true)).toContain("\u001b[32m+ 2 added: ada, bo_b\u001b[0m");
        expect(summaryText(changes, false)).not.toContain("\u001b");
        expect(summaryMarkdown(changes, "dev")).not.toContain("\u001b");
    });

    it("as Markdown, in which no name or note is markup", () => {
        const text = summaryMarkdown({ ...changes, notes: ["```\n# not a heading"] }, "dev");
        expect(text).toContain("### What changes in `dev`\n\n- **2 added**: `ada`, `bo_b`\n");
        expect(text).toMatch(/\n```\n` ` `\n# not a heading\n```$/);
    });

    it("names the first of many", () => {
        expect(summaryText({ ...NO_CHANGES, added: many }, false)).toMatch(/^\+ 23 added: p0, .*, p19 and 3 more$/);
    });

    it("of nothing", () => {
        expect(summaryText(NO_CHANGES, false)).toBe(NOTHING);
        expect(summaryText({ ...NO_CHANGES, parts: [{ part: "Roster", how: "replaced" }] }, false)).toBe(
            "Only the record of people and their servers is made anew; servers that run go on as they are.",
        );
        expect(summaryText({ ...NO_CHANGES, waiting: ["ada"] }, false)).toBe(
            `${NOTHING}\n… 1 waits until the server stops: ada`,
        );
    });
});
