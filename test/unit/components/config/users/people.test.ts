import { UserError } from "../../../../../components/errors/userError";
import type { Lookups } from "../../../../../components/config/settings";
import { read, pathsAndProblems } from "../../../../support/unit/config";

const problemsOf = (config: Record<string, unknown>, lookups?: Lookups) =>
    pathsAndProblems(() => read(config, lookups));

describe("groups", () => {
    const config = {
        defaults: {
            memory: "1G",
            env: { A: "defaults", B: "defaults", C: "defaults" },
            mounts: [{ volume: "all", path: "/team" }],
        },
        groups: {
            staff: {
                memory: "4G",
                cpus: 2,
                env: { B: "staff", C: "staff" },
                mounts: [
                    { volume: "staff", path: "/team/" },
                    { host: "/srv/data", path: "/data", readOnly: true },
                ],
            },
            gpu: { cpus: 8, gpus: 1, env: { C: "gpu" } },
        },
    };

    it("win over the defaults, the one listed last over the others, and the person over all", () => {
        const { people } = read({
            ...config,
            users: [
                "ada",
                { name: "grace", groups: ["staff"] },
                { name: "alan", groups: ["staff", "gpu"] },
                { name: "mary", groups: ["gpu", "staff"], memory: "512M", env: { C: "mary" } },
            ],
        });
        expect(
            people.map(({ name, memory, cpus, gpus, env }) => [name, memory, cpus, gpus, ...Object.values(env)]),
        ).toEqual([
            ["ada", 1024, 1, undefined, "defaults", "defaults", "defaults"],
            ["grace", 4096, 2, undefined, "defaults", "staff", "staff"],
            ["alan", 4096, 8, 1, "defaults", "staff", "gpu"],
            ["mary", 512, 2, 1, "defaults", "staff", "mary"],
        ]);
        expect(people[0].mounts).toEqual([{ volume: "all", path: "/team", readOnly: false }]);
        expect(people[1].mounts).toEqual([
            { host: "/srv/data", path: "/data", readOnly: true },
            { volume: "staff", path: "/team", readOnly: false },
        ]);
    });

    it("may have no settings; they reach JupyterHub sorted", () => {
        expect(read({ users: [{ name: "ada", groups: ["b", "a", "b"] }] }).people[0].groups).toEqual(["a", "b"]);
    });
});

describe("system people", () => {
    it("have a uid, a gid, a home on the host and one in the server", () => {
        const { people } = read({
            users: [
                {
                    name: "Ada",
                    kind: "system",
                    uid: 2001,
                    gid: 2001,
                    supplementaryGroups: [3000, 100, 3000],
                    umask: "027",
                },
                { name: "grace@example.org", uid: 2002, groups: ["lab"] },
            ],
            groups: { lab: { kind: "system", gid: 100 } },
            homes: { hostFormat: "/volumes/user/{username}/", imageFormat: "/home/{escaped}" },
        });
        expect(people[0]).toMatchObject({
            name: "ada",
            kind: "system",
            image: "system",
            system: {
                uid: 2001,
                gid: 2001,
                hostHome: "/volumes/user/ada",
                homesBase: "/volumes/user",
                home: "/home/ada",
            },
            supplementaryGroups: [100, 3000],
            umask: "0027",
        });
        expect(people[1]).toMatchObject({
            system: {
                uid: 2002,
                gid: 100,
                hostHome: "/volumes/user/grace@example.org",
                homesBase: "/volumes/user",
                home: "/home/grace-40example-2eorg",
            },
        });
    });

    it("have what the host's account says where the config says nothing; it is asked once, and only then", () => {
        const asked: (readonly string[])[] = [];
        const accounts = (names: readonly string[]) => (
            asked.push(names),
            new Map([
                ["ada", { uid: 1001, gid: 1001 }],
                ["grace", { uid: 1002, gid: 1002 }],
            ])
        );
        const users = [
            { name: "ada", kind: "system" },
            { name: "grace", kind: "system", uid: 5 },
            { name: "alan", kind: "system", uid: 6, gid: 6 },
            "mary",
        ];
        const { people } = read({ users }, { accounts });
        expect(people.map(({ system }) => system && [system.uid, system.gid])).toEqual([
            [1001, 1001],
            [5, 1002],
            [6, 6],
            undefined,
        ]);
        expect(asked).toEqual([["ada", "grace"]]);
        read({ users: users.slice(2) }, { accounts });
        expect(asked.length).toBe(1);
    });

    it("are refused where nothing is known of them, or where they are root", () => {
        const users = [
            { name: "ada", kind: "system" },
            { name: "grace", kind: "system", gid: 5 },
            { name: "toor", kind: "system" },
        ];
        expect(problemsOf({ users })).toEqual([
            "users[0]: a system person needs uid and gid: put it into the config",
            "users[1]: a system person needs uid: put it into the config",
            "users[2]: a system person needs uid and gid: put it into the config",
        ]);
        const none: Lookups["accounts"] = () => {
            throw new UserError("accounts of a tcp:// Docker host cannot be read");
        };
        expect(problemsOf({ users: users.slice(0, 1) }, { accounts: none })).toEqual([
            "users[0]: a system person needs uid and gid: accounts of a tcp:// Docker host cannot be read",
        ]);
        expect(problemsOf({ users }, { accounts: () => new Map([["toor", { uid: 0, gid: 0 }]]) })).toEqual([
            'users[0]: a system person needs uid and gid: the Docker host has no account "ada"',
            'users[1]: a system person needs uid: the Docker host has no account "grace"',
            "users[2]: the Docker host's account \"toor\" is root's (uid 0, gid 0)",
        ]);
    });

    it("of two accounts with one uid the second is refused", () => {
        const accounts = () =>
            new Map([
                ["ada", { uid: 1001, gid: 1 }],
                ["grace", { uid: 1001, gid: 2 }],
            ]);
        expect(
            problemsOf(
                {
                    users: [
                        { name: "ada", kind: "system" },
                        { name: "grace", kind: "system" },
                    ],
                },
                { accounts },
            ),
        ).toEqual(["users[1]: uid 1001 is also ada's (users[0])"]);
    });

    it("keep their homes from other people's mounts", () => {
        const users = [
            { name: "ada", kind: "system", uid: 1, gid: 1, mounts: [{ host: "/home/ada", path: "/again" }] },
            {
                name: "grace",
                mounts: [
                    { host: "/home/ada/data/x", path: "/x" },
                    { host: "/home/adab", path: "/y" },
                    { host: "/home", path: "/z", readOnly: true },
                    { host: "/home/ada", path: "/w" },
                ],
            },
        ];
        expect(problemsOf({ users })).toEqual([
            "users[1].mounts[0].host: /home/ada/data/x is in the home of ada",
            "users[1].mounts[2].host: /home holds the home of ada",
            "users[1].mounts[3].host: /home/ada is the home of ada",
        ]);
    });

    it("cannot exchange what is mounted for a link, which Docker would follow at a server's start", () => {
        const home = "who can exchange it for a link to anything; the home is mounted already";
        const outer = "can exchange it for a link to anything; mount one of them, or the outer one readOnly";
        const mounts = (...some: [string, boolean?][]) =>
            some.map(([host, readOnly], i) => ({
                host,
                path: `/m${i}`,
                ...(readOnly === undefined ? {} : { readOnly }),
            }));
        const ada = { name: "ada", kind: "system", uid: 1, gid: 1 };
        expect(problemsOf({ users: [{ ...ada, mounts: mounts(["/home/ada/data", true]) }] })).toEqual([
            `users[0].mounts[0].host: /home/ada/data is in the home of ada, ${home}`,
        ]);
        expect(problemsOf({ users: [{ ...ada, mounts: mounts(["/home"]) }] })).toEqual([
            "users[0].mounts[0].host: /home holds the home of ada, who could exchange it for a link to " +
                "anything; mount it readOnly, or other directories",
        ]);
        expect(read({ users: [{ ...ada, mounts: mounts(["/home", true]) }] }).people.length).toBe(1);
        const shared = { name: "grace", mounts: mounts(["/srv/./team/"]) };
        expect(
            problemsOf({
                users: [shared],
                defaults: { mounts: [{ host: "/srv/team/data", path: "/data", readOnly: true }] },
            }),
        ).toEqual([`defaults.mounts[0].host: /srv/team/data is in /srv/team, where grace ${outer}`]);
        const others = [{ name: "alan", mounts: mounts(["/srv/team"], ["/srv/teams/x"], ["/srv", true]) }];
        expect(read({ users: [shared, ...others] }).people.length).toBe(2);
    });
});

describe("idle", () => {
    it("is the stack's, the group's or the person's, each limit by itself", () => {
        const { idle, people } = read({
            idle: { maxAge: "7d" },
            defaults: { idle: { cullAfter: "30m" } },
            groups: { staff: { idle: { maxAge: "never" } } },
            users: ["ada", { name: "grace", groups: ["staff"], idle: { cullAfter: "never" } }],
        });
        expect(idle).toEqual({ cullAfter: 3600, maxAge: 604_800 });
        expect(people.map(person => person.idle)).toEqual([{ cullAfter: 1800 }, { cullAfter: 0, maxAge: 0 }]);
    });

    it("is checked", () => {
        expect(
            problemsOf({ users: [{ name: "ada", idle: { cullAfter: "1s", maxage: "1h" } }], idle: { maxAge: "soon" } }),
        ).toEqual([
            "users[0].idle.cullAfter: 1s is too short; at least 1m, or never",
            'users[0].idle: unknown key "maxage"; did you mean "maxAge"?',
            'idle.maxAge: "soon" is not a duration; write it like 30m, 1h or 7d, or never',
        ]);
    });
});
