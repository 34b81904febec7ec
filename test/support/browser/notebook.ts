/** A notebook in JupyterLab. */
import type { Visitor } from "./person";

/** Opens a notebook and runs a cell. @returns its output */
export async function runCell({ page }: Visitor, code: string): Promise<string> {
    await page.waitForSelector(".jp-LauncherCard:visible");
    await page.click('.jp-LauncherCard[data-category="Notebook"]');
    const cell = page.locator(".jp-Notebook:visible .jp-Cell").first();
    await page.waitForSelector(".jp-StatusBar-TextItem:text('Python 3 (ipykernel) | Idle')");
    await cell.locator(".cm-content").click();
    await page.keyboard.type(code);
    await page.keyboard.press("Shift+Enter");
    return cell.locator(".jp-OutputArea-output").innerText();
}
