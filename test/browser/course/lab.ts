/** JupyterLab, as people use it. */
import type { Visitor } from "../../support/browser/person";

/** Runs all cells of the notebook that is open. @returns what each prints */
export async function runAll({ page }: Visitor): Promise<string[]> {
    const notebook = page.locator(".jp-Notebook:visible");
    await notebook.locator(".jp-Cell").first().waitFor();
    await page.waitForSelector(".jp-StatusBar-TextItem:text('Python 3 (ipykernel) | Idle')");
    await page.locator('.lm-MenuBar-item:has-text("Run")').click();
    await page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click();
    const outputs = notebook.locator(".jp-OutputArea-output");
    await outputs.first().waitFor();
    return (await outputs.allInnerTexts()).map(text => text.trim());
}
