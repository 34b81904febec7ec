/** Back again: beside the stack, and on a machine that has nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { arrive } from "../../../support/deploy/arrive";
import { HubClient } from "../../../support/deploy/hubClient";
import { waitFor } from "../../../support/deploy/waitFor";
import { asRoot, freePort } from "../../../support/deploy/host";
import type { Backup } from "./lab";

export function restoring(lab: Backup): void {
    const { step } = lab;

    step(
        "beside the stack under another name: a killed restore is refused by up and done again, the original is " +
            "not touched",
        async () => {
            const before = { objects: lab.workspace.objects(), started: lab.started() };
            const killed = lab.begin("restore", lab.file, "--as", lab.trial);
            await waitFor(
                async () => lab.beside().volumes.some(name => name.endsWith("-home-ada")),
                120,
                "ada's volume",
                20,
            );
            process.kill(-(killed.child.pid as number), "SIGKILL");
            await killed.end;
            expect((await lab.workspace.run("up", lab.trial)).stderr).toContain(
                `The stack "${lab.trial}" was being restored, and that was killed. Once more: npm run restore -- FILE.`,
            );

            const { code, stderr } = await lab.workspace.run("restore", lab.file, "--as", lab.trial);
            expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
            expect(stderr).toContain(`Not restored: ${lab.homes()}/alan, a directory of the Docker host`);
            const { containers, networks, volumes } = lab.beside();
            expect({ containers, networks }).toEqual({ containers: [], networks: [] });
            const named = (part: string) => volumes.find(name => name.endsWith(`-${part}`)) as string;
            expect(volumes.map(name => name.replace(/^\w+-\w+-/, ""))).toEqual([
                "home-ada",
                "home-grace",
                "hub-data",
                "shared-team",
            ]);
            expect(lab.look(named("home-grace"))).toEqual(lab.graceBefore);
            expect(lab.inside(named("shared-team"), "print(open('/place/shared.txt').read())")).toBe("for all");
            // Consecutive up to the moment it was read.
            lab.inside(
                named("home-ada"),
                "lines = open('/place/counted').read().split('\\n')[:-1]\nassert len(lines) > 0 and lines == " +
                    "[str(i + 1) for i in range(len(lines))], lines[-3:]",
            );
            expect(
                lab.inside(
                    named("hub-data"),
                    "import sqlite3\ndb = sqlite3.connect('/place/jupyterhub.sqlite')\nprint(db.execute('pragma " +
                        "integrity_check').fetchone()[0], db.execute(\"select count(*) from users where name = " +
                        "'ada'\").fetchone()[0])",
                ),
            ).toBe("ok 1");
            expect(
                lab.inside(
                    named("hub-data"),
                    "import os\nprint(sorted({(s.st_uid, s.st_gid) for s in [os.stat('/place'), " +
                        "os.stat('/place/jupyterhub.sqlite')]}), oct(os.stat('/place').st_mode & 0o777))",
                ),
            ).toBe("[(1000, 1000)] 0o700");
            expect({ objects: lab.workspace.objects(), started: lab.started() }).toEqual(before);

            const trialFile = path.join(lab.workspace.root, "stacks", `Pulumi.${lab.trial}.yaml`);
            const port = await freePort();
            fs.writeFileSync(
                trialFile,
                fs.readFileSync(trialFile, "utf8").replace(/(listen: 127\.0\.0\.1:)\d+/, `$1${port}`),
            );
            await lab.workspace.succeed("up", lab.trial);
            const passwords = JSON.parse(
                await lab.workspace.succeed(
                    "pulumi",
                    "stack",
                    "output",
                    "passwords",
                    "--json",
                    "--show-secrets",
                    "--stack",
                    lab.trial,
                ),
            ) as Record<string, string>;
            expect(passwords.ada).not.toBe(lab.outputs.passwords.ada);
            expect((await new HubClient(`http://127.0.0.1:${port}/`, "ada").logIn(passwords.ada)).status).toBe(302);
            expect(lab.started()).toEqual(before.started);
            await lab.workspace.succeed("purge", lab.trial, "--yes");
            expect(lab.beside()).toEqual({ containers: [], networks: [], volumes: [] });
            expect(lab.started()).toEqual(before.started);
        },
    );

    step("on a machine that has nothing: the same files, passwords and database", async () => {
        lab.kernel?.close();
        await lab.workspace.succeed("purge", lab.workspace.stack, "--yes");
        fs.rmSync(lab.workspace.env.XDG_DATA_HOME as string, { recursive: true });
        fs.rmSync(lab.workspace.stackFile);
        fs.rmSync(path.join(lab.workspace.root, "stacks", `Pulumi.${lab.trial}.yaml`));

        const taken = await lab.workspace.run("restore", lab.file, "--system-homes");
        expect(taken.stderr).toContain(
            `There is data already, and it is not overwritten; nothing was changed:\n  directory ${lab.homes()}/alan\n`,
        );
        expect(lab.workspace.objects()).toEqual({ containers: [], networks: [], volumes: [] });
        expect(fs.existsSync(lab.workspace.stackFile)).toBe(false);
        asRoot("rm", "-rf", path.join(lab.homes(), "alan"));

        await lab.workspace.succeed("restore", lab.file, "--system-homes");
        expect(lab.look(path.join(lab.homes(), "alan"))).toEqual(lab.alanBefore);
        await lab.workspace.up();
        const again = await lab.workspace.outputs();
        expect(again.users).toEqual(lab.outputs.users);
        expect(again.passwords).toEqual(lab.outputs.passwords);
        expect(lab.look(again.users.grace.home)).toEqual(lab.graceBefore);
        lab.kernel = (await arrive(again, "ada")).kernel;
        expect(await lab.kernel.run("import os; print(os.path.getsize(os.path.expanduser('~/large')))")).toBe(
            `${150 << 20}\n`,
        );
    });
}
