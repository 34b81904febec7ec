/** A home that keeps its server from starting is mended by its person. */
import { docker } from "../../support/deploy/docker";
import { violations } from "../../support/browser/accessible";
import type { Lab } from "./lab";

const SITE = ".local/lib/python3.11/site-packages";

export function brokenHome(lab: Lab): void {
    lab.page("a start that fails shows what the server wrote, and the file", lab.ada, async ada => {
        const { container } = lab.outputs().users.ada;
        const image = docker("inspect", "--format", "{{.Config.Image}}", container);
        const script = `mkdir -p ${SITE}; echo "import os; os._exit(3)" > ${SITE}/usercustomize.py`;
        docker("run", "--rm", "--volumes-from", container, "--entrypoint", "sh", image, "-c", script);
        await ada.open("hub/spawn/ada");
        expect(await ada.page.locator("#last-words").innerText()).toContain(
            `Ends Python with exit code 3: /home/jovyan/${SITE}/usercustomize.py`,
        );
        expect(await ada.page.locator("h1").innerText()).toBe("Your server did not start.");
        await ada.picture("start-failed");
        expect(await violations(ada.page)).toEqual([]);
        return ["503 GET hub/spawn-pending/ada"];
    });

    lab.page("in safe mode the server starts, says so, and the file is removed in a terminal", lab.ada, async ada => {
        await ada.page.click("#start-safe");
        await ada.waitForPlace(/^\/user\/ada\/lab/);
        await ada.page.waitForSelector('.jp-DirListing-itemText:has-text(".local")');
        await ada.page.waitForFunction("document.title.includes('safe mode')");
        await ada.page.click('.jp-LauncherCard:visible:has-text("Terminal")');
        await ada.waitForReceived(/This server is in safe mode/);
        await ada.page.click(".jp-Terminal-body:visible");
        await ada.page.waitForSelector(".xterm-helper-textarea:focus", { state: "attached" });
        await ada.page.keyboard.type(`rm ${SITE}/usercustomize.py && echo go""ne\n`);
        await ada.waitForReceived(/gone\r\n/);
        await ada.picture("safe-mode");
        await ada.open("hub/home");
        expect(await ada.page.locator(".announcement").last().innerText()).toContain("Your server runs in safe mode");
        await ada.picture("home-safe-mode");
    });

    lab.page("the next start is the usual one, and works", lab.ada, async ada => {
        await ada.page.click("#stop");
        await ada.page.click('#start:has-text("Start My Server"):not([disabled])');
        await ada.waitForPlace(/^\/user\/ada\/lab/);
        await ada.page.waitForSelector('.jp-DirListing-itemText:has-text("answer.ipynb")');
        expect(await ada.page.title()).not.toContain("safe mode");
        await ada.open("hub/home");
        expect(await ada.page.locator("body").innerText()).not.toContain("safe mode");
    });
}
