import fc from "fast-check";
import { accountFiles, accountUploads, type AccountHolder } from "../../../../components/user/accounts";
import { nameProblem, normaliseName } from "../../../../components/config/values";

const ada: AccountHolder = {
    name: "ada",
    system: { uid: 2001, gid: 2001, home: "/home/ada" },
    supplementaryGroups: [3000, 27],
};

function parse(text: string, fields: number): string[][] {
    expect(text.endsWith("\n")).toBe(true);
    const lines = text
        .slice(0, -1)
        .split("\n")
        .map(line => line.split(":"));
    expect(lines.filter(line => line.length !== fields)).toEqual([]);
    return lines;
}

/** As the C library reads them: the first line that fits is the answer. */
function system(person: AccountHolder) {
    const { passwd, group } = accountFiles(person);
    const users = parse(passwd, 7);
    const groups = parse(group, 4);
    return {
        users,
        groups,
        user: (key: string | number) =>
            users.find(([name, , uid]) => (typeof key === "number" ? uid === String(key) : name === key)),
        group: (gid: number) => groups.find(fields => fields[2] === String(gid)),
    };
}

describe("a system person's account", () => {
    it("has a name, a shell, the home and the groups", () => {
        const { user, group } = system(ada);
        expect(user(2001)).toEqual(["ada", "x", "2001", "2001", "ada", "/home/ada", "/bin/bash"]);
        expect(group(2001)).toEqual(["ada", "x", "2001", ""]);
        expect(group(3000)).toEqual(["group3000", "x", "3000", "ada"]);
        expect(group(27)).toEqual(["sudo", "x", "27", "ada"]);
        expect(group(100)).toEqual(["users", "x", "100", "ada"]);
        expect(group(24)).toEqual(["cdrom", "x", "24", ""]);
    });

    it("stands beside the accounts that programs and images look for", () => {
        const { user } = system(ada);
        expect(user("root")).toEqual(["root", "x", "0", "0", "root", "/root", "/bin/bash"]);
        expect(user("nobody")?.slice(2, 4)).toEqual(["65534", "65534"]);
        expect(user("www-data")?.[6]).toBe("/usr/sbin/nologin");
        expect(user("jovyan")?.slice(2)).toEqual(["1000", "100", "jovyan", "/home/jovyan", "/bin/bash"]);
    });

    it.each([
        ["www-data's uid", { ...ada, system: { uid: 33, gid: 33, home: "/home/ada" } }, "www-data"],
        ["nobody's uid", { ...ada, system: { uid: 65534, gid: 65534, home: "/home/ada" } }, "nogroup"],
        ["jovyan's uid and the group users", { ...ada, system: { uid: 1000, gid: 100, home: "/home/ada" } }, "users"],
    ])("with %s is the person's", (_, person, group) => {
        const read = system(person);
        expect(read.user(person.system.uid)?.[0]).toBe("ada");
        expect(read.user("ada")?.[2]).toBe(String(person.system.uid));
        expect(read.group(person.system.gid)?.[0]).toBe(group);
        expect(read.groups.filter(([name]) => name === group)).toHaveLength(1);
    });

    it.each([
        ["users", "group2001"],
        ["sudo", "group2001"],
        ["3000", "group2001"],
        ["group3000", "group2001"],
        ["jürgen müller", "jürgen müller"],
        ["alan@example.org", "alan@example.org"],
    ])("%s: the group of its own is %s", (name, expected) => {
        const read = system({ ...ada, name });
        expect(read.user(2001)?.[0]).toBe(name);
        expect(read.group(2001)?.[0]).toBe(expected);
        expect(read.group(3000)).toEqual(["group3000", "x", "3000", name]);
    });

    it("is put where programs look, as text", () => {
        const { passwd, group } = accountFiles(ada);
        expect(accountUploads(ada)).toEqual([
            { file: "/etc/group", content: group },
            { file: "/etc/passwd", content: passwd },
        ]);
    });

    it("can be read back, whatever the name and the numbers", () => {
        const letters = fc.string({ unit: fc.constantFrom(..."aZ09._@+- éß中нДम١"), minLength: 1, maxLength: 60 });
        const names = fc.oneof(
            letters,
            fc.constantFrom("root", "users", "nogroup", "group3000", "100", "0", "jovyan", "_apt"),
        );
        const id = fc.oneof(
            fc.integer({ min: 1, max: 0xfffffffe }),
            fc.constantFrom(1, 27, 33, 100, 1000, 3000, 65534),
        );
        fc.assert(
            fc.property(
                names.filter(name => nameProblem(name) === undefined),
                id,
                id,
                fc.array(id),
                (given, uid, gid, supplementaryGroups) => {
                    const name = normaliseName(given);
                    const { users, groups, user, group } = system({
                        name,
                        system: { uid, gid, home: `/home/${name}` },
                        supplementaryGroups,
                    });
                    expect(user(uid)).toEqual(user(name));
                    expect(user(name)).toEqual([
                        name,
                        "x",
                        String(uid),
                        String(gid),
                        name,
                        `/home/${name}`,
                        "/bin/bash",
                    ]);
                    expect(group(gid)).toBeDefined();
                    for (const supplementary of [100, ...supplementaryGroups].filter(other => other !== gid)) {
                        expect(group(supplementary)?.[3]).toBe(name);
                    }
                    for (const field of [0, 2]) {
                        expect(new Set(groups.map(fields => fields[field])).size).toBe(groups.length);
                    }
                    expect(groups.filter(([own]) => /^\d+$/.test(own))).toEqual([]);
                    expect(users.length).toBe(20);
                },
            ),
            { numRuns: 500 },
        );
    });
});
