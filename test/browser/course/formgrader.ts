/** nbgrader's pages for grading. */
import type { Browser } from "playwright-core";
import { Visitor } from "../../support/browser/person";
import type { Outputs } from "../../support/deploy/workspace";
import { TAKEN_OVER } from "./hostile";
import type { Member } from "./people";

/** A grader opens what a student handed in. @returns the text of the notebook on the page */
export async function looksAtIt(
    browser: Browser,
    { url, passwords }: Outputs,
    grader: Member,
    student: string,
): Promise<string> {
    const { client, token } = grader.arrived;
    const found = await client.withToken(token, client.server("formgrader/api/submitted_notebooks/ps1/squares"));
    const { id } =
        ((await found.json()) as { id: string; student: string }[]).find(one => one.student === student) ?? {};
    const person = await Visitor.arrive(browser, url);
    let text = "";
    await person.saying("formgrader", async () => {
        await person.open(`user/${grader.name}/formgrader/submissions/${id}/?index=0`);
        await person.logIn(grader.name, passwords[grader.name]);
        await person.waitForPlace(/\/formgrader\/submissions\//);
        const page = person.page.locator("#notebook-container");
        await page.first().waitFor();
        text = await page.first().innerText();
        await person.picture("formgrader");
        expect(await person.page.title()).not.toContain(TAKEN_OVER);
    });
    await person.context.close();
    return text;
}
