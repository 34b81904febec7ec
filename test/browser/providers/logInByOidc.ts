import type { Browser } from "playwright-core";
import { Visitor } from "../../support/browser/person";

/** From the log-in page to the OpenID provider, and through its forms. */
export async function logInByOidc(browser: Browser, url: string, issuer: string, account: string): Promise<Visitor> {
    const person = await Visitor.arrive(browser, url, issuer);
    await person.open("");
    await person.page.click('a:has-text("Sign in with Example University")');
    await person.page.fill('input[name="login"]', account);
    await person.page.fill('input[name="password"]', "any");
    await person.page.click('button:has-text("Sign-in")');
    await person.page.click('button:has-text("Continue")');
    return person;
}
