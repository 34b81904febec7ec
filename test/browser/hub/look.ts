/** The look of the stack file, in a browser: on each page, in other languages, and what a logo may not do. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Browser } from "playwright-core";
import { violations } from "../../support/browser/accessible";
import type { Workspace } from "../../support/deploy/workspace";
import type { Lab } from "./lab";

const LOGO = "stacks/logo.svg";
/** Three bars, and two ways to run something. */
const BARS = ["0 14h8v14h-8", "14 0h8v28h-8", "28 7h8v21h-8"].map(bar => `<path d="M${bar}z"/>`).join("");
const SVG =
    '<svg xmlns="http://www.w3.org/2000/svg" width="36" height="28" fill="#0b5cad" onload="this.id = 1">' +
    `<script>document.documentElement.id = "ran"</script>${BARS}</svg>`;

export const ANNOUNCED = "On Friday from 18:00 to 19:00 no server runs.";

/** What stands in the stack file. */
export const LOOK = JSON.stringify({
    name: "Data Lab",
    logo: LOGO,
    colors: { accent: "#0b5cad" },
    help: { text: "Help desk", url: "mailto:help@example.org" },
    announcement: { text: ANNOUNCED, link: { text: "Why", url: "https://example.org/news" } },
});

export function giveLogo(workspace: Workspace): void {
    fs.writeFileSync(path.join(workspace.root, LOGO), SVG);
}

/** Before grace logs in. */
export function look({ page, grace, outputs }: Lab, browser: () => Browser): void {
    page("a page has the name, logo, announcement and help of the stack file", grace, async grace => {
        await grace.open("hub/login");
        expect(await grace.page.title()).toContain("Data Lab");
        expect(await grace.page.locator("#announcement").innerText()).toBe(`${ANNOUNCED}\nWhy`);
        expect(await grace.page.locator("#help").getAttribute("href")).toBe("mailto:help@example.org");
        const onPage = (expression: string) => grace.page.evaluate<unknown>(expression);
        expect(await onPage('document.querySelector("#jupyterhub-logo img").naturalWidth')).toBe(36);
        expect(await onPage('getComputedStyle(document.querySelector("#login_submit")).backgroundColor')).toBe(
            "rgb(11, 92, 173)",
        );
    });

    page("a logo opened by itself runs nothing", grace, async grace => {
        expect(await grace.open("hub/logo")).toBe(200);
        expect(await grace.page.evaluate("document.documentElement.nodeName")).toBe("svg");
        expect(await grace.page.evaluate("document.documentElement.id")).toBe("");
        // The browser says on its console that it has not run it.
        expect(grace.troubles().join()).toMatch(/sandbox|Content Security Policy/);
        await grace.open("hub/login");
    });

    page("a browser in German or French gets its own language", grace, async () => {
        for (const [locale, words] of [
            ["de-CH", "Anmelden"],
            ["fr-FR", "Se connecter"],
        ]) {
            const context = await browser().newContext({ locale });
            try {
                const tab = await context.newPage();
                await tab.goto(`${outputs().url}hub/login`);
                expect(await tab.locator("h1").innerText()).toBe(words);
                expect(await violations(tab)).toEqual([]);
            } finally {
                await context.close();
            }
        }
    });
}
