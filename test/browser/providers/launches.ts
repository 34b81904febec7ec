/** From a course at a learning platform to the page that a link names; and who is turned away. */
import type { Browser } from "playwright-core";
import { violations } from "../../support/browser/accessible";
import { Visitor } from "../../support/browser/person";
import type { Certificates } from "../../support/certificates";
import { hostAddress } from "../../support/hostAddress";
import { LearningPlatform } from "../../support/providers/lti";

const ASK = "Ask whoever looks after this hub.";
const AGAIN = "Open this hub from a course on Example LMS.";

/** Its people are listed here: one by name, one by login; and somebody with a listed person's name here. */
export async function startPlatform(url: string, certificates: Certificates): Promise<LearningPlatform> {
    const tool = {
        clientId: "hub",
        login: () => `${url}hub/lti13/oauth_login`,
        redirect: () => `${url}hub/lti13/oauth_callback`,
    };
    const platform = await LearningPlatform.start(hostAddress(), tool, certificates);
    ["octocat", "lovelace", "ada"].forEach(name => platform.accounts.set(name, name));
    return platform;
}

/** Lines of the section `authentication`. */
export function typeLti({ url }: LearningPlatform): string[] {
    const addresses = [`issuer: ${url}`, `authorizeUrl: ${url}/auth`, `keysUrl: ${url}/keys`];
    return ["type: lti", ...addresses, "clientIds: [hub]", "label: Example LMS"];
}

/** What `npm run up` says for the platform. */
export function registered(url: string): string {
    const at = `${url}hub/lti13/`;
    return `At the learning platform: initiate login URL ${at}oauth_login, redirection URI ${at}oauth_callback`;
}

export async function launches(browser: Browser, platform: LearningPlatform, url: string): Promise<void> {
    const course = new Course(browser, platform, url);
    await course.deepLink("octocat", "octocat", "week1.txt");
    await course.fromFrame("lovelace", "ada");
    await course.notListed("ada", "ada");
    await course.forged("octocat");
    await course.elsewhere("octocat");
}

class Course {
    constructor(
        private readonly browser: Browser,
        private readonly platform: LearningPlatform,
        private readonly url: string,
    ) {}

    /** @param name an account at the platform */
    private async atTheCourse(name: string): Promise<Visitor> {
        const person = await Visitor.arrive(this.browser, this.url, this.platform.url);
        await person.open(`${this.platform.url}/login`);
        await person.page.fill('input[name="login"]', name);
        await person.page.fill('input[name="password"]', name);
        await person.page.click("button");
        await person.waitForPlace(/^\/course$/);
        return person;
    }

    /** A link that names a file opens it, and one that names the hub opens the person's server. */
    async deepLink(account: string, name: string, file: string): Promise<void> {
        this.platform.links.set("Week 1", { target: `${this.url}hub/user-redirect/lab/tree/${file}` });
        this.platform.links.set("The hub", { target: this.url });
        const person = await this.atTheCourse(account);
        await person.saying("lti-deep-link", async () => {
            await person.page.click('button:text-is("Week 1")');
            await person.waitForPlace(new RegExp(`^/user/${name}/lab/tree/${file}$`));
            await person.page.waitForSelector(`.lm-TabBar-tabLabel:text-is("${file}")`);
            await person.open(`${this.platform.url}/course`);
            await person.page.click('button:text-is("The hub")');
            await person.waitForPlace(new RegExp(`^/user/${name}/lab`));
        });
        expect(person.troubles()).toEqual([]);
        expect(this.platform.refused).toEqual([]);
        await person.context.close();
    }

    /** In a frame there is one button, and behind it the hub in a window of its own. */
    async fromFrame(account: string, name: string): Promise<void> {
        this.platform.links.set("Framed", { target: `${this.url}hub/home`, framed: true });
        const person = await this.atTheCourse(account);
        await person.saying("lti-frame", async () => {
            await person.page.click('button:text-is("Framed")');
            const open = person.page.frameLocator("iframe").locator("#open");
            await open.waitFor();
            await person.picture("lti-frame");
            const tab = await person.newTab(() => open.click());
            await tab.waitForPlace(/^\/hub\/home$/);
            expect(await tab.page.locator("nav").innerText()).toContain(name);
        });
        await person.context.close();
    }

    async turnedAway(account: string, says: string, status: number): Promise<void> {
        const person = await this.atTheCourse(account);
        await person.page.click('button:text-is("Week 1")');
        await person.waitForPlace(/^\/hub\/lti13\/oauth_callback$/);
        expect((await person.page.locator(".error").innerText()).replace(/\s+/g, " ")).toBe(says);
        expect(await violations(person.page)).toEqual([]);
        await person.picture(`lti-${status}-${account}`);
        await person.open("hub/home");
        expect(person.place).toBe("/hub/login");
        expect(await person.page.locator("#login-main").innerText()).toContain(AGAIN);
        expect(await violations(person.page)).toEqual([]);
        await person.context.close();
    }

    async notListed(account: string, called: string): Promise<void> {
        const says =
            `${called} is not on the list of people who may use this hub. ${ASK} ` +
            "To log in as somebody else, log out at Example LMS first. Log in";
        await this.turnedAway(account, says, 403);
    }

    async forged(account: string): Promise<void> {
        this.platform.isForging = true;
        await this.turnedAway(account, `The log-in was not finished. ${AGAIN} Log in`, 400);
        this.platform.isForging = false;
    }

    /** A link of the course to a place that is not the hub's. */
    async elsewhere(account: string): Promise<void> {
        this.platform.links.set("Week 1", { target: "https://evil.example/hub/home" });
        await this.turnedAway(account, `This link leads to another place than this hub. ${ASK} Log in`, 400);
    }
}
