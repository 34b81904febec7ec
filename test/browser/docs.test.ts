/** The documentation site: `npm run docs` builds it, its links lead somewhere, and its search finds pages. */
import { spawn, type ChildProcess } from "node:child_process";
import * as path from "node:path";
import type { Browser } from "playwright-core";
import { sitePages } from "../../scripts/docs/pages";
import { launch, Visitor } from "../support/browser/person";
import { CHECKOUT } from "../support/checkout";
import { freePort } from "../support/deploy/host";
import { steps } from "../support/deploy/steps";
import { waitFor } from "../support/deploy/waitFor";

const step = steps();
/** As beside other things on a web server. */
const BASE = "/manual/";

let site: ChildProcess;
let url: string;
let said = "";
let browser: Browser;
let reader: Visitor;
const asked: string[] = [];

beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}${BASE}`;
    const words = ["scripts/run.mjs", "development/docs", "--serve", "--port", String(port), "--base", BASE];
    site = spawn(process.execPath, words, { cwd: CHECKOUT, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [site.stdout, site.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => (said += text));
    }
    browser = await launch();
});
afterAll(async () => {
    await browser?.close();
    if (site.exitCode === null) {
        process.kill(-(site.pid as number), "SIGKILL");
    }
});

step("is built, its links are checked, and it is served on this machine", async () => {
    const answers = async () => {
        if (site.exitCode !== null) {
            throw new Error(said);
        }
        return (await fetch(url)).ok;
    };
    await waitFor(async () => site.exitCode !== null || (await answers()), 300, "the site");
    expect(said).toContain(path.join(CHECKOUT, "site/build/pages/manual"));
    expect(said).toContain(url);
});

step("begins with the README, and every page is in the sidebar", async () => {
    reader = await Visitor.arrive(browser, url);
    reader.page.on("request", request => asked.push(request.url()));
    expect(await reader.open("")).toBe(200);
    expect(await reader.page.locator(".vp-doc h1").innerText()).toContain("JupyterHub on Docker");
    const pages = sitePages(CHECKOUT);
    const links = reader.page.locator(".VPSidebar .items a");
    expect((await links.allInnerTexts()).map(text => text.trim())).toEqual(pages.map(({ title }) => title));
    const pictures = await reader.page
        .locator(".vp-doc img")
        .evaluateAll(all => all.map(one => one.getAttribute("src")));
    expect(pictures.length).toBeGreaterThan(1);
    for (const picture of pictures) {
        expect((await fetch(new URL(picture as string, url))).headers.get("content-type")).toBe("image/png");
    }
    await reader.picture("docs");
});

step("a search without a server finds the page, and leads to the place", async () => {
    await reader.page.click(".VPNavBarSearch button");
    await reader.page.fill("#localsearch-input", "deferAtMost");
    const found = reader.page.locator(".VPLocalSearchBox .result");
    await found.first().waitFor();
    expect((await found.allInnerTexts()).join("\n")).toContain("Changes while people work");
    await reader.picture("docs-search");
    await found.first().click();
    await reader.page.waitForURL(address => address.pathname.startsWith(`${BASE}docs/`));
    // The address changes before the page does.
    await reader.page.locator(".vp-doc", { hasText: "deferAtMost" }).waitFor();
});

step("asks nobody else for anything, and nothing went wrong on its pages", async () => {
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter(address => !address.startsWith(url))).toEqual([]);
    expect(reader.troubles()).toEqual([]);
    process.kill(-(site.pid as number), "SIGINT");
    await waitFor(async () => site.exitCode !== null || site.signalCode !== null, 30, "the end of --serve");
});
