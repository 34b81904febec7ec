/** Idle servers, and changes that wait until a server stops. */
import * as fs from "node:fs";
import { HubClient } from "../../../support/deploy/hubClient";
import { Terminal } from "../../../support/deploy/terminal";
import { waitFor } from "../../../support/deploy/waitFor";
import { docker, inVolume } from "../../../support/deploy/docker";
import type { DayTwo } from "./lab";

export function idle(lab: DayTwo): void {
    const { step } = lab;

    step(
        "idle servers are stopped; a kernel that computes in silence and a terminal with a program in it are not idle",
        async () => {
            void lab.grace.kernel.run("import time; time.sleep(7200)", 7200).catch(() => undefined);
            const people =
                `jupyterhub:users: [ada, alan, { name: grace, env: { NEW: "1" } }, { name: bot, idle: { cullAfter: ` +
                "never } }]\njupyterhub:deferAtMost: 7d";
            lab.workspace.writeConfig(people);
            expect(await lab.preview()).toMatch(
                /Waits until their servers stop: grace \(until \d{4}-\d\d-\d\d \d\d:\d\d UTC at most\)/,
            );
            await lab.workspace.up();
            lab.outputs = await lab.workspace.outputs();
            expect(lab.outputs.deferred).toEqual(["grace"]);
            await lab.workspace.expectNoChanges();
            expect(lab.running()).toContain(lab.outputs.users.bot.container); // It was always on until now.

            // All is at work before the limits are there: a busy machine needs longer for that than they allow.
            // No websocket stays open: what goes through the proxy would count.
            const busy = new HubClient(lab.workspace.url, "grace");
            const kernels = async () =>
                (await (await busy.withToken(lab.tokens.grace, busy.server("api/kernels"))).json()) as {
                    execution_state: string;
                }[];
            await waitFor(
                async () => (await kernels()).some(({ execution_state }) => execution_state === "busy"),
                30,
                "the kernel's work",
            );
            lab.grace.kernel.close();
            for (const name of ["alan", "ada"]) {
                lab.tokens[name] = await (await lab.loggedIn(name)).token();
            }
            await lab.start("alan");
            const client = new HubClient(lab.workspace.url, "alan");
            const { name: terminal } = (await (
                await client.withToken(lab.tokens.alan, client.server("api/terminals"), { method: "POST", body: "{}" })
            ).json()) as { name: string };
            const url = client.server(`terminals/websocket/${terminal}`);
            const ask = async (text: string, shows: RegExp) => {
                const shell = await Terminal.open(url, lab.tokens.alan);
                shell.type(text);
                await waitFor(() => Promise.resolve(shows.test(shell.shown())), 30, String(shows));
                shell.close();
            };
            await ask("echo be''gin; sleep 7200\n", /begin\r/);
            await lab.start("ada");
            lab.workspace.writeConfig(
                `${people}\njupyterhub:idle: { cullAfter: never }\njupyterhub:defaults: { idle: { cullAfter: 1m } }`,
            );
            await lab.workspace.up();
            expect(await lab.workspace.succeed("status", lab.workspace.stack, "--explain", "bot")).toMatch(
                /^idle\.cullAfter +never +the person$/m,
            );

            const { ada, alan, bot } = lab.outputs.users;
            await waitFor(async () => !lab.running().includes(ada.container), 180, "the stop of ada's idle server");
            await ask("\x03echo en''d\n", /end\r/);
            await waitFor(async () => !lab.running().includes(alan.container), 180, "the stop of alan's server");
            expect(lab.running()).toEqual([bot.container, lab.outputs.users.grace.container]);
            expect((await kernels()).map(({ execution_state }) => execution_state)).toEqual(["busy"]);
        },
    );

    step(
        "a change that waited longer than deferAtMost interrupts, and says whom beforehand; so does updates: now",
        async () => {
            const { container } = lab.outputs.users.grace; // It has computed for more than a minute, and still does.
            expect(lab.running()).toContain(container);
            fs.writeFileSync(
                lab.workspace.stackFile,
                fs.readFileSync(lab.workspace.stackFile, "utf8").replace("deferAtMost: 7d", "deferAtMost: 1m"),
            );
            expect(await lab.preview()).toContain(
                "Interrupts running servers (1m of deferAtMost are over): grace. To tell them first: npm run kick",
            );
            const config = fs.readFileSync(lab.workspace.stackFile, "utf8");
            fs.writeFileSync(
                lab.workspace.stackFile,
                config.replace("jupyterhub:deferAtMost: 1m", "jupyterhub:updates: now"),
            );
            expect(await lab.preview()).toContain(
                "Interrupts running servers (updates: now): grace. To tell them first: npm run kick",
            );
            fs.writeFileSync(lab.workspace.stackFile, config);
            await lab.workspace.up();
            expect((await lab.workspace.outputs()).deferred).toEqual([]);
            expect(lab.running()).not.toContain(container);
            expect(docker("inspect", "--format", "{{json .Config.Env}}", container)).toContain('"NEW=1"');
            expect(Number(inVolume(lab.outputs.users.grace.home, "wc -c < /home/beat"))).toBeGreaterThan(0);
            await lab.workspace.expectNoChanges();
        },
    );
}
