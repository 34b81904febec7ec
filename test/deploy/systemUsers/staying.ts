/** Homes stay, whatever becomes of their people. */
import * as path from "node:path";
import { HubClient } from "../../support/deploy/hubClient";
import { asRoot } from "../../support/deploy/host";
import { owner, PEOPLE, account, accountIds, GRACE, type HomesOnHost } from "./lab";

export function staying(lab: HomesOnHost): void {
    const { step } = lab;

    async function stop(name: string): Promise<void> {
        const { client, token, kernel } = lab.people[name];
        kernel.close();
        await client.stopServer(token);
    }

    step(
        "who is removed keeps the home, and links that somebody puts into theirs lead nowhere when homes are made",
        async () => {
            await lab.shellOf(
                "ada",
                "rm -f welcome.md .profile; ln -s /etc/passwd welcome.md; ln -s /etc .jupyterhub-new; ln -s /etc etc",
            );
            const before = owner("/etc/passwd") + owner("/etc");
            await stop("grace");
            await lab.up({
                people: [
                    ...PEOPLE.filter(person => !person.includes("grace")),
                    '{name: "李 雷", uid: 52003, gid: 52003}',
                ],
            });
            expect(Object.keys(lab.outputs.users).sort()).toEqual(["ada", account, "李 雷"].sort());
            expect(owner("/etc/passwd") + owner("/etc")).toBe(before);
            expect(owner(lab.home("李 雷"))).toBe("52003:52003 700");
            // The skeleton is for new homes.
            expect(asRoot("readlink", path.join(lab.home("ada"), "welcome.md"))).toBe("/etc/passwd");
            expect(asRoot("ls", "-A", lab.home("ada")).split("\n")).not.toContain(".profile");
            expect(asRoot("cat", path.join(lab.home("grace"), "host.txt"))).toBe("from the host");
        },
    );

    step("who is listed again has the same home, and one that was removed by hand is made again", async () => {
        asRoot("rm", "-r", lab.home(account));
        await lab.up();
        expect(owner(lab.home(account))).toBe(`${accountIds()} 700`);
        expect(owner(lab.home("李 雷"))).toBe("52003:52003 700");
        await lab.serve("grace");
        expect(await lab.shellOf("grace", "cat host.txt notes.txt")).toBe("from the host\nfrom the notebook");
        expect(owner(lab.home("grace"))).toBe(`${GRACE}:${GRACE} 755`);
        await stop("grace");
    });

    step("who is renamed keeps the directory of the host, which has the new name in the server", async () => {
        const [ada, grace, other] = PEOPLE;
        await lab.up({ people: [ada, grace.replace("name: grace", "name: hopper, renamedFrom: grace"), other] });
        expect(lab.outputs.users.hopper.home).toBe(lab.home("grace"));
        await lab.serve("hopper");
        expect(await lab.shellOf("hopper", "pwd; whoami; id -u; cat host.txt notes.txt; touch by-hopper")).toBe(
            `/home/hopper\nhopper\n${GRACE}\nfrom the host\nfrom the notebook`,
        );
        expect(owner(path.join(lab.home("grace"), "by-hopper"))).toBe(`${GRACE}:${GRACE} 640`);
        expect(asRoot("ls", lab.homes()).split("\n")).not.toContain("hopper");
        expect((await new HubClient(lab.outputs.url, "grace").logIn("whatever")).status).toBe(403);
        await stop("hopper");
    });

    step("a link that was planted in place of a home is refused", async () => {
        await stop("ada");
        asRoot("mv", lab.home("ada"), `${lab.home("ada")}.away`);
        asRoot("ln", "-s", "/etc", lab.home("ada"));
        await lab.refused(
            {},
            `users[0]: ${lab.home("ada")} is a symbolic link on the Docker host; below ${lab.homes()} none is followed`,
        );
        asRoot("rm", lab.home("ada"));
        asRoot("mv", `${lab.home("ada")}.away`, lab.home("ada"));
    });

    step("down keeps every home; another format is another home", async () => {
        const before = lab.everything();
        await lab.workspace.succeed("down", lab.workspace.stack);
        expect(lab.everything()).toEqual(before);
        await lab.up({ format: "home/{username}", homes: 'mode: "0750"' });
        expect(lab.outputs.users.grace.home).toBe(path.join(lab.host, "home", "grace"));
        expect(owner(lab.outputs.users.grace.home)).toBe(`${GRACE}:${GRACE} 750`);
        await lab.serve("grace");
        expect(await lab.shellOf("grace", "ls; touch new")).toBe("");
        await stop("grace");
        expect(owner(path.join(lab.outputs.users.grace.home, "new"))).toBe(`${GRACE}:${GRACE} 640`);
        expect(lab.everything()).toEqual(expect.arrayContaining(before));
    });

    step("purge keeps every home too, and says so", async () => {
        const before = lab.everything();
        const { code, stderr } = await lab.workspace.run("purge", lab.workspace.stack, "--yes");
        expect(code).toBe(0);
        expect(stderr).toContain(
            `Kept, because they are directories of the Docker host:\n  ${path.join(lab.host, "home", "ada")}\n`,
        );
        expect(stderr).toContain("-shared-team");
        expect(lab.everything()).toEqual(before);
        expect(lab.workspace.objects()).toEqual({ containers: [], networks: [], volumes: [] });
    });
}
