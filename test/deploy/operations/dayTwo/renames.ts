/** A person is renamed. */
import { HubClient } from "../../../support/deploy/hubClient";
import { waitFor } from "../../../support/deploy/waitFor";
import { said } from "../../../support/deploy/shell";
import { inVolume } from "../../../support/deploy/docker";
import { startedAt, type DayTwo } from "./lab";

export function renames(lab: DayTwo): void {
    const { step } = lab;

    step("a renamed person keeps the home, and the old name's token ends; a neighbour writes on", async () => {
        await lab.start("grace");
        const kernel = await new HubClient(lab.workspace.url, "grace").startKernel(lab.tokens.grace);
        await kernel.run(
            "import threading, time\ndef write():\n  while True:\n    open('beat', 'a').write('x'); " +
                "time.sleep(0.1)\nthreading.Thread(target=write, daemon=True).start()",
        );
        const since = startedAt(lab.outputs.users.grace.container);
        const beats = () => Number(inVolume(lab.outputs.users.grace.home, "wc -c < /home/beat"));
        lab.grace = {
            kernel,
            alive: async () => {
                const before = beats();
                await waitFor(() => Promise.resolve(beats() > before), 30, "grace's file to grow");
                expect(await kernel.run("print('here')")).toBe("here\n");
                expect(startedAt(lab.outputs.users.grace.container)).toBe(since);
            },
        };
        const home = lab.outputs.users.ada.home;
        inVolume(home, "echo mine > /home/file");

        lab.withPeople("  - { name: lovelace, renamedFrom: ada }\n");
        await lab.start("ada");
        const refused = await lab.workspace.run("up", lab.workspace.stack);
        expect(refused.code).not.toBe(0);
        expect(said(refused)).toContain(
            "users[0].renamedFrom: ada's server is running, and a rename would end it. Stop it first: npm run " +
                `kick -- ${lab.workspace.stack} ada`,
        );
        await lab.workspace.succeed("kick", lab.workspace.stack, "ada");

        expect(await lab.preview()).toContain(`lovelace was ada and keeps that home (${home}).`);
        await lab.workspace.up();
        const { users } = await lab.workspace.outputs();
        expect(users.lovelace.home).toBe(home);
        const client = await lab.loggedIn("lovelace");
        lab.tokens.lovelace = await client.token();
        await lab.start("lovelace");
        expect(await (await client.startKernel(lab.tokens.lovelace)).run("print(open('file').read())")).toBe(
            "mine\n\n",
        );
        await waitFor(
            async () => (await client.withToken(lab.tokens.ada, "hub/api/user")).status === 403,
            60,
            "the end of ada's token",
        );
        await lab.workspace.expectNoChanges();
        await lab.grace.alive();
    });
}
