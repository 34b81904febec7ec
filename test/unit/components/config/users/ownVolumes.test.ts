/** Volumes that each person has alone, and those who see a group's. */
import { read, pathsAndProblems } from "../../../../support/unit/config";

const problemsOf = (config: Record<string, unknown>) => pathsAndProblems(() => read(config));

const OWN = { volume: "results", own: true, path: "/results" };
const GRADING = { volume: "results", each: "students", path: "/srv/results/", readOnly: true };
const config = {
    groups: { students: { mounts: [OWN] }, staff: { mounts: [GRADING] } },
    users: [
        { name: "Grace Hopper", groups: ["staff"] },
        { name: "ada", groups: ["students"] },
        { name: "mary", renamedFrom: "maria", groups: ["students"] },
        { name: "zoe", newHome: true, groups: ["students", "staff"] },
        "guest",
    ],
};

const mine = (homeName: string, newHome = false) => ({
    volume: "results",
    owner: { homeName, newHome },
    path: "/results",
    readOnly: false,
});
const seen = (name: string, homeName = name, newHome = false) => ({
    ...mine(homeName, newHome),
    path: `/srv/results/${name}`,
    readOnly: true,
});

it("each member has one, under the name that their home is under, and a grader has all in folders", () => {
    const all = [seen("ada"), seen("mary", "maria"), seen("zoe", "zoe", true)];
    expect(read(config).people.map(({ mounts }) => mounts)).toEqual([
        all,
        [mine("ada")],
        [mine("maria")],
        [mine("zoe", true), ...all],
        [],
    ]);
});

it("own: false is a shared one, beside an own one of that name", () => {
    const mounts = [OWN, { volume: "results", own: false, path: "/all" }];
    expect(read({ users: [{ name: "ada", mounts }] }).people[0].mounts).toEqual([
        { volume: "results", path: "/all", readOnly: false },
        mine("ada"),
    ]);
});

it("what a person names at the path of a member's folder wins", () => {
    const other = { volume: "other", path: "/srv/results/ada" };
    const users = [{ name: "prof", groups: ["staff"], mounts: [other] }, ...config.users.slice(1, 3)];
    expect(read({ ...config, users }).people[0].mounts).toEqual([{ ...other, readOnly: false }, seen("mary", "maria")]);
});

it("a later layer's mount at the same path takes the place of a group's folders", () => {
    const users = [{ name: "prof", groups: ["staff"], mounts: [{ volume: "x", path: "/srv/results" }] }, "ada"];
    expect(read({ ...config, users }).people[0].mounts).toEqual([
        { volume: "x", path: "/srv/results", readOnly: false },
    ]);
});

it("a group without members is fine, one that nobody knows is not", () => {
    const staff = { name: "prof", groups: ["staff"] };
    expect(read({ ...config, users: [staff] }).people[0].mounts).toEqual([]);
    const groups = { ...config.groups, staff: { mounts: [{ ...GRADING, each: "studnets" }] } };
    expect(problemsOf({ groups, users: [staff, { ...staff, name: "kim" }] })).toEqual([
        'groups.staff.mounts[0].each: "studnets" is not in the groups of people; did you mean "students"?',
    ]);
});

it("a volume that no member has alone is a slip", () => {
    const staff = (volume: string) => ({ staff: { mounts: [{ ...GRADING, volume }] } });
    const problems = (volume: string, own = OWN) =>
        problemsOf({ ...config, groups: { students: { mounts: [own] }, ...staff(volume) } });
    expect(problems("result")).toEqual([
        'groups.staff.mounts[0].volume: nobody in students has a volume "result" of their own; did you mean "results"?',
    ]);
    expect(problems("other")).toEqual([
        'groups.staff.mounts[0].volume: nobody in students has a volume "other" of their own: { volume: other, own: ' +
            "true, path: … }",
    ]);
    expect(problems("results", { ...OWN, own: false })).toEqual([
        'groups.staff.mounts[0].volume: nobody in students has a volume "results" of their own: { volume: results, ' +
            "own: true, path: … }",
    ]);
});

it("with servers on demand there is none", () => {
    expect(problemsOf({ ...config, spawning: "dynamic" })).toEqual([
        expect.stringMatching(
            /^groups\.students\.mounts\[0\]\.own: is for servers that are made beforehand.*or spawning: dynamic$/,
        ),
        expect.stringMatching(/^groups\.staff\.mounts\[0\]\.each: is for servers that are made beforehand/),
    ]);
    const profiles = { a: { mounts: [OWN] } };
    expect(problemsOf({ users: [], spawning: "dynamic", profiles })).toEqual([
        expect.stringMatching(/^profiles\.a\.mounts\[0\]\.own: is for servers/),
    ]);
});
