/** People come, change and go. */
import { HubClient } from "../../support/deploy/hubClient";
import { waitFor } from "../../support/deploy/waitFor";
import { docker, idOf } from "../../support/deploy/docker";
import { commandLineOf, processesOf } from "../../support/deploy/upRuns";
import type { Workspace } from "../../support/deploy/workspace";
import { ids, PEOPLE, type Foundation } from "./lab";

/** As it is from here on: ada has an image of her own, and more memory. */
const changed = `${PEOPLE}
jupyterhub:idle: {cullAfter: 2h}
jupyterhub:images: {notebooks: {science: {build: science, args: {COLOUR: blue}}}}`.replace(
    "  - ada",
    "  - {name: ada, memory: 1536M, image: science}",
);

/** Names of the resources that Pulumi is told to leave alone, while something runs. */
async function excludedIn(workspace: Workspace, run: Promise<unknown>): Promise<string[]> {
    const found = new Set<string>();
    const look = () => {
        for (const pid of processesOf(workspace)) {
            const words = commandLineOf(pid);
            words.filter((_, i) => words[i - 1] === "--exclude").forEach(urn => found.add(urn.replace(/^.*::/, "")));
        }
    };
    const timer = setInterval(look, 200);
    await run.finally(() => clearInterval(timer));
    return [...found].sort();
}

export function people(lab: Foundation): void {
    const { step } = lab;

    step("one person more is one container more, and nobody else notices", async () => {
        const before = ids(lab.containers());
        lab.workspace.writeConfig(
            `${PEOPLE}\njupyterhub:idle: {cullAfter: 2h}`.replace("  - alan", "  - alan\n  - mary"),
        );
        const leftAlone = await excludedIn(lab.workspace, lab.workspace.up());
        expect(leftAlone).toEqual(["ada", "alan", "grace"].map(name => `jupyterhub-user-${name}`));
        lab.outputs = await lab.workspace.outputs();
        const after = ids(lab.containers());
        expect(
            Object.keys(after)
                .filter(name => after[name] !== before[name])
                .sort(),
        ).toEqual([lab.outputs.containers.roster, lab.outputs.users.mary.container].sort());
        const { client, token } = await lab.tokenOf("mary");
        await client.startServer(token);
        const mary = await client.startKernel(token);
        expect(await mary.run("print('hello')")).toBe("hello\n");
        mary.close();
        expect(await lab.kernel.run("print(secret)")).toBe("in memory\n");
        await lab.workspace.expectNoChanges();
    });

    step("another image waits for a running server, but more memory reaches it at once", async () => {
        const before = idOf(lab.outputs.users.ada.container);
        const others = ids(
            lab
                .containers()
                .filter(name => ![lab.outputs.users.ada.container, lab.outputs.containers.roster].includes(name)),
        );
        lab.workspace.writeImage(
            "science",
            "ARG BASE=images/singleuser\nFROM ${BASE}\nARG COLOUR\nENV COLOUR=${COLOUR}\n",
        );
        lab.workspace.writeConfig(changed.replace("  - alan", "  - alan\n  - mary"));
        await lab.workspace.up();
        expect((await lab.workspace.outputs()).deferred).toEqual(["ada"]);
        expect(idOf(lab.outputs.users.ada.container)).toBe(before);
        expect(ids(Object.keys(others))).toEqual(others);
        expect(
            docker(
                "inspect",
                "--format",
                "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}",
                lab.outputs.users.ada.container,
            ),
        ).toBe(`${1536 << 20} ${1536 << 20}`);
        expect(await lab.kernel.run("print(secret)")).toBe("in memory\n");
        await lab.workspace.expectNoChanges();

        // Less than it may be using: that waits too, and keeps nobody's removal back.
        lab.workspace.writeConfig(changed.replace("1536M", "256M").replace("  - alan\n", ""));
        await lab.workspace.up();
        expect((await lab.workspace.outputs()).deferred).toEqual(["ada"]);
        expect(Object.keys((await lab.workspace.outputs()).users)).toEqual(["ada", "grace"]);
        expect(docker("inspect", "--format", "{{.HostConfig.Memory}}", lab.outputs.users.ada.container)).toBe(
            String(1536 << 20),
        );
        expect(await lab.kernel.run("print(secret)")).toBe("in memory\n");
        await lab.workspace.expectNoChanges();
        lab.workspace.writeConfig(changed.replace("  - alan", "  - alan\n  - mary"));

        lab.kernel.close();
        await lab.ada.stopServer(lab.adaToken);
        await lab.workspace.up();
        expect((await lab.workspace.outputs()).deferred).toEqual([]);
        expect(idOf(lab.outputs.users.ada.container)).not.toBe(before);
        expect((await lab.workspace.outputs()).users.ada.image).toMatch(/^jupyterhub-science:[0-9a-f]{16}$/);
        await lab.ada.startServer(lab.adaToken); // The old token: a replaced container is not a new person.
        lab.kernel = await lab.ada.startKernel(lab.adaToken);
        expect(await lab.kernel.run("import os; print(os.environ['COLOUR'], open('kept.txt').read())")).toBe(
            "blue still here\n",
        );
        await lab.workspace.expectNoChanges();
    });

    step("somebody who is blocked is out within a minute; container and home stay", async () => {
        const { client, token } = await lab.tokenOf("mary");
        await client.startServer(token);
        const { container } = lab.outputs.users.mary;
        const before = idOf(container);
        lab.workspace.writeConfig(
            `${changed.replace("  - alan", "  - alan\n  - mary")}\njupyterhub:blockedUsers: [Mary]`,
        );
        await lab.workspace.up();
        await waitFor(async () => (await lab.apiStatus("user", token)) === 403, 60, "the end of mary's token");
        await waitFor(
            async () => docker("inspect", "--format", "{{.State.Running}}", container) === "false",
            60,
            "her stop",
        );
        expect((await client.api("user")).status).not.toBe(200);
        expect((await new HubClient(lab.outputs.url, "mary").logIn(lab.outputs.passwords.mary)).status).toBe(403);
        expect(idOf(container)).toBe(before);
        expect((await lab.workspace.outputs()).users.mary).toMatchObject({ blocked: true });
        expect((await lab.workspace.run("status", lab.workspace.stack)).stdout).toMatch(/^mary \(blocked\) /m);
        expect(await lab.kernel.run("print(1)")).toBe("1\n");
        await lab.workspace.expectNoChanges();
        lab.workspace.writeConfig(changed.replace("  - alan", "  - alan\n  - mary"));
        await lab.workspace.up();
        await waitFor(async () => (await lab.apiStatus("user", lab.adaToken)) === 200, 60, "the hub");
        expect((await lab.tokenOf("mary")).token).not.toBe(token);
        expect(await lab.apiStatus("user", token)).toBe(403);
    });

    step("one person less is out within a minute, and the home stays", async () => {
        const { client, token } = await lab.tokenOf("mary");
        await client.startServer(token);
        const home = lab.outputs.users.mary.home;
        lab.workspace.writeConfig(changed);
        await lab.workspace.up();
        await waitFor(async () => (await lab.apiStatus("user", token)) === 403, 60, "the end of mary's token");
        expect((await client.api("user")).status).not.toBe(200);
        expect((await new HubClient(lab.outputs.url, "mary").logIn(lab.outputs.passwords.mary)).status).toBe(403);
        expect(docker("ps", "--all", "--format", "{{.Names}}").split("\n")).not.toContain(
            lab.outputs.users.mary.container,
        );
        expect(docker("volume", "ls", "--quiet").split("\n")).toContain(home);
        expect(await lab.kernel.run("print(1)")).toBe("1\n");
        lab.outputs = await lab.workspace.outputs();
        expect(Object.keys(lab.outputs.users)).toEqual(["ada", "alan", "grace"]);
        await lab.workspace.expectNoChanges();
    });

    step("somebody who comes back has the old home and no old token", async () => {
        const { passwords } = lab.outputs;
        const { client, token } = await lab.tokenOf("alan");
        await client.startServer(token);
        const before = await client.startKernel(token);
        await before.run("open('mine.txt', 'w').write('alan')");
        before.close();
        lab.workspace.writeConfig(changed.replace("  - alan\n", ""));
        await lab.workspace.up();
        lab.workspace.writeConfig(changed);
        await lab.workspace.up();
        lab.outputs = await lab.workspace.outputs();
        expect(lab.outputs.passwords).toEqual(passwords);
        await waitFor(async () => (await lab.apiStatus("user", token)) === 403, 30, "the end of alan's old token");
        const again = await lab.tokenOf("alan");
        expect(await lab.apiStatus("user", token)).toBe(403);
        await again.client.startServer(again.token);
        const after = await again.client.startKernel(again.token);
        expect(await after.run("print(open('mine.txt').read())")).toBe("alan\n");
        after.close();
    });
}
