/** Real-time collaboration at a team's server, as two of its members see it. */
import type { Browser } from "playwright-core";
import { Visitor } from "../../support/browser/person";
import type { Outputs } from "../../support/deploy/workspace";
import { notebook } from "./notebooks";
import type { Member } from "./people";

const FILE = "team/plan.ipynb";

/** Somebody logs in and comes to their team's server. It is another person's, so they are asked about that. */
async function enters(browser: Browser, outputs: Outputs, name: string, address: string): Promise<Visitor> {
    const visitor = await Visitor.arrive(browser, outputs.url);
    await visitor.saying(`team-${name}`, async () => {
        await visitor.open(address);
        await visitor.logIn(name, outputs.passwords[name]);
        await visitor.waitForPlace(/^\/hub\/api\/oauth2\/authorize$|^\/user\/team-1\/lab/);
        if (visitor.place.endsWith("/authorize")) {
            await visitor.page.click("input[type=submit], button[type=submit]");
        }
        await visitor.waitForPlace(/^\/user\/team-1\/lab/);
        await visitor.open(`user/team-1/lab/tree/${FILE}`);
        await visitor.page.locator(".jp-Notebook:visible .jp-Cell").first().waitFor();
    });
    return visitor;
}

/** @param members of the team; the first starts its server @param stranger is of another */
export async function together(browser: Browser, outputs: Outputs, members: [Member, string], stranger: Member) {
    const [first, second] = members;
    await first.write(FILE, notebook(["# Plan", "monday = 1"]));
    const one = await enters(browser, outputs, first.name, "hub/spawn/team-1");
    const other = await enters(browser, outputs, second, `user/team-1/lab/tree/${FILE}`);
    const text = "We meet on Monday";
    await other.saying("together", async () => {
        await one.page.locator(".jp-Notebook:visible .jp-CodeCell .cm-content").first().click();
        await one.page.keyboard.press("Control+End");
        await one.page.keyboard.type(` # ${text}`);
        await other.page.waitForSelector(`.jp-Notebook:visible .jp-CodeCell:has-text("${text}")`);
        await other.picture("together");
    });
    // Once it is saved, it is in the folder that the team shares.
    await first.eventually(`grep -q "${text}" ${FILE}`);
    await Promise.all([one, other].map(({ context }) => context.close()));
    for (const address of ["user/team-1/lab", "hub/spawn/team-1"]) {
        const { response } = await stranger.arrived.client.visit(address);
        expect([address, [403, 404].includes(response.status)]).toEqual([address, true]);
    }
}
