/** Somebody who has an invitation chooses a password, and logs in with it. */
import { violations } from "../../support/browser/accessible";
import type { Visitor } from "../../support/browser/person";

const CHOSEN = "a password of their own";

export async function signsUp(person: Visitor, name: string, invitation: string): Promise<void> {
    const { page } = person;
    await person.open("");
    expect(await violations(page)).toEqual([]);
    await page.click('a:has-text("Sign up")');
    expect(await violations(page)).toEqual([]);
    const choose = async (shown: string) => {
        await page.fill("#username_input", name);
        await page.fill("#shown_input", shown);
        await page.fill("#password_input", CHOSEN);
        await page.fill("#again_input", CHOSEN);
        await page.click("#signup_submit");
    };
    await choose("a guess");
    expect(await page.locator(".login_error").innerText()).toBe("This is not an invitation for this name.");
    await person.picture("sign-up");
    expect(await violations(page)).toEqual([]);
    await choose(invitation);
    expect(await page.locator("h1").innerText()).toBe("Your password is set.");
    expect(await violations(page)).toEqual([]);
    expect(person.troubles("403 POST hub/signup")).toEqual([]);
    await page.click('#login-main a:has-text("Log in")');
    await person.logIn(name, CHOSEN);
    await person.waitForPlace(new RegExp(`^/user/${name}/lab`));
    await person.context.close();
}
