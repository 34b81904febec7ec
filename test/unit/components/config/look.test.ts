import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { contrast, LEAST, longHex, readableOn, shownContrast } from "../../../../components/config/look/contrast";
import { lookSettings } from "../../../../components/config/look/settings";
import { readLogo, readPages } from "../../../../components/host/hubFiles";
import { pathsAndProblems, read } from "../../../support/unit/config";
import { deployHub } from "../../../support/unit/hub";

const look = (given: Record<string, unknown>) => read({ users: ["ada"], look: given }).look;
const problems = (given: Record<string, unknown>) => pathsAndProblems(() => look(given));

const PLAIN = {
    name: "JupyterHub",
    logo: "",
    accent: "#b34700",
    accentText: "#ffffff",
    announcement: null,
    help: null,
    language: "auto",
};

describe("what hub and proxy are told", () => {
    it("has a default for all of it, which can be read", () => {
        expect(lookSettings(read({ users: ["ada"] }).look)).toEqual(PLAIN);
        expect(contrast(PLAIN.accent, PLAIN.accentText)).toBeGreaterThan(LEAST);
    });

    it("is what the stack file says, texts as they are", () => {
        const link = { text: '<b>"More"</b>', url: "https://example.org/?a=1&b=2" };
        const given = {
            name: '<script>alert("x")</script>',
            logo: "stacks/logo.SVG",
            colors: { accent: "#0AF" },
            announcement: { text: "One\n\nمرحبا {{ x }}", link },
            help: { text: "Help", url: "mailto:help@example.org" },
            language: "de",
        };
        expect(lookSettings(look(given))).toEqual({
            ...given,
            colors: undefined,
            logo: "svg",
            accent: "#00aaff",
            accentText: "#000000",
        });
        expect(lookSettings(look({ announcement: { text: "x" } })).announcement).toEqual({ text: "x", link: null });
    });
});

describe("colors", () => {
    it("are refused where text on them is hard to read, with the contrast that they have", () => {
        expect(problems({ colors: { accent: "#f37524", accentText: "#fff" } })).toEqual([
            "look.colors.accentText: #fff on #f37524 has a contrast of 2.84:1, which is hard to read; at least " +
                "4.5:1. Take another one, or leave it out: #000000 can be read",
        ]);
        expect(problems({ colors: { accent: "orange" } })).toEqual([
            "look.colors.accent: expected a color such as #0b5cad",
        ]);
        expect(problems({ colors: { accent: "#12345" } })).toHaveLength(1);
        expect(problems({ colors: { accent: "#fff;}body{display:none" } })).toHaveLength(1);
    });

    it("have the contrast that WCAG gives as examples", () => {
        expect(contrast("#000", "#ffffff")).toBeCloseTo(21, 5);
        expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
        expect(contrast("#767676", "#fff")).toBeCloseTo(4.54, 2);
        expect(shownContrast(4.4999)).toBe("4.49:1");
    });

    it("of text can be left out: white or black can be read on every color", () => {
        fc.assert(
            fc.property(fc.integer({ min: 0, max: 0xffffff }), number => {
                const color = `#${number.toString(16).padStart(6, "0")}`;
                expect(contrast(color, readableOn(color))).toBeGreaterThanOrEqual(LEAST);
                expect(longHex(color)).toBe(color);
            }),
        );
    });
});

describe("texts and links", () => {
    it.each([
        [{ name: "" }, "look.name: is empty"],
        [{ name: "x".repeat(61) }, "look.name: is 61 characters long; a name has at most 60"],
        [{ name: "a\nb" }, "look.name: a name is one line, without characters that nobody sees"],
        // Turns around what follows it.
        [{ name: "a\u202eb" }, "look.name: a name is one line, without characters that nobody sees"],
        [{ announcement: { text: "x".repeat(1001) } }, expect.stringContaining("has at most 1000")],
        [{ announcement: { text: "a\u2066b" } }, expect.stringContaining("has characters that nobody sees")],
        [{ announcement: {} }, "look.announcement.text: expected an announcement, got nothing"],
        [{ announcement: "Hello" }, 'look.announcement: expected keys and values, got "Hello"'],
        [
            { help: { text: "Help", url: "javascript:alert(1)" } },
            "look.help.url: expected https://…, http://… or mailto:somebody@example.org",
        ],
        [{ help: { text: "Help", url: 'https://x/"onclick="' } }, expect.stringContaining("look.help.url: expected")],
        [{ help: { text: "Help", url: "//evil.example" } }, expect.stringContaining("look.help.url: expected")],
        [{ help: { url: "https://example.org" } }, "look.help.text: expected a link's text, got nothing"],
        [{ language: "es" }, 'look.language: expected auto or en or de or fr, got "es"; did you mean "en"?'],
        [{ colour: {} }, 'look: unknown key "colour"; did you mean "colors"?'],
        [{ logo: "../logo.png" }, expect.stringContaining("look.logo: expected a file of the checkout")],
        [{ logo: "/etc/logo.png" }, expect.stringContaining("look.logo: expected a file of the checkout")],
        [{ logo: "logo.gif" }, expect.stringContaining("that ends in .png or .svg")],
    ])("%j is refused", (given, said) => expect(problems(given)).toEqual([said]));
});

describe("a logo", () => {
    let folder: string;
    const file = (name: string, content: string | Buffer) => {
        fs.writeFileSync(path.join(folder, name), content);
        return path.join(folder, name);
    };
    const PNG = Buffer.from("89504e470d0a1a0a0000", "hex");

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "logo-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("is a PNG or an SVG, whatever stands before its first element", () => {
        expect(readLogo(file("a.png", PNG))).toBe(PNG.toString("base64"));
        const head =
            '\ufeff<?xml version="1.0"?>\n<!-- made\nby hand --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN">\n';
        readLogo(file("a.svg", `${head}<svg xmlns="http://www.w3.org/2000/svg"/>`));
        readLogo(file("b.SVG", "<svg>"));
    });

    it.each([
        ["a.svg", "<html><svg/></html>", "is no SVG"],
        ["a.svg", PNG, "is no SVG"],
        ["a.svg", "<!-- <svg> -->", "is no SVG"],
        ["a.png", "<svg/>", "is no PNG"],
        ["a.png", Buffer.concat([PNG, Buffer.alloc(256 * 1024)]), "has 257 KiB; at most 256"],
        ["a.png", "", "is no PNG"],
    ])("%s that is something else is refused", (name, content, said) => {
        const given = file(name, content);
        expect(() => readLogo(given)).toThrow(`look.logo: ${given} ${said}`);
    });

    it("is missed", () => {
        expect(() => readLogo(folder)).toThrow(`look.logo: there is no file ${folder} in the checkout`);
        const missing = { hub: read({ users: ["ada"] }).hub, look: look({ logo: "no/logo.png" }) };
        expect(() => readPages(missing)).toThrow("look.logo: there is no file no/logo.png in the checkout");
    });

    it("reaches the hub in pieces that a variable can hold, and no other container changes", async () => {
        const bytes = Buffer.concat([PNG, Buffer.alloc(200 * 1024, 7)]);
        fs.writeFileSync("look-test.png", bytes);
        try {
            const plain = await deployHub({ users: ["ada"] });
            const { recorder } = await deployHub({ users: ["ada"], look: { name: "Lab", logo: "look-test.png" } });
            const container = (from: typeof recorder, part: string) =>
                from.named("Container", `jupyterhub-${part}`).inputs;
            const { envs } = container(recorder, "hub") as { envs: { value: string[] } | string[] };
            const given = Array.isArray(envs) ? envs : envs.value;
            const pieces = given.filter(variable => variable.startsWith("JUPYTERHUB_LOGO_"));
            expect(pieces.map(piece => piece.split("=", 1)[0])).toEqual([0, 1, 2].map(at => `JUPYTERHUB_LOGO_${at}`));
            expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThan(128 * 1024);
            const whole = pieces.map(piece => piece.slice(piece.indexOf("=") + 1)).join("");
            expect(Buffer.from(whole, "base64").equals(bytes)).toBe(true);
            // A changed proxy or person's container would interrupt people.
            for (const part of ["proxy", "gate"]) {
                expect(container(recorder, part)).toEqual(container(plain.recorder, part));
            }
        } finally {
            fs.rmSync("look-test.png");
        }
    });
});
