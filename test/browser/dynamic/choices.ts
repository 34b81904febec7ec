/** Profiles and further servers on the hub's pages, as stacks/Pulumi.dynamic.yaml has them. */
import { violations } from "../../support/browser/accessible";
import { Visitor } from "../../support/browser/person";

/** Of the stack file: what is preselected, what everybody may take besides, and what only people of the list may. */
const [SMALL, LARGE, CLOSED] = ["small", "large", "staff"];

/** The names of profiles on the page before a start. */
async function offered({ page }: Visitor): Promise<string[]> {
    await page.waitForSelector("input[name=profile]", { state: "attached" });
    const inputs = await page.locator("input[name=profile]").all();
    return (await Promise.all(inputs.map(input => input.inputValue()))).sort();
}

const preselected = ({ page }: Visitor) => page.inputValue("input[name=profile]:checked");

/** Takes a profile on the page and starts. */
export async function take(person: Visitor, profile = SMALL): Promise<void> {
    await offered(person);
    await person.page.check(`input[name=profile][value=${profile}]`, { force: true });
    await person.page.click("#spawn_form [type=submit]");
}

/** Somebody who has just logged in sees what there is, takes something else than what is preselected, and works. */
export async function takesAnother(person: Visitor): Promise<void> {
    await person.waitForPlace(/^\/hub\/spawn/);
    expect(await offered(person)).toEqual([LARGE, SMALL]);
    expect(await person.page.content()).not.toContain(`value="${CLOSED}"`);
    expect(await preselected(person)).toBe(SMALL);
    expect(await violations(person.page)).toEqual([]);
    await person.picture("choices");
    await take(person, LARGE);
    await person.waitForPlace(/^\/user\/ada\/lab/);
}

/** The next start has what was taken last preselected. */
export async function findsItAgain(person: Visitor): Promise<void> {
    await person.open("hub/spawn");
    await offered(person);
    expect(await preselected(person)).toBe(LARGE);
    await take(person, SMALL);
    await person.waitForPlace(/^\/user\/ada\/lab/);
}

/** A further server, made on the hub's home page under a name, beside the first one. */
export async function makesAnother(person: Visitor, name: string): Promise<void> {
    await person.open("hub/home");
    await person.page.waitForLoadState("networkidle");
    await person.page.fill(".new-server-name", name);
    await person.picture("choices-home");
    await person.page.click(".new-server-btn");
    // The page comes again, and has it in the table.
    await person.page.waitForSelector(`tr[data-server-name=${name}]`);
    await person.page.waitForLoadState("networkidle");
    expect(await violations(person.page)).toEqual([]);
    await person.page.click(`tr[data-server-name=${name}] .start-server:not(.hidden)`);
    await person.waitForPlace(new RegExp(`^/hub/spawn/ada/${name}$`));
    await offered(person);
    expect(await violations(person.page)).toEqual([]);
    await take(person, LARGE);
    await person.waitForPlace(new RegExp(`^/user/ada/${name}/lab`));
}

/** Stops one of several on the hub's home page. */
export async function stopsAnother(person: Visitor, name: string): Promise<void> {
    await person.open("hub/home");
    await person.page.waitForLoadState("networkidle");
    await person.page.click(`tr[data-server-name=${name}] .stop-server:not(.hidden)`);
    await person.page.waitForSelector(`tr[data-server-name=${name}] .start-server:not(.hidden)`);
}
