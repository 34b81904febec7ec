/** What people see from inside, and what they do not. */
import * as path from "node:path";
import { asRoot } from "../../support/deploy/host";
import { ADA, GRACE, PROJECT, owner, type HomesOnHost } from "./lab";

export function inside(lab: HomesOnHost): void {
    const { step } = lab;

    step("from inside, everybody is who they are on the host", async () => {
        await lab.serve("ada");
        await lab.serve("grace");
        const who = (name: string) =>
            lab.shellOf(name, 'id -u; id -g; id -G; echo "$HOME $USER $NB_USER $NB_UID $NB_GID"; pwd; cat .profile');
        expect((await who("ada")).split("\n")).toEqual([
            `${ADA}`,
            `${ADA}`,
            `${ADA} 100`,
            `/home/ada ada ada ${ADA} ${ADA}`,
            "/home/ada",
            "export SKELETON=yes",
            "",
        ]);
        expect((await who("grace")).split("\n")).toEqual([
            `${GRACE}`,
            `${GRACE}`,
            `${GRACE} 100 ${PROJECT}`,
            `/home/grace grace grace ${GRACE} ${GRACE}`,
            "/home/grace",
            "export SKELETON=yes",
            "",
        ]);
        expect(await lab.shellOf("ada", "grep -hE '^(CapBnd|CapEff|NoNewPrivs)' /proc/self/status | sort")).toBe(
            "CapBnd:\t0000000000000000\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n",
        );
    });

    step("a commit by git works as for any account", async () => {
        expect(
            await lab.shellOf(
                "ada",
                "git init -q repo && cd repo && git config user.name Ada && git config user.email " +
                    "ada@example.org && echo 1 > a && git add a && git commit -qm first && git log --format='%an, %s'",
            ),
        ).toBe("Ada, first\n");
        expect(owner(path.join(lab.home("ada"), "repo", ".git", "HEAD"))).toMatch(`${ADA}:${ADA} `);
    });

    step(
        "what is made in the notebook is the person's on the host, and what lies on the host is in the notebook",
        async () => {
            const { client, token } = lab.people.grace;
            const made = await fetch(client.server("api/contents/notes.txt"), {
                method: "PUT",
                headers: { Authorization: `token ${token}` },
                body: JSON.stringify({ type: "file", format: "text", content: "from the notebook" }),
            });
            expect(made.status).toBe(201);
            expect(owner(path.join(lab.home("grace"), "notes.txt"))).toBe(`${GRACE}:${GRACE} 640`);
            expect(asRoot("cat", path.join(lab.home("grace"), "notes.txt"))).toBe("from the notebook");
            await lab.shellOf("ada", "touch made-in-kernel");
            expect(owner(path.join(lab.home("ada"), "made-in-kernel"))).toBe(`${ADA}:${ADA} 644`);
            asRoot(
                "sh",
                "-c",
                `echo "from the host" > ${lab.home("grace")}/host.txt; chown ${GRACE}:${GRACE} ` +
                    `${lab.home("grace")}/host.txt; chmod 600 ${lab.home("grace")}/host.txt`,
            );
            expect(await lab.shellOf("grace", "cat host.txt")).toBe("from the host\n");
            expect(await lab.shellOf("ada", "cat /data/rows.csv; touch /data/x")).toBe(
                "1,2\ntouch: cannot touch '/data/x': Read-only file system\n",
            );
        },
    );

    step("a shared volume can be written by everybody's group", async () => {
        expect(
            await lab.shellOf(
                "grace",
                "stat -c '%u:%g %a' /team; umask 0002; echo hello > /team/note; stat -c '%u:%g %a' /team/note",
            ),
        ).toBe(`0:100 2775\n${GRACE}:100 664\n`);
        expect(await lab.shellOf("ada", "ls /team 2>&1")).toMatch(/No such file/); // It is mounted only where it is asked for.
    });

    step("another person's home is neither mounted nor to be reached by any path", async () => {
        asRoot(
            "sh",
            "-c",
            `chmod 755 ${lab.home("grace")}; echo SECRET > ${lab.home("grace")}/secret-of-grace.txt; chmod 644 ` +
                `${lab.home("grace")}/secret-of-grace.txt`,
        ); // Rights must not be all that keeps ada out.
        expect(await lab.shellOf("grace", "cat secret-of-grace.txt")).toBe("SECRET\n");
        expect(await lab.shellOf("ada", "grep -c grace /proc/self/mountinfo")).toBe("0\n");
        const paths = [
            `${lab.home("grace")}/secret-of-grace.txt`,
            "/home/grace/secret-of-grace.txt",
            "../grace/secret-of-grace.txt",
            `/../../${lab.home("grace")}/secret-of-grace.txt`,
            `/proc/1/root${lab.home("grace")}/secret-of-grace.txt`,
            `/proc/1/cwd/../grace/secret-of-grace.txt`,
            `/proc/*/root${lab.home("grace")}/secret-of-grace.txt`,
            `/proc/*/cwd/../grace/secret-of-grace.txt`,
            "/proc/*/fd/*/../grace/secret-of-grace.txt",
            "/home/ada/../grace/secret-of-grace.txt",
            "by-link/secret-of-grace.txt",
            "by-parent/grace/secret-of-grace.txt",
        ];
        const links = `ln -sfn ${lab.home("grace")} by-link; ln -sfn .. by-parent; ln -sfn /proc/1/root by-proc`;
        expect(
            await lab.shellOf(
                "ada",
                `${links}; cat ${paths.join(" ")} by-proc${lab.home("grace")}/secret-of-grace.txt 2>/dev/null`,
            ),
        ).toBe("");
        const search =
            "echo OWN > secret-of-ada.txt; find / -name 'secret-of-*.txt' 2>/dev/null; grep -rhs '' / " +
            "--include='secret-of-*.txt'";
        expect(await lab.shellOf("ada", search)).toBe("/home/ada/secret-of-ada.txt\nOWN\n");
        // By ways that need a right the server does not have: another uid, a device, another mount, a parent by handle.
        const attempts = [
            `python3 -c 'import os; os.setuid(${GRACE})'`,
            `python3 -c 'import os; os.setgroups([${GRACE}])'`,
            "mount --bind / /mnt",
            "mknod disk b 8 0",
            "unshare --user --map-root-user --mount true",
            "chroot / true",
            "nsenter --target 1 --mount true",
            `su ${"grace"} -c true </dev/null`,
        ];
        for (const attempt of attempts) {
            expect([attempt, await lab.shellOf("ada", `${attempt} >/dev/null 2>&1 && echo GOT IN`)]).toEqual([
                attempt,
                "",
            ]);
        }
        // The server's own file API follows ada's links no further than her container.
        const { client, token } = lab.people.ada;
        for (const file of [
            "by-link/secret-of-grace.txt",
            "by-parent/grace/secret-of-grace.txt",
            "..%2fgrace%2fsecret-of-grace.txt",
            `by-proc${lab.home("grace")}/secret-of-grace.txt`,
        ]) {
            const answer = await fetch(client.server(`api/contents/${file}`), {
                headers: { Authorization: `token ${token}` },
            });
            expect([file, answer.ok, (await answer.text()).includes("SECRET")]).toEqual([file, false, false]);
        }
    });
}
