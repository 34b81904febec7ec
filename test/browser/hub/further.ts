/** Pages of people who are logged in, that no other step comes by: each can be read by everybody. */
import { violations } from "../../support/browser/accessible";
import { docker } from "../../support/deploy/docker";
import { waitFor } from "../../support/deploy/waitFor";
import type { Lab } from "./lab";

const CALLBACK = "http://127.0.0.1:9/callback";
/** A service that people log in to with the hub, in the stack file, and who may. */
export const SERVICE = {
    services: [{ name: "reports", oauthRedirectUri: CALLBACK }],
    roles: [{ name: "readers", scopes: ["access:services!service=reports"], users: ["ada"] }],
};

export function furtherPages(lab: Lab): void {
    const { page, ada, grace } = lab;
    page("tokens", ada, async ada => {
        await ada.open("hub/token");
        await ada.page.waitForSelector("#request-token-form");
        expect(await violations(ada.page)).toEqual([]);
    });

    page("an address at which there is nothing", ada, async ada => {
        expect(await ada.open("hub/nothing")).toBe(404);
        expect(await ada.refusal()).toBe("There is nothing at this address.");
        expect(await violations(ada.page)).toEqual([]);
        return ["404 GET hub/nothing"];
    });

    page("whether a service may know who they are", ada, async ada => {
        const asking = { client_id: "service-reports", response_type: "code", redirect_uri: CALLBACK, state: "x" };
        expect(await ada.open(`hub/api/oauth2/authorize?${new URLSearchParams(asking).toString()}`)).toBe(200);
        expect(await ada.page.locator("h1").innerText()).toBe("Authorize access");
        await ada.picture("authorize");
        expect(await violations(ada.page)).toEqual([]);
    });

    stopping(lab);

    page("a notice before the next start", grace, async grace => {
        notices(lab, "leave('grace', 'The machine was repaired.')");
        await grace.open("hub/spawn/grace");
        expect(await grace.page.locator(".announcement").last().innerText()).toBe("The machine was repaired.");
        expect(await violations(grace.page)).toEqual([]);
        await grace.picture("spawn-notice");
    });

    page("while a drain keeps all from starting a server", grace, async grace => {
        notices(lab, "hold('The machine is repaired until noon.')");
        try {
            await grace.open("hub/spawn/grace");
            expect(await grace.page.locator("h1").innerText()).toBe("Servers cannot be started at the moment.");
            await grace.picture("spawn-held");
            expect(await violations(grace.page)).toEqual([]);
        } finally {
            notices(lab, "release()");
        }
    });
}

/** What the hub's commands tell people. @param call in Python */
function notices({ outputs }: Lab, call: string): void {
    const script =
        "from pathlib import Path; from declared.store.notices import Notices; " +
        `Notices(Path('/srv/jupyterhub/data')).${call}`;
    docker("exec", outputs().containers.hub, "python", "-c", script);
}

function stopping({ page, ada, outputs }: Lab): void {
    page("a server that takes its time to stop", ada, async ada => {
        const { container } = outputs().users.ada;
        await ada.open("hub/spawn");
        await ada.waitForPlace(/^\/user\/ada\/lab/);
        await ada.open("hub/home");
        await ada.page.waitForLoadState("networkidle");
        // It hears nothing any more, and so is ended only when Docker's patience is.
        docker("kill", "--signal", "STOP", container);
        const asked = ada.page.waitForRequest(request => request.method() === "DELETE");
        await ada.page.click("#stop");
        await asked;
        const tab = await ada.context.newPage();
        try {
            // The page loads itself again after five seconds: held until it was looked at.
            await tab.addInitScript(
                "const later = setTimeout; setTimeout = (f, ms, ...of) => ms === 5000 ? 0 : later(f, ms, ...of)",
            );
            await tab.goto(new URL("hub/spawn-pending/ada", ada.url).href);
            expect(await tab.locator("h1").innerText()).toBe("Your server is stopping.");
            expect(await violations(tab)).toEqual([]);
        } finally {
            await tab.close();
        }
        const runs = () => docker("inspect", "--format", "{{.State.Running}}", container);
        await waitFor(async () => runs() === "false", 60, "the end of ada's server");
        // The hub hears of it after Docker, and a page that was opened between goes on to offer the stop.
        const offered = async () => {
            await ada.open("hub/home");
            return (await ada.page.locator('#start:has-text("Start My Server"):not([disabled])').count()) > 0;
        };
        await waitFor(offered, 60, "the offer to start ada's server again");
    });
}
