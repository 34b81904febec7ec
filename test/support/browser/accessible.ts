/** What axe-core finds on a page at a phone's and a desk's width, light and dark. */
import * as axe from "axe-core";
import type { Page } from "playwright-core";

const WIDTHS = [
    { width: 390, height: 844 },
    { width: 1280, height: 800 },
];
const SCHEMES = ["light", "dark"] as const;

/** @returns what is wrong, each as `390 dark: rule: selector: what axe says` */
export async function violations(page: Page): Promise<string[]> {
    const found: string[] = [];
    const before = page.viewportSize();
    await page.evaluate(axe.source);
    for (const size of WIDTHS) {
        await page.setViewportSize(size);
        for (const colorScheme of SCHEMES) {
            await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
            const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
            for (const { id, help, nodes } of violations) {
                for (const { target } of nodes) {
                    found.push(`${size.width} ${colorScheme}: ${id}: ${target.join(" ")}: ${help}`);
                }
            }
            found.push(...(await tooWide(page)).map(what => `${size.width} ${colorScheme}: too wide: ${what}`));
        }
    }
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    await page.setViewportSize(before ?? WIDTHS[1]);
    return found;
}

/** What makes the page scroll sideways, which axe does not look for. */
async function tooWide(page: Page): Promise<string[]> {
    return await page.evaluate<string[]>(`(() => {
        const width = document.documentElement.clientWidth;
        return document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll("body *")]
            .filter(element => element.getBoundingClientRect().right > width + 1)
            .slice(0, 3)
            .map(element => element.outerHTML.slice(0, 120));
    })()`);
}
