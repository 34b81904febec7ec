/** Homes on the Docker host of people whom nobody listed: whose account it has decides the owner. */
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { docker } from "../../support/deploy/docker";
import { HubClient } from "../../support/deploy/hubClient";
import { asRoot } from "../../support/deploy/host";
import type { OnDemand } from "./lab";

const account = `jht${randomBytes(4).toString("hex")}`;
const UID = 52077;

function config(host: string): string {
    return [
        "jupyterhub:users: [{name: grace, uid: 52078, gid: 52078}]",
        "jupyterhub:spawning: dynamic",
        "jupyterhub:allow: all",
        "jupyterhub:authentication: {type: dummy}",
        "jupyterhub:defaults: {kind: system, memory: 512M}",
        `jupyterhub:homes: {hostFormat: "${host}/{username}", imageFormat: "/home/{username}", skeleton: stacks/skel}`,
        "jupyterhub:launcher: {accounts: host, uids: {from: 52000, to: 52999}}",
    ].join("\n");
}

export function onTheHost(lab: OnDemand, host: () => string): void {
    const { step } = lab;
    const owner = (name: string) => asRoot("stat", "-c", "%u:%g %a", path.join(host(), name));

    step("with kind: system the home on the host is made, with the owner of the host's account", async () => {
        asRoot(
            "useradd",
            "--no-create-home",
            "--uid",
            String(UID),
            "--user-group",
            "--shell",
            "/usr/sbin/nologin",
            account,
        );
        try {
            await lab.up(config(host()));
            const { kernel } = await lab.serve(account);
            expect(await kernel.run("import os; print(os.getuid(), os.getgid(), os.path.expanduser('~'))")).toBe(
                `${UID} ${UID} /home/${account}\n`,
            );
            expect(
                await kernel.run(
                    "import getpass, os; print(getpass.getuser(), [f for f in os.listdir() if f[0] != '.'])",
                ),
            ).toBe(`${account} ['welcome.md']\n`);
            expect(owner(account)).toBe(`${UID}:${UID} 700`);
            await lab.stop(account);
        } finally {
            asRoot("userdel", account);
        }
    });

    step("who is listed has the ids of the list", async () => {
        const { kernel } = await lab.serve("grace");
        expect(await kernel.run("import os; print(os.getuid())")).toBe("52078\n");
        expect(owner("grace")).toBe("52078:52078 700");
        await lab.stop("grace");
    });

    step("who has no account there, or one of the system's, gets no server and reads why", async () => {
        for (const [name, why] of [
            ["nobodyhere", "has no account"],
            ["daemon", "52000"],
            ["root", "52000"],
        ]) {
            const client = new HubClient(lab.outputs.url, name);
            await client.logIn("any");
            const told = await client.withToken(await client.token(), `hub/api/users/${name}/server`, {
                method: "POST",
                body: "",
            });
            expect(await told.text()).toContain(why);
        }
        expect(lab.launched()).toEqual([]);
        expect(asRoot("ls", host())).not.toMatch(/daemon|root|nobodyhere/);
    });

    step("a home that is somebody else's is not mounted", async () => {
        asRoot("chown", "52079:52079", path.join(host(), "grace"));
        const { client, token } = lab.people.grace;
        const told = await client.withToken(token, "hub/api/users/grace/server", { method: "POST", body: "" });
        expect(await told.text()).toContain("belongs to uid 52079, not 52078");
        expect(docker("ps", "--all", "--format", "{{.Names}}")).not.toContain(lab.container("grace"));
        asRoot("chown", "52078:52078", path.join(host(), "grace"));
    });
}
