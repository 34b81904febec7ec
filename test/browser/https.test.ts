/** A hub by HTTPS, below a path, with an authority of its own that the browser was told of: as people meet it. */
import * as fs from "node:fs";
import type { Browser } from "playwright-core";
import { steps } from "../support/deploy/steps";
import { docker } from "../support/deploy/docker";
import { Workspace, type Outputs } from "../support/deploy/workspace";
import { homeTrusting, launch, Visitor } from "../support/browser/person";

const step = steps();

const HOST = "hub.test";

let workspace: Workspace;
let outputs: Outputs;
let home: string | undefined;
let browser: Browser;
let ada: Visitor;

const page = (title: string, act: () => Promise<string[] | void>) =>
    step(title, () =>
        ada.saying(title, async () => {
            const awaited = await act();
            expect(ada.troubles(...(awaited ?? []))).toEqual([]);
        }),
    );

beforeAll(async () => {
    workspace = await Workspace.create("");
});
afterAll(async () => {
    try {
        await browser?.close();
    } finally {
        workspace?.remove();
        if (home !== undefined) {
            fs.rmSync(home, { recursive: true, force: true });
        }
    }
});

step("a hub is there", async () => {
    const url = `https://${HOST}:${workspace.port}/jupyter/`;
    workspace.writeConfig(
        ["jupyterhub:users: [ada]", `jupyterhub:publicUrl: ${url}`, "jupyterhub:https: {mode: internal}"].join("\n"),
    );
    // The name leads nowhere from here, and it is found to answer all the same.
    expect((await workspace.up()).trimEnd().split("\n").pop()).toBe(url);
    outputs = await workspace.outputs();
});

step("a browser that was not told of its authority warns of it", async () => {
    const stranger = await launch({ names: { [HOST]: "127.0.0.1" } });
    try {
        await expect((await stranger.newPage()).goto(outputs.url)).rejects.toThrow("net::ERR_CERT_AUTHORITY_INVALID");
    } finally {
        await stranger.close();
    }
});

step("one that was told opens it", async () => {
    home = homeTrusting(outputs.caCertificate as string);
    browser = await launch({ home, names: { [HOST]: "127.0.0.1" } });
    ada = await Visitor.arrive(browser, outputs.url);
    expect(await ada.open("")).toBe(200);
    expect(ada.place).toBe("/jupyter/hub/login");
});

page("after the log-in a cell is run, in a page that the browser calls secure", async () => {
    await ada.logIn("ada", outputs.passwords.ada);
    await ada.waitForPlace(/^\/jupyter\/user\/ada\/lab/);
    await ada.page.waitForSelector(".jp-LauncherCard:visible");
    await ada.page.click('.jp-LauncherCard[data-category="Notebook"]');
    await ada.page.waitForSelector(".jp-StatusBar-TextItem:text('Python 3 (ipykernel) | Idle')");
    await ada.page.locator(".jp-Notebook:visible .jp-Cell").first().locator(".cm-content").click();
    await ada.page.keyboard.insertText("import os\nos.environ['JUPYTERHUB_PUBLIC_URL']");
    await ada.page.keyboard.press("Shift+Enter");
    expect(await ada.page.locator(".jp-Notebook:visible .jp-OutputArea-output").innerText()).toBe(
        `'${outputs.url}user/ada/'`,
    );
    expect(await ada.page.evaluate("isSecureContext")).toBe(true);
});

page("every cookie is for HTTPS only, and none reaches beyond the hub's path", async () => {
    const cookies = await ada.context.cookies();
    expect(cookies.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["jupyterhub-hub-login", "jupyterhub-user-ada", "_xsrf"]),
    );
    expect(cookies.filter(({ secure, path }) => !secure || !path.startsWith("/jupyter/"))).toEqual([]);
});

page("while the hub is away a page says so below the path too, and goes on by itself", async () => {
    const { hub } = outputs.containers;
    docker("stop", hub);
    try {
        expect(await ada.open("hub/home")).toBe(503);
        expect(await ada.page.locator("#what").innerText()).toBe(
            "The hub does not answer at the moment. Open notebooks keep running. This page tries again by itself.",
        );
    } finally {
        docker("start", hub);
    }
    await ada.page.waitForSelector("#stop");
    expect(ada.place).toBe("/jupyter/hub/home");
    return ["503 GET hub/home", "503 GET hub/health"]; // The page asks for the hub until it is there.
});

page("after the log-out they are asked to log in again", async () => {
    await ada.page.click("#logout");
    await ada.waitForPlace(/^\/jupyter\/hub\/(login|logout)$/);
    await ada.open("user/ada/lab");
    expect(ada.place).toBe("/jupyter/hub/login");
});
