/** Servers are stopped kindly: kick and drain. */
import { HubClient } from "../../../support/deploy/hubClient";
import { Terminal } from "../../../support/deploy/terminal";
import { waitFor } from "../../../support/deploy/waitFor";
import { docker } from "../../../support/deploy/docker";
import { startedAt, type DayTwo } from "./lab";

export function stopping(lab: DayTwo): void {
    const { step } = lab;

    step("kick stops who is named and nobody else, and tells them in terminals and on pages", async () => {
        const { ada, grace } = lab.outputs.users;
        await lab.start("ada");
        await lab.start("grace");
        const kernel = await new HubClient(lab.workspace.url, "grace").startKernel(lab.tokens.grace);
        const client = new HubClient(lab.workspace.url, "ada");
        const made = await client.withToken(lab.tokens.ada, client.server("api/terminals"), {
            method: "POST",
            body: "{}",
        });
        expect(made.status).toBe(200);
        const { name: terminal } = (await made.json()) as { name: string };
        const shell = await Terminal.open(client.server(`terminals/websocket/${terminal}`), lab.tokens.ada);

        const before = startedAt(grace.container);
        const { code, stdout } = await lab.workspace.run(
            "kick",
            lab.workspace.stack,
            "ADA",
            "--message",
            "More <memory> for you",
            "--in",
            "3s",
        );
        expect({ code, stdout }).toEqual({ code: 0, stdout: "Stopped: ada\n" });
        expect(lab.running()).not.toContain(ada.container);
        expect(startedAt(grace.container)).toBe(before);
        expect(await kernel.run("print(6 * 7)")).toBe("42\n");
        kernel.close();
        await waitFor(
            async () => shell.shown().includes("*** Your server was stopped"),
            30,
            "the last word in the terminal",
        );
        expect(shell.shown()).toMatch(
            /\*\*\* Your server will be stopped at \d\d:\d\d UTC\. Save your work\. More <memory> for you/,
        );
        expect(shell.shown()).toContain(
            "*** Your server was stopped by whoever looks after this hub. More <memory> for you",
        );

        const page = await (await (await lab.loggedIn("ada")).follow("hub/spawn/ada")).text();
        expect(page).toContain("Start your server again?");
        expect(page).toContain("Your server was stopped by whoever looks after this hub.\nMore &lt;memory&gt; for you");
        expect(await (await (await lab.loggedIn("grace")).follow("hub/home")).text()).not.toContain("memory");
    });

    step("who does not run is said, and who is not there", async () => {
        expect(await lab.workspace.succeed("kick", lab.workspace.stack, "ada")).toBe(
            "Stopped: nobody\nNot running: ada\n",
        );
        const { code, stderr } = await lab.workspace.run("kick", lab.workspace.stack, "grce", "ada");
        expect({ code, stderr }).toEqual({
            code: 1,
            stderr: `"grce" is not in the stack "${lab.workspace.stack}" as it is deployed; did you mean "grace"?\n`,
        });
    });

    step("drain stops everybody and keeps it so until up", async () => {
        const { grace, bot } = lab.outputs.users;
        await waitFor(async () => lab.running().includes(bot.container), 60, "the always-on server");
        expect(lab.running()).toEqual([bot.container, grace.container]);
        expect(await lab.workspace.succeed("drain", lab.workspace.stack, "--message", "New disks")).toBe(
            `Stopped: bot, grace\nNobody can start a server until \`npm run up -- ${lab.workspace.stack}\`, or \`npm ` +
                `run drain -- ${lab.workspace.stack} --end\`.\n`,
        );
        expect(lab.running()).toEqual([]);
        const client = new HubClient(lab.workspace.url, "ada");
        const refused = await client.withToken(lab.tokens.ada, "hub/api/users/ada/server", {
            method: "POST",
            body: "",
        });
        expect(refused.status).toBe(503);
        expect(await refused.json()).toMatchObject({ message: "Servers cannot be started at the moment." });
        expect(await (await new HubClient(lab.workspace.url, "ada").follow("hub/login")).text()).toContain(
            "until it is over.\nNew disks",
        );

        // A hub that starts again keeps to it.
        docker("restart", lab.outputs.containers.hub);
        await waitFor(
            async () => (await new HubClient(lab.workspace.url, "ada").request("hub/health")).status === 200,
            60,
            "the hub",
        );
        expect(lab.running()).toEqual([]);

        expect((await lab.workspace.run("up", lab.workspace.stack)).stderr).toContain(
            "The drain is over: people can start servers again.",
        );
        await waitFor(async () => lab.running().includes(bot.container), 60, "the always-on server");
        await lab.start("ada");
        expect(await (await (await lab.loggedIn("ada")).follow("hub/home")).text()).not.toContain("New disks");
        expect(await lab.workspace.succeed("drain", lab.workspace.stack, "--end")).toBe(
            "People could start servers already.\n",
        );
    });

    step("a server that the hub does not know of is stopped too, and with the hub away", async () => {
        docker("stop", lab.outputs.containers.hub);
        const { code, stdout, stderr } = await lab.workspace.run("kick", lab.workspace.stack, "ada");
        expect({ code, stdout }).toEqual({ code: 0, stdout: "Stopped: ada\n" });
        expect(stderr).toContain("The hub cannot tell people why");
        const drain = await lab.workspace.run("drain", lab.workspace.stack);
        expect(drain.code).toBe(1);
        expect(drain.stderr).toContain("Nothing was stopped.");
        expect(lab.running()).toEqual([lab.outputs.users.bot.container]);
        docker("start", lab.outputs.containers.hub);
        await waitFor(
            async () => (await new HubClient(lab.workspace.url, "ada").request("hub/health")).status === 200,
            60,
            "the hub",
        );
    });
}
