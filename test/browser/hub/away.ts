/** What people see while something does not answer: the hub, their server, or a file that is too large to be opened. */
import { docker } from "../../support/deploy/docker";
import type { Outputs } from "../../support/deploy/workspace";
import { ANNOUNCED } from "./look";
import { violations } from "../../support/browser/accessible";
import type { Visitor } from "../../support/browser/person";

export interface Visits {
    page: (title: string, who: () => Visitor, act: (person: Visitor) => Promise<string[] | void>) => void;
    outputs: () => Outputs;
    ada: () => Visitor;
    grace: () => Visitor;
}

export function tooLarge({ page, outputs, ada }: Visits): void {
    page("a file that is too large to be opened says so, and the kernel keeps running", ada, async ada => {
        const { container } = outputs().users.ada;
        const state = () => docker("inspect", "--format", "{{.State.StartedAt}} {{.RestartCount}}", container);
        const kernels = () => docker("exec", container, "pgrep", "-f", "ipykernel_launcher");
        const before = [state(), kernels()];
        docker("exec", container, "sh", "-c", "yes 1234,5678,abc,9.5 | head -c 262144000 > big.csv");
        await ada.open("user/ada/lab/tree/big.csv");
        await ada.page.waitForSelector('.jp-Dialog:has-text("big.csv has 250 MiB and is too large to be opened here")');
        expect(await ada.page.locator(".jp-Dialog").innerText()).toMatch(
            /limit is 64 MiB.*Read it in pieces.*download/s,
        );
        await ada.picture("file-too-large");
        expect([state(), kernels()]).toEqual(before);
        await ada.page.click(".jp-Dialog .jp-Dialog-button");
        docker("exec", container, "rm", "big.csv");
        // Otherwise JupyterLab would ask for the file at each of its starts.
        await ada.open("user/ada/lab?reset");
        await ada.page.waitForSelector(".jp-LauncherCard:visible");
        ada.troubles(); // JupyterLab says it on its console as well.
    });
}

export function serverAway({ page, outputs, ada, grace }: Visits): void {
    page("while their server is away a page says why to its owner alone, and goes on by itself", ada, async ada => {
        const { container } = outputs().users.ada;
        await ada.open("hub/home");
        docker("kill", container);
        try {
            expect(await ada.open("user/ada/lab")).toBe(503);
            const what = ada.page.locator('#what:has-text("Your server ended (exit code 137).")');
            expect(await what.innerText()).toBe(
                "Your server ended (exit code 137). Its kernels have ended; files that were saved are there. It can " +
                    "be started again from the hub's page.",
            );
            await ada.snapshot("server-away");
            expect(await violations(ada.page)).toEqual([]);
            const stranger = grace();
            const asked = stranger.page.waitForResponse("**/hub/own-server");
            expect(await stranger.open("user/ada/lab")).toBe(503);
            expect((await asked).status()).toBe(403);
            expect(await stranger.page.locator("#what").innerText()).toBe(
                "This server does not answer at the moment: it starts again, is being stopped, or has ended. This " +
                    "page tries again by itself.",
            );
            expect(await stranger.page.locator('a:text-is("Home")').getAttribute("href")).toBe("/hub/home");
            await stranger.open("hub/login");
            stranger.troubles();
        } finally {
            docker("start", container);
        }
        await ada.page.waitForSelector(".jp-Notebook:visible, .jp-Terminal:visible, .jp-LauncherCard:visible");
        ada.troubles(); // As often 503 as the page tried.
    });
}

export function hubAway({ page, outputs, grace }: Visits): void {
    page("while the hub is away a page says so, and goes on by itself", grace, async grace => {
        const { hub } = outputs().containers;
        docker("stop", hub);
        try {
            // Her server does not run, so the hub would be asked.
            expect(await grace.open("user/grace/lab")).toBe(503);
            expect(await grace.open("hub/home")).toBe(503);
            expect((await grace.page.locator("body").innerText()).replace(/\s+/g, " ")).toBe(
                `Data Lab ${ANNOUNCED} Why One moment The hub does not answer at the moment. Open notebooks keep running. ` +
                    "This page tries again by itself. Help desk",
            );
            await grace.picture("hub-away");
            expect(await violations(grace.page)).toEqual([]);
        } finally {
            docker("start", hub);
        }
        await grace.page.waitForSelector("#start");
        expect(grace.place).toBe("/hub/home");
        return ["503 GET user/grace/lab", "503 GET hub/home", "503 GET hub/health"];
    });
}
