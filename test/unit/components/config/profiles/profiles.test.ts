/** What people choose from: who may take what, and what a server is made of then. */
import fc from "fast-check";
import { servedPeople } from "../../../../../components/config/profiles/settings";
import { OTHERS } from "../../../../../components/config/users/others";
import { pathsAndProblems, read, SECRET } from "../../../../support/unit/config";

const BASE = { spawning: "dynamic", authentication: { type: "dummy" } };
const readDynamic = (config: Record<string, unknown>) => {
    const settings = read({ ...BASE, ...config });
    return { ...settings, dynamic: settings.dynamic as NonNullable<typeof settings.dynamic> };
};
/** Person → keys of what they may take, the preselected profile first. */
const menusOf = (config: Record<string, unknown>) =>
    Object.fromEntries(
        [...(readDynamic(config).dynamic.profiles?.menus ?? [])].map(([name, { preselected, entries }]) => [
            name,
            [preselected, ...entries.keys()],
        ]),
    );

const NOTEBOOKS = { images: { notebooks: { science: {}, r: {} } } };

describe("profiles", () => {
    it.each([[[3]], [{ max: 3 }], [null], [""], ["3 "], ["-1"], ["1.0"]])("further servers are no %j", namedServers => {
        expect(pathsAndProblems(() => readDynamic({ users: ["ada"], namedServers }))).toEqual([
            expect.stringMatching(/^namedServers: expected a number of servers, a whole number, got /),
        ]);
    });

    it("are for everybody, for members of groups, or for people by name", () => {
        expect(
            menusOf({
                users: ["Ada", { name: "grace", groups: ["staff"] }, { name: "alan", groups: ["lab", "staff"] }],
                allow: "all",
                profiles: {
                    small: {},
                    staff: { groups: ["staff"] },
                    own: { users: ["ADA"] },
                    both: { users: ["ada"], groups: ["lab"] },
                    nobody: { users: [] },
                },
            }),
        ).toEqual({
            ada: ["small", "small", "own", "both"],
            grace: ["small", "small", "staff"],
            alan: ["small", "small", "staff", "both"],
            [OTHERS]: ["small", "small"],
        });
    });

    it("are for members of a group that everybody is in", () => {
        const config = {
            users: ["ada"],
            allow: "all",
            defaults: { groups: ["all"] },
            profiles: { a: { groups: ["all"] } },
        };
        expect(menusOf(config)).toEqual({ ada: ["a", "a"], [OTHERS]: ["a", "a"] });
    });

    it("have one that is preselected: the default, else the first that somebody may take", () => {
        expect(
            menusOf({
                users: ["ada", { name: "grace", groups: ["staff"] }],
                profiles: { first: { groups: ["staff"] }, second: {}, third: { default: true, groups: ["staff"] } },
            }),
        ).toEqual({ ada: ["second", "second"], grace: ["third", "first", "second", "third"] });
    });

    it("with a choice of images are there with each, and by themselves with the first", () => {
        const { dynamic } = readDynamic({
            ...NOTEBOOKS,
            users: ["ada"],
            profiles: { small: {}, large: { images: ["science", "r"], memory: "4G" }, one: { image: "r" } },
        });
        const { entries } = dynamic.profiles?.menus.get("ada") ?? {};
        expect([...(entries ?? [])].map(([key, { image, memory }]) => [key, image, memory])).toEqual([
            ["small", "default", 1024],
            ["large", "science", 4096],
            ["large~science", "science", 4096],
            ["large~r", "r", 4096],
            ["one", "r", 1024],
        ]);
    });

    it("win over person, group and defaults; variables and mounts come together", () => {
        const { people, dynamic } = readDynamic({
            users: [
                {
                    name: "ada",
                    memory: "2G",
                    pids: 99,
                    groups: ["staff"],
                    env: { A: "ada", B: "ada" },
                    mounts: [{ volume: "ada", path: "/team" }],
                },
            ],
            groups: { staff: { shm: "1G", cpus: 3 } },
            defaults: { openLimit: "100M", env: { C: "defaults" } },
            gpus: [0],
            profiles: {
                all: {
                    memory: "4G",
                    cpus: 2,
                    shm: "2G",
                    openLimit: "200M",
                    pids: 100,
                    gpus: 1,
                    env: { B: "all", D: "all" },
                    mounts: [
                        { volume: "all", path: "/team/" },
                        { host: "/srv", path: "/srv", readOnly: true },
                    ],
                },
                none: {},
            },
        });
        const { entries } = dynamic.profiles?.menus.get("ada") ?? {};
        const all = entries?.get("all");
        expect(all).toMatchObject({
            memory: 4096,
            cpus: 2,
            shm: 2048,
            openLimit: 200,
            pids: 100,
            gpus: 1,
            env: { A: "ada", B: "all", C: "defaults", D: "all" },
            mounts: [
                { host: "/srv", path: "/srv", readOnly: true },
                { volume: "all", path: "/team", readOnly: false },
            ],
        });
        expect(entries?.get("none")).toMatchObject({ memory: 2048, cpus: 3, shm: 1024, openLimit: 100, pids: 99 });
        expect(entries?.get("none")).not.toHaveProperty("gpus");
        // Until they choose, people are as they would be with what is preselected.
        expect(people).toEqual([all]);
        expect(all).toMatchObject({ name: "ada", groups: ["staff"], kind: "plain", homeName: "ada" });
    });

    it("are read by people, in the order of the file", () => {
        const { dynamic } = readDynamic({
            ...NOTEBOOKS,
            users: ["ada"],
            gpus: ["0", "1"],
            profiles: {
                small: {},
                gpu: { displayName: "One GPU", description: "For training", gpus: 1, images: ["r"] },
            },
        });
        expect(dynamic.profiles?.all).toEqual([
            { slug: "small", displayName: "small", description: "", images: [], gpus: 0, mounts: [] },
            { slug: "gpu", displayName: "One GPU", description: "For training", images: ["r"], gpus: 1, mounts: [] },
        ]);
    });

    it("are nothing where there are none, and further servers none", () => {
        const { dynamic } = readDynamic({ users: ["ada"], profiles: {} });
        expect(dynamic).toEqual({
            allow: "listed",
            namedServers: 0,
            launcher: { startsPerMinute: 120, uids: { from: 1000, to: 59_999 } },
        });
        expect(readDynamic({ users: [], namedServers: 20 }).dynamic.namedServers).toBe(20);
        // As Pulumi hands it on.
        expect(readDynamic({ users: [], namedServers: "3" }).dynamic.namedServers).toBe(3);
        expect(read({ users: ["ada"], namedServers: 0, profiles: {} }).dynamic).toBeUndefined();
    });

    it.each(["a", "0", "a-b-c", "a".repeat(40)])("may be called %s", slug => {
        expect(menusOf({ users: ["ada"], profiles: { [slug]: {} } })).toEqual({ ada: [slug, slug] });
    });

    it.each(["", "-", "a-", "-a", "a--b", "A", "a_b", "ä", "a~b", "a b", "a".repeat(41), "a\n"])(
        "are not called %j",
        slug => {
            expect(pathsAndProblems(() => read({ ...BASE, users: [], profiles: { [slug]: {} } }))).toEqual([
                expect.stringMatching(
                    /: a profile's name has 1 to 40 small letters and digits, and single dashes between them$/,
                ),
            ]);
        },
    );

    it("cannot set what a secret of the person's sets", () => {
        const config = {
            ...BASE,
            users: ["ada"],
            secretEnv: { ada: { TOKEN: "hunter2" } },
            profiles: { small: {}, odd: { env: { TOKEN: "x" } } },
        };
        const secret = new Set([...SECRET, "jupyterhub:secretEnv"]);
        expect(pathsAndProblems(() => read(config, {}, secret))).toEqual([
            "secretEnv.ada.TOKEN: ada has it in profiles.odd.env.TOKEN too; leave one of them out",
        ]);
    });

    it("that mount what somebody can exchange are refused, also beside each other", () => {
        const problems = pathsAndProblems(() =>
            read({
                ...BASE,
                users: ["ada", { name: "grace", groups: ["staff"] }],
                profiles: {
                    small: {},
                    inner: { mounts: [{ host: "/srv/team/data", path: "/data", readOnly: true }] },
                    outer: { groups: ["staff"], mounts: [{ host: "/srv/team", path: "/team" }] },
                },
            }),
        );
        expect(problems).toEqual([
            "profiles.inner.mounts[0].host: /srv/team/data is in /srv/team, where grace can exchange it for a link " +
                "to anything; mount one of them, or the outer one readOnly",
        ]);
    });
});

describe("one mistake", () => {
    it("in a profile hides nothing of the others", () => {
        const config = {
            ...BASE,
            users: ["ada"],
            profiles: { a: { memory: "lots", image: "x" }, b: { users: ["eve"] } },
        };
        expect(pathsAndProblems(() => read(config))).toEqual([
            'profiles.a.memory: "lots" is no size; write it like 512M or 2G',
            'profiles.a.image: "x" is not in images.notebooks (default, system)',
            'profiles.b.users[0]: "eve" is not in the list of people',
        ]);
    });
});

it("whoever may take a profile is who the config says, and everybody has a menu that they can start with", () => {
    const group = fc.constantFrom("a", "b", "c");
    const groups = fc.uniqueArray(group, { maxLength: 2 });
    const people = fc.array(groups, { minLength: 1, maxLength: 4 });
    const profile = fc.record({
        groups: fc.option(groups, { nil: undefined }),
        users: fc.option(fc.uniqueArray(fc.constantFrom("p0", "P1"), { maxLength: 2 }), { nil: undefined }),
        images: fc.option(fc.uniqueArray(fc.constantFrom("r", "science"), { minLength: 1 }), { nil: undefined }),
    });
    fc.assert(
        fc.property(people, fc.array(profile, { maxLength: 4 }), (members, given) => {
            const config = {
                ...NOTEBOOKS,
                users: ["p0", "p1", ...members.map((_, i) => `p${i + 2}`)].map((name, i) => ({
                    name,
                    groups: members[i - 2] ?? [],
                })),
                groups: { a: {}, b: {}, c: {} },
                allow: "all",
                profiles: { open: {}, ...Object.fromEntries(given.map((fields, i) => [`x${i}`, fields])) },
            };
            const { people: resolved, dynamic } = readDynamic(config);
            const menus = dynamic.profiles?.menus;
            for (const [i, { name }] of resolved.entries()) {
                const own = members[i - 2] ?? [];
                const expected = given.flatMap(({ groups: some, users, images = [] }, at) => {
                    const open = some === undefined && users === undefined;
                    const named = users?.some(one => one.toLowerCase() === name) === true;
                    const member = some?.some(one => own.includes(one)) === true;
                    return open || named || member ? [`x${at}`, ...images.map(image => `x${at}~${image}`)] : [];
                });
                expect([...(menus?.get(name)?.entries.keys() ?? [])]).toEqual(["open", ...expected]);
                expect(menus?.get(name)?.slugs).toContain(menus?.get(name)?.preselected);
            }
            const open = given.filter(({ groups: some, users }) => some === undefined && users === undefined);
            expect(menus?.get(OTHERS)?.slugs).toHaveLength(1 + open.length);
            const images = new Set(servedPeople({ people: resolved, dynamic }).map(({ image }) => image));
            expect([...images].every(image => ["default", "r", "science"].includes(image))).toBe(true);
        }),
        { numRuns: 60 },
    );
});
