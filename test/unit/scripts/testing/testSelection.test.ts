/** Which tests `npm test` runs, and what it says of them. */
import * as fs from "node:fs";
import * as path from "node:path";
import { selectTests } from "../../../../scripts/testing/testSelection";
import { CHECKOUT, checkout } from "../../../support/checkout";
import { clipped } from "../../../support/reporter";

const FILES: Record<string, string[]> = {
    types: [],
    unit: ["test/unit/components/docker/names.test.ts", "test/unit/network/guard.test.ts"],
    hub: ["test/hub/servers/test_turns.py"],
    deploy: ["test/deploy/gate.test.ts", "test/deploy/operations/names.test.ts", "test/deploy/security.test.ts"],
    browser: ["test/browser/hub.test.ts"],
    security: [],
};
const select = (...words: string[]) => selectTests(words, Object.keys(FILES), part => FILES[part]);

it("nothing named is everything", () => {
    expect(select()).toEqual([]);
});

it.each([
    ["unit", [{ part: "unit", files: [] }]],
    [
        "types unit hub",
        [
            { part: "types", files: [] },
            { part: "unit", files: [] },
            { part: "hub", files: [] },
        ],
    ],
    [
        "deploy gate names",
        [{ part: "deploy", files: ["test/deploy/gate.test.ts", "test/deploy/operations/names.test.ts"] }],
    ],
    [
        "unit guard deploy names",
        [
            { part: "unit", files: ["test/unit/network/guard.test.ts"] },
            { part: "deploy", files: ["test/deploy/operations/names.test.ts"] },
        ],
    ],
    ["hub turns", [{ part: "hub", files: ["test/hub/servers/test_turns.py"] }]],
    ["deploy test/deploy/gate.test.ts", [{ part: "deploy", files: ["test/deploy/gate.test.ts"] }]],
    ["hub test_turns.py", [{ part: "hub", files: ["test/hub/servers/test_turns.py"] }]],
    // A file of the part goes before a part of that name.
    ["browser hub", [{ part: "browser", files: ["test/browser/hub.test.ts"] }]],
    [
        "hub browser",
        [
            { part: "hub", files: [] },
            { part: "browser", files: [] },
        ],
    ],
    ["security", [{ part: "security", files: [] }]],
])("%s", (words, expected) => {
    expect(select(...words.split(" "))).toEqual(expected);
});

it.each([
    [
        "deplyo",
        'There is no part deplyo of the tests; did you mean "deploy"?\nParts: types, unit, hub, deploy, ' +
            "browser, security.",
    ],
    [
        "gate",
        "There is no part gate of the tests; it is a file of deploy: npm test -- deploy gate\nParts: types, " +
            "unit, hub, deploy, browser, security.",
    ],
    [
        "deploy gaet",
        'There is no file gaet of deploy, and no part of that name; did you mean "gate"?\nFiles of deploy: ' +
            "gate, names, security.\nParts: types, unit, hub, deploy, browser, security.",
    ],
    [
        "types gate",
        "There is no file gate of types, and no part of that name.\nThe part types has no files of its " +
            "own.\nParts: types, unit, hub, deploy, browser, security.",
    ],
])("%s: says what there is", (words, message) => {
    expect(() => select(...words.split(" "))).toThrow(new Error(message));
});

it("a failure is as long as somebody reads, each of its own", () => {
    const failure = (title: string, lines: number) =>
        `  ● ${title}\n\n${Array.from({ length: lines }, (_, i) => `    line ${i}\n`).join("")}\n`;
    const shown = clipped(failure("short", 3) + failure("long", 1000));
    expect(shown.startsWith(failure("short", 3))).toBe(true);
    expect(shown).toContain("    line 42\n    … (932 lines left out)\n    line 975\n");
    expect(shown.trimEnd().endsWith("line 999")).toBe(true);
});

it("how long files take is known of files that there are", () => {
    const seconds = fs.readFileSync(path.join(CHECKOUT, "test/support/seconds.json"), "utf8");
    for (const [part, known] of Object.entries(JSON.parse(seconds) as Record<string, object>)) {
        const files = checkout.tracked().filter(file => file.startsWith(`test/${part}/`));
        const there = files.map(file => path.basename(file, ".test.ts"));
        expect(Object.keys(known).filter(name => !there.includes(name))).toEqual([]);
    }
});

it("no test has a time-out of its own that a busy machine needs for itself", () => {
    const own = /^\s*\}, [\d_]+\);$|jest\.setTimeout\([\d_]+\)/m;
    const files = checkout.tracked().filter(file => /^test\/.*\.ts$/.test(file));
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter(file => own.test(fs.readFileSync(path.join(CHECKOUT, file), "utf8")))).toEqual([]);
});
