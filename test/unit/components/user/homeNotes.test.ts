/** Whose home is which after a change, and what a plan says of it. */
import { homeNotes, unlistedHomes } from "../../../../components/user/homeNotes";
import { stackNames } from "../../../../components/docker/names";
import { ConfigError, readSettings } from "../../../../components/config/settings";
import type { ExistingServers } from "../../../../components/host/existing";

const names = stackNames("course", "kq3v7x2m");
const read = (users: unknown[], more = {}) =>
    readSettings(
        "course",
        { "jupyterhub:rootSecret": "x".repeat(64), "jupyterhub:users": users, ...more },
        new Set(["jupyterhub:rootSecret"]),
    );
const there = (...people: string[]): ExistingServers =>
    new Map(
        people.map(name => [
            name.replace("*", ""),
            { running: name.endsWith("*"), incarnation: "a1", definition: "0", address: "/" },
        ]),
    );
const homes = (...volumes: string[]) => new Set(volumes.map(volume => names.homePrefix + volume));
const notes = (users: unknown[], existing: ExistingServers, volumes: ReadonlySet<string>) =>
    homeNotes(read(users), names, { existing, incarnations: new Map() }, volumes);

function problems(act: () => unknown): string[] {
    try {
        act();
    } catch (error) {
        return (error as ConfigError).problems.map(({ path, message }) => `${path}: ${message}`);
    }
    throw new Error("was accepted");
}

it("says nothing of people who stay as they are, nor of new ones", () => {
    expect(notes(["ada", "grace"], there("ada"), homes("ada"))).toEqual([]);
    expect(notes(["ada", { name: "grace", renamedFrom: "bob" }], there("ada", "grace"), homes("ada", "bob"))).toEqual(
        [],
    );
    expect(notes(["ada", { name: "grace", newHome: true }], there(), homes())).toEqual([]);
});

it("of many who come back after a `down` it says one thing", () => {
    const some = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`);
    expect(notes(some(3), there(), homes(...some(3)))).toHaveLength(3);
    expect(notes([...some(4), "new"], there(), homes(...some(4)))).toEqual([
        "4 people get the homes that are there already: p0, p1, p2, p3.",
    ]);
    expect(notes(some(12), there("p11"), homes(...some(12)))).toEqual([
        "11 people get the homes that are there already: p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and 1 more.",
    ]);
});

it("says who keeps, gets and leaves a home", () => {
    const users = [
        "ada",
        { name: "grace", renamedFrom: "Bob" },
        { name: "alan", newHome: true },
        { name: "eve", newHome: true },
        { name: "mary", kind: "system", uid: 2001, gid: 2001, renamedFrom: "jane" },
    ];
    expect(
        notes(users, there("bob", "zoe", "gone"), homes("ada", "bob", "alan", "eve", "eve-2", "zoe", "zoe-2")),
    ).toEqual([
        "ada gets the home that is there already (course-kq3v7x2m-home-ada); newHome: true begins with an empty one.",
        "grace was bob and keeps that home (course-kq3v7x2m-home-bob). The name has a new password, and what " +
            "bob was logged in with ends.",
        "alan begins with an empty home (course-kq3v7x2m-home-alan-2); the old one stays (course-kq3v7x2m-home-alan).",
        "eve gets the home that is there already (course-kq3v7x2m-home-eve-2).",
        "mary was jane and keeps that home (/home/jane). The name has a new password, and what jane was " +
            "logged in with ends.",
        "zoe leaves; the home stays (course-kq3v7x2m-home-zoe, course-kq3v7x2m-home-zoe-2). To delete it: " +
            'npm run purge -- course --person "zoe"',
    ]);
});

it("says whose running server ends", () => {
    const blocked = { "jupyterhub:blockedUsers": ["Ada", "alan"] };
    const existing = there("ada*", "alan", "zoe*", "systema*", "systemb");
    expect(
        homeNotes(
            read(["ada", "alan"], blocked),
            names,
            { existing, incarnations: new Map() },
            homes("ada", "alan", "zoe"),
        ),
    ).toEqual([
        "ada is blocked, and the running server ends; the home stays.",
        "systema leaves, and the running server ends.",
        "zoe leaves, and the running server ends; the home stays (course-kq3v7x2m-home-zoe). To delete it: " +
            'npm run purge -- course --person "zoe"',
    ]);
});

it("says whose running servers end, also where the default one does not run", () => {
    const blocked = { "jupyterhub:blockedUsers": ["ada", "alan", "grace"] };
    const existing = there(
        "ada*",
        "ada/work*",
        "alan",
        "alan/lab*",
        "grace",
        "grace/x",
        "zoe/work*",
        "zoe/lab*",
        "eve/x",
    );
    expect(
        homeNotes(
            read(["ada", "alan", "grace"], blocked),
            names,
            { existing, incarnations: new Map() },
            homes("ada", "zoe", "eve"),
        ),
    ).toEqual([
        "ada is blocked, and the 2 running servers end; the home stays.",
        "alan is blocked, and the running server ends; the home stays.",
        "eve leaves; the home stays (course-kq3v7x2m-home-eve). To delete it: npm run purge -- course " +
            '--person "eve"',
        "zoe leaves, and the 2 running servers end; the home stays (course-kq3v7x2m-home-zoe). To delete it: npm run " +
            'purge -- course --person "zoe"',
    ]);
    expect(problems(() => notes([{ name: "grace", renamedFrom: "bob" }], there("bob/work*"), homes("bob")))).toEqual([
        "users[0].renamedFrom: bob's server is running, and a rename would end it. Stop it first: npm run " +
            "kick -- course bob",
    ]);
    const both = there("bob/work*", "bob*", "bob/old");
    expect(problems(() => notes([{ name: "grace", renamedFrom: "bob" }], both, homes("bob")))).toEqual([
        "users[0].renamedFrom: bob's servers are running, and a rename would end them. Stop them first: npm run " +
            "kick -- course bob",
    ]);
    // Whoever has a server is nobody new, whichever it is.
    expect(notes(["ada"], there("ada/work"), homes("ada"))).toEqual([]);
});

it("refuses to rename somebody whose server runs, and from a name without a home", () => {
    expect(problems(() => notes([{ name: "grace", renamedFrom: "bob" }], there("bob*"), homes("bob")))).toEqual([
        "users[0].renamedFrom: bob's server is running, and a rename would end it. Stop it first: npm run " +
            "kick -- course bob",
    ]);
    expect(
        problems(() => notes(["ada", { name: "grace", renamedFrom: "bbo" }], there("ada"), homes("ada", "bob"))),
    ).toEqual([
        'users[1].renamedFrom: there is no home of "bbo" (course-kq3v7x2m-home-bbo). After a second rename, ' +
            "name the first name, which the home is under; or leave renamedFrom out for an empty home",
    ]);
    // Deployed for the first time, or on another host.
    expect(notes([{ name: "grace", renamedFrom: "bob" }], there(), homes())).toHaveLength(1);
});

it("temporary homes are none to speak of", () => {
    const settings = read(["ada", { name: "grace", renamedFrom: "bob" }], { "jupyterhub:storage": "none" });
    expect(
        homeNotes(settings, names, { existing: there("ada", "grace"), incarnations: new Map() }, homes("ada")),
    ).toEqual([]);
});

it("homes of nobody on the list", () => {
    const { people } = read(["ada", { name: "grace", renamedFrom: "bob" }, { name: "alan", newHome: true }]);
    expect(unlistedHomes(people, names, homes("ada", "bob", "alan", "alan-2", "eve"))).toEqual([
        "course-kq3v7x2m-home-alan",
        "course-kq3v7x2m-home-eve",
    ]);
});

it("a system person's home keeps its old name on the host and has the new one in the server", () => {
    const [person] = read([{ name: "grace", kind: "system", uid: 2001, gid: 2001, renamedFrom: "bob" }]).people;
    expect(person.system).toMatchObject({ hostHome: "/home/bob", home: "/home/grace" });
});

describe("where servers are made when they start", () => {
    const dynamic = { "jupyterhub:spawning": "dynamic", "jupyterhub:authentication": { type: "dummy" } };
    const incarnations = new Map([
        ["ada", "a1"],
        ["eve", "e1"],
    ]);
    const found = { existing: new Map(), incarnations };

    it("says nothing of who was listed already, who has no container while nothing runs", () => {
        const settings = read(["ada", "grace"], dynamic);
        expect(homeNotes(settings, names, found, homes("ada", "grace"))).toEqual([
            `grace gets the home that is there already (${names.home("grace")}); newHome: true begins with an empty one.`,
        ]);
    });

    it("says whose home stays, where nobody gets in but the list", () => {
        expect(homeNotes(read(["ada"], dynamic), names, found, homes("ada", "eve"))).toEqual([
            `eve leaves; the home stays (${names.home("eve")}). To delete it: npm run purge -- course --person "eve"`,
        ]);
        const open = read(["ada"], { ...dynamic, "jupyterhub:allow": "all" });
        expect(homeNotes(open, names, found, homes("ada", "eve"))).toEqual([]);
    });
});
