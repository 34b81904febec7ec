/** Temporary servers of people whom nobody listed, as stacks/Pulumi.dynamic.yaml has them. */
import { docker, environmentOf, idOf } from "../../support/deploy/docker";
import { HubClient } from "../../support/deploy/hubClient";
import { said } from "../../support/deploy/shell";
import { waitFor } from "../../support/deploy/waitFor";
import { stackConfig } from "../../support/deploy/workspace";
import type { OnDemand } from "./lab";

const memoryOf = (container: string) =>
    Number(docker("inspect", "--format", "{{.HostConfig.Memory}}", container)) / 2 ** 30;

export function temporary(lab: OnDemand): void {
    const { step } = lab;

    step("somebody whom nobody listed logs in, gets a server and runs a cell", async () => {
        await lab.up();
        expect(lab.launched()).toEqual([]);
        expect(Object.keys(lab.outputs.users)).toEqual(["grace"]);
        const { kernel } = await lab.serve("ada");
        expect(await kernel.run("print(6 * 7)")).toBe("42\n");
        await kernel.run("open('note.txt', 'w').write('x')");
        expect(lab.launched()).toEqual([lab.container("ada")]);
        expect(memoryOf(lab.container("ada"))).toBe(1);
        await lab.workspace.expectNoChanges();
    });

    step("who is listed has what the list says", async () => {
        const { client, token } = await lab.serve("grace");
        expect(memoryOf(lab.container("grace"))).toBe(2);
        expect(await (await client.withToken(token, "hub/api/user")).json()).toMatchObject({ admin: true });
        await lab.stop("grace");
    });

    step("after the stop container, file and token are gone", async () => {
        const { JUPYTERHUB_API_TOKEN: token } = environmentOf(lab.container("ada"));
        expect(await lab.apiStatus("user", token)).toBe(200);
        await lab.stop("ada");
        await lab.nobodyIsLeft();
        expect(await lab.apiStatus("user", token)).toBe(403);
        expect(lab.workspace.objects().volumes.filter(name => name.includes("-home-"))).toEqual([]);
        const { kernel } = await lab.serve("ada");
        expect(await kernel.run("import os; print(os.path.exists('note.txt'))")).toBe("False\n");
        expect(environmentOf(lab.container("ada")).JUPYTERHUB_API_TOKEN).not.toBe(token);
    });

    step("an edited list restarts nothing, and the next start takes it", async () => {
        const parts = () =>
            ["hub", "proxy", "gate", "launcher"].map(part => idOf(lab.outputs.containers[part as "hub"]));
        const before = parts();
        await lab.up(stackConfig("dynamic").replace("memory: 1G", "memory: 768M"));
        expect(parts()).toEqual(before);
        expect(lab.outputs.deferred).toEqual(["ada"]);
        expect(await lab.people.ada.kernel.run("print('here')")).toBe("here\n");
        await lab.stop("ada");
        await lab.serve("ada");
        expect(memoryOf(lab.container("ada"))).toBe(0.75);
    });

    step("status, logs, kick and reset know people who are not listed", async () => {
        expect((await lab.status()).people.map(({ name, listed, state }) => [name, listed, state])).toEqual([
            ["grace", true, "stopped"],
            ["ada", false, "running"],
        ]);
        expect(said(await lab.workspace.run("logs", lab.workspace.stack, "ada"))).toContain("Jupyter Server");
        const away = await lab.workspace.run("logs", lab.workspace.stack, "grace");
        expect(away).toEqual({
            code: 1,
            stdout: "",
            stderr: "grace has no server now, and with spawning: dynamic a log goes with its server.\n",
        });
        const before = idOf(lab.container("ada"));
        expect(await lab.workspace.succeed("kick", lab.workspace.stack, "ada")).toBe("Stopped: ada\n");
        await lab.nobodyIsLeft();
        const { client, token } = lab.people.ada;
        await client.startServer(token);
        expect(idOf(lab.container("ada"))).not.toBe(before);
        await lab.workspace.succeed("reset", lab.workspace.stack, "ada", "--yes");
        await lab.nobodyIsLeft();
    });

    step("who is blocked is out within a minute, and does not come back in", async () => {
        const { client, token } = await lab.serve("ada");
        await lab.up(stackConfig("dynamic").replace(/^(jupyterhub:allow: .*)$/m, "$1\njupyterhub:blockedUsers: [ada]"));
        await waitFor(
            async () => (await client.withToken(token, "hub/api/user")).status === 403,
            20,
            "the end of a token",
        );
        await lab.nobodyIsLeft();
        const again = await new HubClient(lab.outputs.url, "ada").logIn("any");
        expect({ status: again.status, said: /ada is blocked from this hub/.test(again.text) }).toEqual({
            status: 403,
            said: true,
        });
        await lab.up(stackConfig("dynamic"));
        await lab.serve("ada");
    });

    step("nobody gets the server of somebody listed by another spelling of the name", async () => {
        const { text } = await new HubClient(lab.outputs.url, "x").logIn("any", "Ｇrace");
        expect(text).toMatch(/Ｇrace.*not on the list|somebody else/);
        await lab.stop("ada");
        await lab.nobodyIsLeft();
    });
}
