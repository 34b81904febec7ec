/**
 * Servers on demand as people meet them: somebody whom nobody listed logs in, works and stops; then a guest with one
 * click; then members of an organization at GitHub, as stacks/Pulumi.lab.yaml has them. Pictures: test/artifacts.
 */
import type { Browser } from "playwright-core";
import { steps } from "../support/deploy/steps";
import { docker } from "../support/deploy/docker";
import { waitFor } from "../support/deploy/waitFor";
import { stackConfig, Workspace, type Outputs } from "../support/deploy/workspace";
import { violations } from "../support/browser/accessible";
import { runCell } from "../support/browser/notebook";
import { launch, Visitor } from "../support/browser/person";
import { findsItAgain, makesAnother, stopsAnother, take, takesAnother } from "./dynamic/choices";
import { Lab, OWNER } from "./dynamic/lab";

const step = steps();

let workspace: Workspace;
let outputs: Outputs;
let browser: Browser;
let ada: Visitor;
let guest: Visitor;
let lab: Lab | undefined;

beforeAll(async () => {
    workspace = await Workspace.create(stackConfig("dynamic"));
    browser = await launch();
});
afterAll(async () => {
    try {
        await browser?.close();
    } finally {
        workspace?.remove();
        await lab?.remove();
    }
});

const launched = () =>
    docker("ps", "--all", "--filter", "label=jupyterhub.launched", "--format", "{{.Names}}")
        .split("\n")
        .filter(name => name.startsWith(outputs.containers.hub.replace(/hub$/, "")));

/** By the hub's page. A click before its scripts are there would do nothing. */
async function stop(person: Visitor): Promise<void> {
    await person.open("hub/home");
    await person.page.waitForLoadState("networkidle");
    await person.page.click('#stop:has-text("Stop My Server")');
    await person.page.waitForSelector('#start:has-text("Start My Server"):not([disabled])');
}

step("somebody whom nobody listed logs in, takes one of the profiles that are theirs, and runs a cell", async () => {
    await workspace.up();
    outputs = await workspace.outputs();
    ada = await Visitor.arrive(browser, outputs.url);
    await ada.saying("dynamic", async () => {
        await ada.open("");
        await ada.logIn("ada", "any");
        await takesAnother(ada);
        expect(await runCell(ada, "6*7")).toBe("42");
        await ada.picture("dynamic-cell");
    });
    expect(ada.troubles()).toEqual([]);
    expect(launched()).toHaveLength(1);
});

step("stopped from the hub's page, it is gone; a new one has none of its files", async () => {
    await stop(ada);
    await waitFor(async () => launched().length === 0, 30, "the end of the container");
    await ada.picture("dynamic-stopped");
    await findsItAgain(ada);
    expect(await runCell(ada, "import os; sorted(os.listdir())")).not.toContain("Untitled.ipynb', 'Untitled1");
    await stop(ada);
});

step("a second server under a name of its own runs beside the first, in the same home", async () => {
    workspace.writeConfig(stackConfig("dynamic").replace(/^jupyterhub:storage: none$/m, "jupyterhub:storage: volume"));
    await workspace.up();
    await ada.open("hub/spawn");
    await take(ada);
    await ada.saying("choices", async () => {
        await ada.waitForPlace(/^\/user\/ada\/lab/);
        expect(await runCell(ada, "open('note.txt', 'w').write('of the first')")).toBe("12");
        await makesAnother(ada, "work");
        expect(launched()).toHaveLength(2);
        await ada.open("user/ada/work/lab/workspaces/another");
        expect(await runCell(ada, "open('note.txt').read()")).toBe("'of the first'");
        await ada.picture("choices-another");
        await stopsAnother(ada, "work");
    });
    await waitFor(async () => launched().length === 1, 30, "the end of the second");
    expect(ada.troubles()).toEqual([]);
    await stop(ada);
    await ada.context.close();
});

step("a guest has a server with one click, and its end is theirs", async () => {
    workspace.writeConfig(
        [
            "jupyterhub:users: []",
            "jupyterhub:spawning: dynamic",
            "jupyterhub:authentication: {type: anonymous}",
            "jupyterhub:storage: none",
            "jupyterhub:defaults: {memory: 1G}",
        ].join("\n"),
    );
    await workspace.up();
    outputs = await workspace.outputs();
    guest = await Visitor.arrive(browser, outputs.url);
    await guest.open("");
    expect(await violations(guest.page)).toEqual([]);
    await guest.picture("guest-login");
    expect(await guest.page.locator("input:visible").count()).toBe(0);
    await guest.page.click("#start");
    await guest.saying("guest", async () => {
        await guest.waitForPlace(/^\/user\/guest-[a-z2-7]+\/lab/);
        expect(await runCell(guest, "6*7")).toBe("42");
        await guest.picture("guest-cell");
    });
    expect(guest.troubles()).toEqual([]);
});

step("two guests are two people, and a log-out ends what was there", async () => {
    const other = await Visitor.arrive(browser, outputs.url);
    await other.open("");
    await other.page.click("#start");
    await other.waitForPlace(/^\/user\/guest-[a-z2-7]+\/lab/);
    expect(launched()).toHaveLength(2);
    // One cannot open the other's.
    const place = guest.place;
    await other.open(place);
    expect(other.place).not.toBe(place);
    await other.open("hub/logout");
    await guest.open("hub/logout");
    await waitFor(async () => launched().length === 0, 30, "the end of both");
    await other.context.close();
    await guest.open(place);
    expect(guest.place).toBe("/hub/login");
});

step("a member of the organization at GitHub has the home of their account on this machine", async () => {
    lab = new Lab(workspace, browser);
    await lab.deploy();
    const person = await lab.logIn(lab.member);
    await person.saying("lab", async () => {
        await person.waitForPlace(new RegExp(`^/user/${(lab as Lab).member}/lab`));
        expect(await runCell(person, "import os; (os.getuid(), os.getcwd())")).toBe(`(52088, '/home/${lab?.member}')`);
        await person.picture("lab-home");
    });
    expect(lab.homeOf(lab.member)).toBe(OWNER);
    await stop(person);
    await person.context.close();
});

step("somebody of the list comes in under her own name, and a stranger does not", async () => {
    const grace = await (lab as Lab).logIn("hopper");
    await grace.waitForPlace(/^\/user\/grace\/lab/);
    expect((lab as Lab).homeOf("grace")).toBe("2002:2002 700");
    await stop(grace);
    await grace.context.close();
    const mallory = await (lab as Lab).logIn("mallory");
    await mallory.waitForPlace(/^\/hub\/oauth_callback$/);
    expect(await mallory.page.locator(".error").innerText()).toContain("not on the list of people");
    await mallory.context.close();
});

step("an account of the system has no server, although it is a member", async () => {
    const daemon = await (lab as Lab).logIn("daemon");
    await daemon.page.waitForSelector("text=uid 1");
    await daemon.picture("lab-system-account");
    expect(launched()).toEqual([]);
    await daemon.context.close();
});
