/** What an admin may do, and who is none. */
import { docker } from "../../support/deploy/docker";
import { violations } from "../../support/browser/accessible";
import type { Lab } from "./lab";

const NOT_YOURS = "This server is not yours. Only its owner can open it; admins cannot either.";

export function admins(lab: Lab): void {
    lab.page("somebody who is no admin gets no admin panel, and nobody else's server", lab.ada, async ada => {
        await ada.open("hub/home");
        expect(await ada.page.locator("nav a").allInnerTexts()).not.toContain("Admin");
        expect(await ada.open("hub/admin")).toBe(403);
        expect(await ada.refusal()).toBe("This page is for admins.");
        await ada.picture("admin-refused");
        expect(await violations(ada.page)).toEqual([]);
        expect(await ada.open("user/grace/lab")).toBe(404);
        expect(await ada.refusal()).toBe(NOT_YOURS);
        await ada.picture("server-of-somebody-else");
        expect(await violations(ada.page)).toEqual([]);
        return ["403 GET hub/admin", "404 GET hub/user/grace/lab"];
    });

    lab.page("an admin sees everybody in the admin panel, and can stop a server", lab.grace, async grace => {
        await grace.open("hub/home");
        await grace.logIn("grace", lab.outputs().passwords.grace);
        await grace.waitForPlace(/^\/hub\/home$/);
        await grace.page.click('nav a:has-text("Admin")');
        await grace.page.waitForSelector('tr:has-text("ada") button:has-text("Stop Server")');
        expect(await grace.page.locator("table").first().innerText()).toMatch(/\bada\b[^]*\bgrace\b/);
        expect(await grace.page.locator("body").innerText()).toContain(
            "People, admin rights and groups come from the stack file",
        );
        // Only what works: people are not added, changed or grouped here, and their servers not entered.
        const offered = await grace.page.locator("#react-admin-hook :is(a, button):visible").allInnerTexts();
        expect(offered.filter(text => text.trim() !== "")).toEqual([
            "Start All",
            "Stop All",
            "Stop Server",
            "Start Server",
            "Previous",
            "Next",
        ]);
        await grace.picture("admin");
        expect(await violations(grace.page)).toEqual([]);
        // An admin manages servers and does not enter them.
        expect(await grace.open("user/ada/lab")).toBe(403);
        expect(await grace.refusal()).toBe(NOT_YOURS);
        await grace.picture("admin-not-in-a-server");
        await grace.open("hub/admin");
        await grace.page.click('tr:has-text("ada") button:has-text("Stop Server")');
        await grace.page.waitForSelector('tr:has-text("ada") button:has-text("Start Server")');
        expect(docker("inspect", "--format", "{{.State.Running}}", lab.outputs().users.ada.container)).toBe("false");
        return ["403 GET hub/api/oauth2/authorize"];
    });
}
