import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { directoryProblems, lookHere, pathsOf, shellWord } from "../../../../components/host/directories";
import type { FoundPath } from "../../../../components/host/found";
import { readStat } from "../../../../components/host/remoteDirectories";
import type { Mount, Person } from "../../../../components/config/users/people";

type Some = Pick<Person, "name"> & Partial<Pick<Person, "system" | "mounts" | "supplementaryGroups">>;

const people = (...some: Some[]) =>
    some.map(person => ({ mounts: [], supplementaryGroups: [], ...person }) as unknown as Person);
const system = (name: string, uid: number, hostHome = `/srv/homes/${name}`) => ({
    name,
    system: { uid, gid: uid, hostHome, homesBase: "/srv/homes", home: `/home/${name}` },
});
const directory = (uid = 0, gid = 0, mode = 0o755): FoundPath => ({ kind: "directory", uid, gid, mode });
const LINK: FoundPath = { kind: "link", uid: 0, gid: 0, mode: 0o777 };
const FILE: FoundPath = { kind: "other", uid: 0, gid: 0, mode: 0o644 };

const problems = (some: Person[], found: Record<string, FoundPath>, create = true) =>
    directoryProblems({ people: some, homes: { create } }, new Map(Object.entries({ "/srv": directory(), ...found })));

const ADA = system("ada", 2001);
const GRACE = system("grace", 2002, "/srv/homes/lab/grace");

describe("what has to be looked at", () => {
    it("is every directory from the base down to each home, and what is mounted", () => {
        const mounts: Mount[] = [
            { host: "/mnt/data", path: "/data", readOnly: true },
            { volume: "team", path: "/team", readOnly: false },
        ];
        expect(pathsOf({ people: people(ADA, GRACE, { name: "plain", mounts }) })).toEqual([
            "/srv",
            "/srv/homes",
            "/srv/homes/ada",
            "/srv/homes/lab",
            "/srv/homes/lab/grace",
            "/mnt",
            "/mnt/data",
        ]);
        expect(pathsOf({ people: people({ name: "plain" }) })).toEqual([]);
    });
});

describe("what is found", () => {
    it("may be missing where homes are made, and has to be there where they are not", () => {
        expect(problems(people(ADA, GRACE), { "/srv/homes": directory() })).toEqual([]);
        expect(problems(people(ADA), {})).toEqual([]);
        const homes = { "/srv/homes": directory(), "/srv/homes/ada": directory(2001) };
        expect(problems(people({ name: "plain" }, ADA, GRACE), homes, false)).toEqual([
            {
                path: "users[2]",
                message:
                    "the home /srv/homes/lab/grace is not there on the Docker host; make it, or set homes.create: true",
            },
        ]);
    });

    it("has to be the person's", () => {
        const found = { "/srv/homes": directory(), "/srv/homes/ada": directory(0), "/srv/homes/it's": directory(2001) };
        expect(problems(people(ADA, system("it's", 2003)), found)).toEqual([
            {
                path: "users[0]",
                message:
                    "the home /srv/homes/ada belongs to uid 0, not 2001; if it is to be theirs: chown -R " +
                    "2001:2001 /srv/homes/ada",
            },
            {
                path: "users[1]",
                message:
                    "the home /srv/homes/it's belongs to uid 2001, not 2003; if it is to be theirs: chown -R " +
                    `2003:2003 '/srv/homes/it'"'"'s'`,
            },
        ]);
        expect(
            problems(people(ADA), { "/srv/homes": directory(), "/srv/homes/ada": directory(2001, 50, 0o777) }),
        ).toEqual([]);
    });

    it.each([
        [
            "/srv/homes/lab",
            LINK,
            "/srv/homes/lab is a symbolic link on the Docker host; below /srv/homes none is followed",
        ],
        [
            "/srv/homes/lab/grace",
            LINK,
            "/srv/homes/lab/grace is a symbolic link on the Docker host; below /srv/homes none is followed",
        ],
        ["/srv/homes", FILE, "/srv/homes is no directory on the Docker host"],
        ["/srv/homes/lab", FILE, "/srv/homes/lab is no directory on the Docker host"],
        ["/srv/homes/lab/grace", FILE, "/srv/homes/lab/grace is no directory on the Docker host"],
    ])("%s may not be anything but a directory", (place, there, message) => {
        const good = {
            "/srv/homes": directory(),
            "/srv/homes/lab": directory(),
            "/srv/homes/lab/grace": directory(2002),
        };
        for (const create of [true, false]) {
            expect(problems(people(GRACE), { ...good, [place]: there }, create)).toEqual([
                { path: "users[0]", message },
            ]);
        }
    });

    it("may have a link as the base, which only the administrator can make", () => {
        expect(problems(people(ADA), { "/srv/homes": LINK, "/srv/homes/ada": directory(2001) })).toEqual([]);
        for (const place of ["/srv", "/srv/homes"]) {
            expect(
                problems(people(ADA), {
                    "/srv/homes": directory(),
                    [place]: { ...(LINK as object), uid: 2001 } as FoundPath,
                }),
            ).toEqual([
                {
                    path: "users[0]",
                    message:
                        `${place} is a symbolic link that belongs to uid 2001 on the Docker host; name what it ` +
                        "leads to",
                },
            ]);
        }
    });

    it("may not be exchanged above the base either, which the sticky bit of a directory like /tmp sees to", () => {
        const message = (who: string) => [
            {
                path: "users[0]",
                message:
                    `/srv can be written by ${who}, who could put a link in place of a home: chown root /srv; ` +
                    "chmod go-w /srv",
            },
        ];
        expect(problems(people(ADA), { "/srv": directory(0, 0, 0o777), "/srv/homes": directory() })).toEqual(
            message("everybody"),
        );
        expect(problems(people(ADA), { "/srv": directory(2001, 0, 0o1755), "/srv/homes": directory() })).toEqual(
            message("uid 2001"),
        );
        expect(problems(people(ADA), { "/srv": directory(0, 0, 0o1777), "/srv/homes": directory() })).toEqual([]);
    });

    it.each([
        [directory(0, 0, 0o757), "everybody"],
        [directory(0, 0, 0o1777), "everybody"],
        [directory(2002), "uid 2002"],
        [directory(0, 2001, 0o775), "group 2001"],
        [directory(0, 100, 0o2775), "group 100"],
        [directory(0, 7, 0o775), "group 7"],
    ])("above homes may not be writable by people: %j, said once", (there, who) => {
        const listed = people({ ...ADA, supplementaryGroups: [7] }, system("grace", 2002));
        const message =
            `/srv/homes can be written by ${who}, who could put a link in place of a home: chown root ` +
            "/srv/homes; chmod go-w /srv/homes";
        expect(problems(listed, { "/srv/homes": there })).toEqual([{ path: "users[0]", message }]);
    });

    it("above homes may belong to others, and to their groups", () => {
        expect(problems(people(ADA), { "/srv/homes": directory(1, 2, 0o775) })).toEqual([]);
        expect(problems(people(ADA), { "/srv/homes": directory(0, 2001, 0o755) })).toEqual([]);
    });

    it("may be out of sight: Docker's own answer comes later", () => {
        expect(
            problems(
                people({ ...ADA, mounts: [{ host: "/data", path: "/data", readOnly: true }] }),
                { "/srv/homes": directory(), "/srv/homes/ada": "unseen", "/data": "unseen" },
                false,
            ),
        ).toEqual([]);
    });

    it("has every mounted path, each said once and in the list's order", () => {
        const mounts: Mount[] = [
            { host: "/data", path: "/data", readOnly: true },
            { host: "/there", path: "/x", readOnly: false },
        ];
        const listed = people({ name: "plain", mounts }, { ...ADA, mounts }, GRACE);
        expect(problems(listed, { "/srv/homes": directory(), "/there": FILE, "/srv/homes/lab": LINK })).toEqual([
            {
                path: "users[0]",
                message: "mounts /data, which is not there on the Docker host; make it, or leave the mount out",
            },
            {
                path: "users[2]",
                message: "/srv/homes/lab is a symbolic link on the Docker host; below /srv/homes none is followed",
            },
        ]);
    });
});

describe("a link on the way to what is mounted", () => {
    const listed = people({ name: "plain", mounts: [{ host: "/mnt/data", path: "/data", readOnly: true }] });

    it("is the administrator's, or refused", () => {
        expect(problems(listed, { "/mnt": LINK, "/mnt/data": LINK })).toEqual([]);
        expect(
            problems(listed, { "/mnt": directory(), "/mnt/data": { ...(LINK as object), uid: 2001 } as FoundPath }),
        ).toEqual([
            {
                path: "users[0]",
                message:
                    "mounts /mnt/data, but /mnt/data is a symbolic link that belongs to uid 2001 on the " +
                    "Docker host; name what it leads to",
            },
        ]);
        expect(
            problems(listed, { "/mnt": { ...(LINK as object), uid: 5 } as FoundPath, "/mnt/data": directory() }),
        ).toEqual([
            {
                path: "users[0]",
                message:
                    "mounts /mnt/data, but /mnt is a symbolic link that belongs to uid 5 on the Docker host; " +
                    "name what it leads to",
            },
        ]);
    });
});

describe("looking", () => {
    it("sees links as links, here", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "look-test-"));
        try {
            fs.mkdirSync(path.join(folder, "d"), { mode: 0o750 });
            fs.writeFileSync(path.join(folder, "f"), "");
            fs.symlinkSync("/etc", path.join(folder, "l"));
            const kinds = Object.fromEntries(
                [...lookHere(["d", "f", "l", "missing", "f/below"].map(name => path.join(folder, name)))].map(
                    ([file, found]) => [path.relative(folder, file), (found as { kind: string }).kind],
                ),
            );
            expect(kinds).toEqual({ d: "directory", f: "other", l: "link" });
            expect(lookHere([path.join(folder, "d")]).get(path.join(folder, "d"))).toEqual({
                kind: "directory",
                uid: process.getuid?.(),
                gid: process.getgid?.(),
                mode: 0o750,
            });
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });

    it("reads what stat says inside a container", () => {
        const said = "41c0 2001 2001 /host/srv/homes/a b\n\0a1ff 0 0 /host/l\x0081a4 0 0 /host/f\0";
        expect([...readStat(said, "stat: cannot statx '/host/x': No such file or directory\n", ["/x"])]).toEqual([
            ["/srv/homes/a b\n", { kind: "directory", uid: 2001, gid: 2001, mode: 0o700 }],
            ["/l", { kind: "link", uid: 0, gid: 0, mode: 0o777 }],
            ["/f", { kind: "other", uid: 0, gid: 0, mode: 0o644 }],
        ]);
        expect([...readStat("", "stat: cannot statx '/host/x': Permission denied\n", ["/x"])]).toEqual([
            ["/x", "unseen"],
        ]);
    });

    it("quotes for a shell only what needs it", () => {
        expect(["/srv/a-b_c.d@e", "a b", "$(x)", "'", ""].map(shellWord)).toEqual([
            "/srv/a-b_c.d@e",
            "'a b'",
            "'$(x)'",
            `''"'"''`,
            "''",
        ]);
    });
});

it("homes that are made when a server starts are not looked at, mounts are", () => {
    const dynamic = {
        allow: "listed",
        namedServers: 0,
        launcher: { startsPerMinute: 1, uids: { from: 1, to: 2 } },
    } as const;
    const mounts = [{ host: "/data", path: "/data", readOnly: true }];
    expect(pathsOf({ people: people(ADA, { ...GRACE, mounts }), dynamic })).toEqual(["/data"]);
    expect(directoryProblems({ people: people(ADA), homes: { create: false }, dynamic }, new Map())).toEqual([]);
});
