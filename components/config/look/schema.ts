/** The contract of `look`: how the pages of hub and proxy look. Pure. */
import type { z } from "zod";
import { checked, choice, section, text } from "../fields";
import { contrast, HEX, LEAST, readableOn, shownContrast } from "./contrast";
import { urlOf } from "../values";

const LONGEST_NAME = 60;
const LONGEST_LINE = 120;
const LONGEST_ANNOUNCEMENT = 1000;

/** Would do something to the text around it, or cannot be seen. Of these a line has none at all. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** A text that people see. @param hidden what is wrong with characters in it that nobody sees, or undefined */
const seen = (what: string, longest: number, hidden: (value: string) => string | undefined) =>
    checked(what, value => {
        if (value.trim() === "") {
            return "is empty";
        }
        return value.length > longest
            ? `is ${value.length} characters long; ${what} has at most ${longest}`
            : hidden(value);
    });

const line = (what: string, longest: number) =>
    seen(what, longest, value =>
        HIDDEN.test(value) ? `${what} is one line, without characters that nobody sees` : undefined,
    );

/** Lines, with an empty one between where somebody wants it. */
const lines = (what: string, longest: number) =>
    seen(what, longest, value =>
        HIDDEN.test(value.replace(/\n/g, "")) ? `${what} has characters that nobody sees` : undefined,
    );

/** A browser would run what stands behind `javascript:`. */
const address = checked("a URL", value => {
    const isMail = /^mailto:[^\s@<>"']+@[^\s@<>"']+$/.test(value);
    return isMail || (/^https?:\/\/[^\s<>"'\\]+$/i.test(value) && urlOf(value) !== undefined)
        ? undefined
        : "expected https://…, http://… or mailto:somebody@example.org";
});

const link = section({
    text: line("a link's text", LONGEST_LINE).describe("what people click on"),
    url: address.describe("where it leads: https://…, http://… or mailto:…"),
});

const color = text("a color").regex(HEX, { error: "expected a color such as #0b5cad" });

const colors = section({
    accent: color.describe("of buttons, and of the line above each page"),
    accentText: color
        .optional()
        .describe(`of text on it, with a contrast of at least ${LEAST}:1. Default: white or black, which can be read`),
}).superRefine(({ accent, accentText = readableOn(accent) }, context) => {
    const ratio = contrast(accent, accentText);
    if (ratio < LEAST) {
        context.addIssue({
            code: "custom",
            path: ["accentText"],
            message:
                `${accentText} on ${accent} has a contrast of ${shownContrast(ratio)}, which is hard to read; at least ` +
                `${LEAST}:1. Take another one, or leave it out: ${readableOn(accent)} can be read`,
        });
    }
});

export const lookSection = section({
    name: line("a name", LONGEST_NAME)
        .default("JupyterHub")
        .describe("what the deployment is called, in titles and beside the logo"),
    logo: text("a file")
        .regex(/^(?!.*(^|\/)\.\.?(\/|$))[\w.-]+(\/[\w.-]+)*\.(png|svg)$/i, {
            error: "expected a file of the checkout that ends in .png or .svg, such as stacks/logo.svg",
        })
        .optional()
        .describe("file of the checkout, PNG or SVG, at most 256K. Default: JupyterHub's"),
    colors: colors.optional().describe("colors of buttons. Default: a dark orange"),
    announcement: section({
        text: lines("an announcement", LONGEST_ANNOUNCEMENT).describe("plain text, at most 1000 characters"),
        link: link.optional().describe("a link behind the text"),
    })
        .optional()
        .describe("what everybody is told on each page. Default: nothing"),
    help: link.optional().describe("a link on each page to whoever helps. Default: none"),
    language: choice(["auto", "en", "de", "fr"])
        .default("auto")
        .describe("language of the hub's pages: en, de, fr; auto: what the browser asks for"),
});

export type LookSection = z.infer<typeof lookSection>;
