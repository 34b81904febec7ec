/** A person at a browser: a page, what went wrong on it, and pictures of it. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { startSocks } from "./socks";

const ARTIFACTS = path.resolve(__dirname, "../../artifacts");

/** What a busy machine may need at most, for a page as for a server: who does not have to wait loses nothing. */
const PATIENCE = 5 * 60_000;

/** Where the browser's own network has its way out; nothing else listens in there. */
const SOCKS_PORT = 1080;

/**
 * A browser in a network of its own, without the sandbox, which root cannot have. The profile is a new empty one, and
 * background networking is off, by Playwright's defaults.
 * @param home its home directory, @param names addresses of names that no resolver knows
 */
export async function launch({
    home,
    names,
}: { home?: string; names?: Record<string, string> } = {}): Promise<Browser> {
    fs.mkdirSync(ARTIFACTS, { recursive: true });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "browser-"));
    const socket = path.join(folder, "socks");
    const socks = await startSocks(socket, names);
    const end = () => {
        socks.close();
        fs.rmSync(folder, { recursive: true, force: true });
    };
    // Who is not root becomes it in a namespace of their own: only so may they make a network.
    const unshare = ["unshare", "--net", ...(process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"])];
    const command = [
        ...unshare,
        process.execPath,
        path.join(__dirname, "ownNetwork.mjs"),
        socket,
        String(SOCKS_PORT),
        process.env.CHROMIUM ?? "/usr/bin/chromium",
    ];
    const executablePath = path.join(folder, "chromium");
    fs.writeFileSync(executablePath, `#!/bin/sh\nexec ${command.map(word => `'${word}'`).join(" ")} "$@"\n`, {
        mode: 0o700,
    });
    try {
        const browser = await chromium.launch({
            executablePath,
            timeout: PATIENCE,
            args: ["--no-sandbox", "--disable-background-networking"],
            proxy: { server: `socks5://127.0.0.1:${SOCKS_PORT}` },
            ...(home === undefined ? {} : { env: { ...process.env, HOME: home } as Record<string, string> }),
        });
        browser.on("disconnected", end);
        return browser;
    } catch (error) {
        end();
        throw error;
    }
}

/** A home directory whose browser trusts an authority, as a person would have told it. @returns the directory */
export function homeTrusting(certificate: string): string {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), "home-"));
    const database = path.join(home, ".pki", "nssdb");
    fs.mkdirSync(database, { recursive: true });
    fs.writeFileSync(path.join(home, "ca.pem"), certificate);
    const certutil = (...args: string[]) =>
        execFileSync("certutil", ["-d", `sql:${database}`, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    certutil("-N", "--empty-password");
    certutil("-A", "-t", "C,,", "-n", "the hub's authority", "-i", path.join(home, "ca.pem"));
    return home;
}

export class Visitor {
    /** Errors that a person or their administrator would see, since the last look. */
    private found: string[] = [];
    /** What terminals on the page were sent. */
    private received = "";

    private constructor(
        readonly context: BrowserContext,
        readonly page: Page,
        readonly url: string,
        private readonly provider?: string,
    ) {}

    /**
     * Somebody who was never here: no cookies.
     * @param provider address of the identity provider that the pages may lead to; its certificate is a test's own
     */
    static async arrive(browser: Browser, url: string, provider?: string): Promise<Visitor> {
        const context = await browser.newContext({
            viewport: { width: 1280, height: 800 },
            ignoreHTTPSErrors: provider !== undefined,
        });
        return Visitor.at(context, await context.newPage(), url, provider);
    }

    private static at(context: BrowserContext, page: Page, url: string, provider?: string): Visitor {
        page.setDefaultTimeout(PATIENCE);
        const person = new Visitor(context, page, url, provider);
        person.watch();
        return person;
    }

    /** The same person in the tab that `act` opens. */
    async newTab(act: () => Promise<void>): Promise<Visitor> {
        const [page] = await Promise.all([this.context.waitForEvent("page", { timeout: PATIENCE }), act()]);
        await page.waitForLoadState();
        return Visitor.at(this.context, page, this.url, this.provider);
    }

    async open(address: string): Promise<number | undefined> {
        return (await this.page.goto(new URL(address, this.url).href))?.status();
    }

    async logIn(name: string, password: string): Promise<void> {
        await this.page.fill("#username_input", name);
        await this.page.fill("#password_input", password);
        await this.page.click("#login_submit");
    }

    /** What an error page says, and that there is a way on from it. */
    async refusal(): Promise<string> {
        expect(await this.page.locator("nav #logout").isVisible()).toBe(true);
        expect(await this.page.locator('.error a:text-is("Home")').getAttribute("href")).toBe("/hub/home");
        return (await this.page.locator(".error").innerText()).replace(/\s+/g, " ").replace(/ Home$/, "");
    }

    /** Where the page is, without what differs each time: host, port, query. */
    get place(): string {
        return new URL(this.page.url()).pathname;
    }

    async waitForPlace(place: RegExp, timeout = PATIENCE): Promise<void> {
        await this.page.waitForURL(url => place.test(url.pathname), { timeout });
    }

    /** Until the text has been sent to a terminal: it is drawn on a canvas, which has no text to read. */
    async waitForReceived(text: RegExp): Promise<void> {
        const end = Date.now() + PATIENCE;
        while (!text.test(this.received)) {
            if (Date.now() > end) {
                throw new Error(`${text} was not sent to a terminal, but ${JSON.stringify(this.received.slice(-300))}`);
            }
            await this.page.waitForTimeout(100);
        }
    }

    /** A picture of this moment. */
    async snapshot(name: string): Promise<string> {
        const file = path.join(ARTIFACTS, `${name}.png`);
        await this.page.screenshot({ path: file, timeout: PATIENCE });
        return file;
    }

    /** A picture, once nothing moves any more: two in a row are the same. */
    async picture(name: string): Promise<void> {
        const look = () => this.page.screenshot({ animations: "disabled", caret: "hide" });
        await this.page.mouse.move(640, 799); // Away from what a pointer would colour.
        await this.page.evaluate("document.fonts.ready");
        let before = await look();
        for (let i = 0; i < 20; i++) {
            await this.page.waitForTimeout(250);
            const now = await look();
            if (now.equals(before)) {
                break;
            }
            before = now;
        }
        fs.writeFileSync(path.join(ARTIFACTS, `${name}.png`), before);
    }

    /** The errors since the last call, without the ones that the caller awaits: "403 POST hub/login". */
    troubles(...awaited: string[]): string[] {
        const left = this.found.filter(trouble => !awaited.includes(trouble));
        this.found = [];
        return left;
    }

    /** Runs a step. If it fails: the page's place, title and picture instead of a browser's long report. */
    async saying(what: string, step: () => Promise<void>): Promise<void> {
        try {
            await step();
        } catch (error) {
            const [first] = (error as Error).message.split("\n");
            const title = await this.page.title().catch(() => "?");
            const file = await this.snapshot(`failed-${what.replace(/\W+/g, "-")}`).catch(() => "no picture");
            // Playwright adds its log of attempts to the first line; what `expect` found is worth all of its lines.
            const message = "matcherResult" in (error as Error) ? (error as Error).message : first;
            throw Object.assign(new Error(`${message}\n${this.page.url()} "${title}", ${file}`), { stack: undefined });
        }
    }

    private watch(): void {
        const short = (address: string) => address.replace(this.url, "").replace(/\?.*$/, "");
        this.page.on("pageerror", error => this.found.push(`script: ${error.message}`));
        this.page.on("console", message => {
            // A failed request is listed by its status below; the console names it a second time.
            if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
                this.found.push(`console: ${message.text().slice(0, 200)}`);
            }
        });
        this.page.on("response", response => {
            if (response.status() >= 400) {
                this.found.push(`${response.status()} ${response.request().method()} ${short(response.url())}`);
            }
        });
        this.page.on("request", request => {
            const { origin, protocol } = new URL(request.url());
            if (/^(http|ws)s?:$/.test(protocol) && origin !== new URL(this.url).origin && origin !== this.provider) {
                this.found.push(`asks another server: ${request.url()}`);
            }
        });
        this.page.on("requestfailed", request => {
            const reason = request.failure()?.errorText ?? "";
            // A page that is left gives up what it was still asking for.
            if (reason !== "net::ERR_ABORTED") {
                this.found.push(`${reason}: ${short(request.url())}`);
            }
        });
        this.page.on("websocket", socket => {
            if (socket.url().includes("/terminals/websocket/")) {
                // Text may come in pieces, cut anywhere.
                socket.on("framereceived", ({ payload }) => {
                    const [kind, text] = JSON.parse(payload.toString()) as [string, string];
                    this.received += kind === "stdout" ? text : "";
                });
            }
        });
    }
}
