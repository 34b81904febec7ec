/**
 * A hub as people meet it: in a browser, from the log-in page to the log-out. Pictures of every page: test/artifacts.
 */
import type { Browser } from "playwright-core";
import { steps } from "../support/deploy/steps";
import { docker } from "../support/deploy/docker";
import { Workspace, type Outputs } from "../support/deploy/workspace";
import { hubAway, serverAway, tooLarge, type Visits } from "./hub/away";
import { launch, Visitor } from "../support/browser/person";
import { admins } from "./hub/admins";
import { brokenHome } from "./hub/brokenHome";
import type { Lab } from "./hub/lab";
import { furtherPages, SERVICE } from "./hub/further";
import { giveLogo, look, LOOK } from "./hub/look";
import { violations } from "../support/browser/accessible";

const step = steps();

let workspace: Workspace;
let outputs: Outputs;
let browser: Browser;
let ada: Visitor;
let grace: Visitor;

/** A step of somebody's; no error may have come up on their page by its end. */
const page = (title: string, who: () => Visitor, act: (person: Visitor) => Promise<string[] | void>) =>
    step(title, async () => {
        const person = who();
        await person.saying(title, async () => {
            const awaited = await act(person);
            expect(person.troubles(...(awaited ?? []))).toEqual([]);
        });
    });

beforeAll(async () => {
    workspace = await Workspace.create(
        "jupyterhub:users:\n  - ada\n  - {name: grace, admin: true}\njupyterhub:defaults: {memory: 1G}\n" +
            // So the hub does not notice a server's end before the page about it was looked at.
            `jupyterhub:hub: ${JSON.stringify({ extraConfig: "c.Spawner.poll_interval = 3600", ...SERVICE })}\n` +
            `jupyterhub:look: ${LOOK}`,
    );
    giveLogo(workspace);
    browser = await launch();
});
afterAll(async () => {
    try {
        await browser?.close();
    } finally {
        workspace?.remove();
    }
});

step("a hub is there", async () => {
    await workspace.up();
    outputs = await workspace.outputs();
    ada = await Visitor.arrive(browser, outputs.url);
    grace = await Visitor.arrive(browser, outputs.url);
});

page(
    "the URL leads to the log-in page",
    () => ada,
    async ada => {
        expect(await ada.open("")).toBe(200);
        expect(ada.place).toBe("/hub/login");
        await ada.page.waitForSelector("#username_input:focus");
        await ada.picture("login");
        expect(await violations(ada.page)).toEqual([]);
    },
);

page(
    "a wrong password gets a message, and a name that is not on the list the same",
    () => ada,
    async ada => {
        const messages: string[] = [];
        for (const name of ["ada", "mallory"]) {
            await ada.logIn(name, "not it");
            messages.push(
                await ada.page.locator(`form:has(#username_input[value="${name}"]) .login_error`).innerText(),
            );
            await ada.picture(`login-refused-${name}`);
        }
        expect(await violations(ada.page)).toEqual([]);
        expect(messages[0]).toMatch(/^Wrong password, or this name is not on the list/);
        expect(messages[1]).toBe(messages[0]);
        return ["403 POST hub/login"];
    },
);

let loggedIn = 0;

page(
    "after the log-in the server starts, says so, and JupyterLab opens",
    () => ada,
    async ada => {
        loggedIn = Date.now();
        // The page goes on as soon as it hears that the server is there: held back until it was looked at.
        let goOn = () => {};
        const lookedAt = new Promise<void>(done => (goOn = done));
        await ada.page.route("**/server/progress*", async route => {
            await lookedAt;
            await route.continue();
        });
        await ada.logIn("ada", outputs.passwords.ada);
        await ada.waitForPlace(/^\/hub\/spawn-pending\/ada$/);
        await ada.page.waitForSelector(".progress-bar", { state: "attached" }); // Empty, so not visible.
        expect(await ada.page.locator("body").innerText()).toContain("Your server is starting up.");
        await ada.snapshot("starting");
        expect(await violations(ada.page)).toEqual([]);
        goOn();
        await ada.waitForPlace(/^\/user\/ada\/lab/);
        await ada.page.waitForSelector(".jp-LauncherCard:visible");
    },
);

page(
    "a cell in a new notebook is run, and its output is there",
    () => ada,
    async ada => {
        await ada.page.click('.jp-LauncherCard[data-category="Notebook"]');
        const cell = ada.page.locator(".jp-Notebook:visible .jp-Cell").first();
        // As a person sees it. A cell that is run before there is a kernel makes JupyterLab start two, and forget the
        // cell.
        await ada.page.waitForSelector(".jp-StatusBar-TextItem:text('Python 3 (ipykernel) | Idle')");
        await cell.locator(".cm-content").click();
        await ada.page.keyboard.type("6*7");
        await ada.page.keyboard.press("Shift+Enter");
        expect(await cell.locator(".jp-OutputArea-output").innerText()).toBe("42");
        // The number comes a moment after the output.
        await cell.locator('.jp-InputPrompt:text-is("[1]:")').waitFor();
        // For the one who reads the log of a slow run.
        console.info(`log-in to first output: ${((Date.now() - loggedIn) / 1000).toFixed(1)} s`);
        await ada.page.keyboard.insertText("import os\nos.environ['JUPYTERHUB_USER']");
        await ada.page.keyboard.press("Shift+Enter");
        expect(await ada.page.locator(".jp-Notebook:visible .jp-OutputArea-output").nth(1).innerText()).toBe("'ada'");
    },
);

page(
    "it is saved under a name",
    () => ada,
    async ada => {
        await ada.page.keyboard.press("Control+s");
        const name = ada.page.locator(".jp-Dialog input[type=text]");
        await name.fill("answer.ipynb");
        await ada.page.click('.jp-Dialog-button:has-text("Rename and Save")');
        await ada.page.waitForSelector('.jp-DirListing-itemText:has-text("answer.ipynb")');
        await ada.page.waitForSelector(".lm-TabBar-tab.jp-mod-current:not(.jp-mod-dirty) >> text=answer.ipynb");
        await ada.picture("notebook");
        // Nothing asks for attention, as JupyterLab's question whether one wants its news would.
        expect(await ada.page.locator(".Toastify__toast").allInnerTexts()).toEqual([]);
        expect(docker("exec", outputs.users.ada.container, "cat", "/home/jovyan/answer.ipynb")).toContain(
            '"text/plain": [\n       "42"',
        );
    },
);

page(
    "a terminal says who they are",
    () => ada,
    async ada => {
        await ada.page.click(".lm-TabBar-addButton:visible");
        await ada.page.click('.jp-LauncherCard:visible:has-text("Terminal")');
        await ada.waitForReceived(/jovyan@/);
        await ada.page.click(".jp-Terminal-body:visible");
        // Before, what is typed is lost.
        await ada.page.waitForSelector(".xterm-helper-textarea:focus", { state: "attached" });
        await ada.page.keyboard.type("whoami\n");
        await ada.waitForReceived(/jovyan\r\n/);
        await ada.picture("terminal");
    },
);

let panel: Visitor;
const visits: Visits = { page, outputs: () => outputs, ada: () => panel, grace: () => grace };

page(
    "the Hub Control Panel is in the menu, and stops the server",
    () => ada,
    async ada => {
        panel = await ada.newTab(async () => {
            await ada.page.click('.lm-MenuBar-itemLabel:text("File")');
            await ada.page.click('.lm-Menu-item:has-text("Hub Control Panel")');
        });
        expect(ada.troubles()).toEqual([]);
        expect(panel.place).toBe("/hub/home");
        await panel.picture("home-running");
        expect(await violations(panel.page)).toEqual([]);
        await panel.page.click('#stop:has-text("Stop My Server")');
        await panel.page.waitForSelector('#start:has-text("Start My Server"):not([disabled])');
        expect(await panel.page.isVisible("#stop")).toBe(false);
        await panel.picture("home-stopped");
        expect(await violations(panel.page)).toEqual([]);
        expect(docker("inspect", "--format", "{{.State.Running}}", outputs.users.ada.container)).toBe("false");
        // The tab that is left behind asks, and does not keep trying without a word.
        await ada.page.waitForSelector('.jp-Dialog-content:has-text("Your server at /user/ada/ is not running")');
        await ada.picture("lab-without-server");
        ada.troubles();
        await ada.page.close();
        expect(panel.troubles()).toEqual([]);
    },
);

page(
    "an old link offers a start, and the work is there again",
    () => panel,
    async ada => {
        expect(await ada.open("user/ada/lab/tree/answer.ipynb")).toBe(424);
        await ada.picture("server-not-running");
        expect(await violations(ada.page)).toEqual([]);
        await ada.page.click('a:has-text("Launch Server")');
        await ada.waitForPlace(/^\/user\/ada\/lab/);
        await ada.page.waitForSelector('.jp-Notebook:visible .jp-OutputArea-output:has-text("42")');
        // JupyterLab remembers the open tabs with some delay: so it may look for the notebook under its first name.
        return ["424 GET hub/user/ada/lab/tree/answer.ipynb", "404 GET user/ada/api/contents/Untitled.ipynb"];
    },
);

tooLarge(visits);
serverAway(visits);

const lab: Lab = { page, ada: () => panel, grace: () => grace, outputs: () => outputs };
look(lab, () => browser);
admins(lab);
furtherPages(lab);

hubAway(visits);

brokenHome(lab);

step("what the hub does beside (the roster, routes, servers that nobody uses) has not failed", async () => {
    expect(docker("logs", outputs.containers.hub)).not.toMatch(/A pass failed|Traceback/);
});

page(
    "after the log-out they are asked to log in again",
    () => panel,
    async ada => {
        await ada.open("hub/home");
        await ada.page.click("#logout");
        await ada.waitForPlace(/^\/hub\/(login|logout)$/);
        await ada.picture("logged-out");
        expect(await violations(ada.page)).toEqual([]);
        for (const address of ["hub/home", "user/ada/lab", ""]) {
            await ada.open(address);
            expect({ address, place: ada.place }).toEqual({ address, place: "/hub/login" });
        }
    },
);
