/** What is wrong on the host is said, and nothing is changed. */
import * as fs from "node:fs";
import { parse } from "yaml";
import { checkHostDirectories } from "../../../components/host/directories";
import { lookingImages } from "../../../components/image/plan";
import { readSettings, type ConfigError } from "../../../components/config/settings";
import { asRoot } from "../../support/deploy/host";
import { GRACE, account, PEOPLE, type HomesOnHost } from "./lab";

export function refusals(lab: HomesOnHost): void {
    const { step } = lab;

    step("what is wrong on the host is said at once, and nothing is changed", async () => {
        fs.mkdirSync(lab.home("grace"), { recursive: true });
        asRoot("chown", "52999:52999", lab.home("grace"));
        fs.symlinkSync("/etc", lab.home("ada"));
        await lab.refused(
            { mounts: `, {host: ${lab.host}/nothing, path: /nothing}` },
            expect.stringMatching(/has 3 problems; nothing was changed\.$/) as string & string,
            `users[0]: ${lab.home("ada")} is a symbolic link on the Docker host; below ${lab.homes()} none is followed`,
            `users[0]: mounts ${lab.host}/nothing, which is not there on the Docker host; make it, or leave the mount out`,
            `users[1]: the home ${lab.home("grace")} belongs to uid 52999, not ${GRACE}; if it is to be theirs: ` +
                `chown -R ${GRACE}:${GRACE} ${lab.home("grace")}`,
        );
        fs.unlinkSync(lab.home("ada"));
        asRoot("rmdir", lab.home("grace"));
        await lab.refused(
            { homes: "create: false" },
            `users[0]: the home ${lab.home("ada")} is not there on the Docker host; make it, or set homes.create: true`,
            `users[2]: the home ${lab.home(account)} is not there on the Docker host; make it, or set homes.create: true`,
        );
        fs.chmodSync(lab.homes(), 0o777);
        await lab.refused(
            {},
            `users[0]: ${lab.homes()} can be written by everybody, who could put a link in place of a home: chown ` +
                `root ${lab.homes()}; chmod go-w ${lab.homes()}`,
        );
        fs.chmodSync(lab.homes(), 0o755);
        await lab.refused(
            { people: ["{name: ada, uid: 52001, gid: 52001}", `{name: no${account}}`] },
            expect.stringMatching(
                new RegExp(`^users\\[1\\]: .*the Docker host has no account "no${account}"$`),
            ) as string & string,
        );
    });

    step(
        "where this machine's files are not the Docker host's, a container looks at them and finds the same",
        async () => {
            fs.symlinkSync("/etc", lab.home("ada"));
            fs.mkdirSync(lab.home("grace"));
            const people = PEOPLE.slice(0, 2).map(person => parse(person) as object);
            const lookAt = (docker: string, preview = false) => {
                const all = {
                    "jupyterhub:users": people,
                    "jupyterhub:defaults": {
                        kind: "system",
                        mounts: [
                            { host: `${lab.host}/nothing`, path: "/n" },
                            { host: `${lab.host}/data`, path: "/d" },
                        ],
                    },
                    "jupyterhub:homes": { hostFormat: `${lab.homes()}/{username}` },
                    "jupyterhub:rootSecret": "x".repeat(64),
                };
                try {
                    const settings = {
                        ...readSettings("test", all, new Set(["jupyterhub:rootSecret"])),
                        docker: { host: docker },
                    };
                    return checkHostDirectories(settings, { images: () => lookingImages(settings), preview });
                } catch (error) {
                    return (error as ConfigError).problems;
                }
            };
            const elsewhere = "unix:///var/run/../run/docker.sock";
            const [here, there] = [lookAt("unix:///var/run/docker.sock"), lookAt(elsewhere)];
            // A preview sees who has a home, and has no container that could see more.
            expect(lookAt(elsewhere, true)).toEqual([]);
            fs.unlinkSync(lab.home("ada"));
            expect(lookAt(elsewhere, true)).toEqual(["ada"]);
            fs.rmdirSync(lab.home("grace"));
            expect(here).toHaveLength(3);
            expect(there).toEqual(here);
        },
    );
}
