import fc from "fast-check";
import { base32, dockerSpawnerEscape, slug, stackNames } from "../../../../components/docker/names";
import {
    durationInSeconds,
    nameProblem,
    normaliseName,
    parseListen,
    sizeInMiB,
} from "../../../../components/config/values";
import { runs } from "../../../support/fuzz/runs";
import { anyCharacter } from "../../../support/fuzz/anyCharacter";

/** Names that the config accepts, of any script, up to 60 characters. */
const personName = fc
    .oneof(
        fc.string({ unit: fc.constantFrom(..."abcxyz019ABZ._-@+ "), minLength: 1, maxLength: 60 }),
        fc.string({
            unit: fc.constantFrom(..."äöüßéñçøłİǅжщ中文字漢ひらカナ한국अआعربת๑"),
            minLength: 1,
            maxLength: 60,
        }),
        fc.string({ unit: anyCharacter, minLength: 1, maxLength: 60 }),
    )
    .filter(name => nameProblem(name) === undefined)
    .map(normaliseName);

const stackName = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
const instance = fc.uint8Array({ minLength: 5, maxLength: 5 }).map(base32);

const OBJECT_NAME = /^[a-z0-9][a-z0-9-]*[a-z0-9]$/;

describe("names of Docker objects", () => {
    it("fit a host name, whatever stack and person are called", () => {
        fc.assert(
            fc.property(stackName, instance, personName, (stack, id, person) => {
                const names = stackNames(stack, id);
                const fixed = [
                    names.hub,
                    names.proxy,
                    names.gate,
                    names.guard,
                    names.roster,
                    names.hubData,
                    names.peopleNetwork,
                ];
                for (const name of [...fixed, names.person(person), names.home(person), names.home(person, true)]) {
                    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
                    expect(name).toMatch(OBJECT_NAME);
                    expect(name).not.toMatch(/^[0-9a-f]+$/); // Docker would try it as the beginning of an id.
                }
            }),
            { numRuns: runs(600) },
        );
    });

    it("keep two people apart", () => {
        fc.assert(
            fc.property(personName, personName, (a, b) => {
                fc.pre(a !== b);
                expect(slug(a)).not.toBe(slug(b));
            }),
            { numRuns: runs(2000) },
        );
    });

    it("keep apart names that were made to meet in a shorter hash", () => {
        expect(slug("abcdefghijklmnopqrst-1053")).not.toBe(slug("abcdefghijklmnopqrst-9tp1"));
        expect(slug("abcdefghijklmnopqrst-1053")).toMatch(/^abcdefghijkl--[a-z2-7]{16}$/);
    });

    it("keep a person apart from the infrastructure, and from a name made to look like another's", () => {
        const names = stackNames("dev", "abcdefgh");
        for (const person of [
            "hub",
            "proxy",
            "gate",
            "guard",
            "roster",
            "u-hub",
            "hub-data",
            slug("a.b"),
            slug("grace hopper"),
        ]) {
            expect([names.hub, names.proxy, names.gate, names.guard, names.roster, names.hubData]).not.toContain(
                names.person(person),
            );
            expect(names.person(person)).not.toBe(names.person("a.b"));
            expect(names.person(person)).not.toBe(names.person("grace hopper"));
        }
    });

    it("tell stacks apart whose names begin alike", () => {
        const short = stackNames("dev", "aaaaaaaa").prefix;
        const long = stackNames("dev-2", "bbbbbbbb").prefix;
        expect(long.startsWith(`${short}-`)).toBe(false);
        expect(stackNames("dev", "bbbbbbbb").prefix).not.toBe(short);
        // Another stack's people by name: the gate of `dev` lets its hub start whatever begins like this.
        const mimic = stackNames("dev-aaaaaaaa-u", "bbbbbbbb");
        expect(mimic.prefix.startsWith(stackNames("dev", "aaaaaaaa").personPrefix)).toBe(false);
    });

    it("never change: homes are found by them", () => {
        const names = stackNames("Course_2026", "kq3v7x2m");
        expect(names).toMatchObject({
            prefix: "course2026-kq3v7x2m",
            hub: "course2026-kq3v7x2m-hub",
            proxy: "course2026-kq3v7x2m-proxy",
            gate: "course2026-kq3v7x2m-gate",
            roster: "course2026-kq3v7x2m-roster",
            hubData: "course2026-kq3v7x2m-hub-data",
            peopleNetwork: "course2026-kq3v7x2m-people",
            gateNetwork: "course2026-kq3v7x2m-gate",
            personPrefix: "course2026-kq3v7x2m-u-",
            homePrefix: "course2026-kq3v7x2m-home-",
            sharedHomes: "course2026-kq3v7x2m-homes",
        });
        expect(["ada", "grace.hopper", "李雷", "a-b", "a_b"].map(name => names.home(name))).toEqual([
            "course2026-kq3v7x2m-home-ada",
            "course2026-kq3v7x2m-home-grace-hopper--xznytiz3yztw5osp",
            "course2026-kq3v7x2m-home-x--hjdtfctap47au44k",
            "course2026-kq3v7x2m-home-a-b--2rbwfvt5siijdr5z",
            "course2026-kq3v7x2m-home-a-b--msh2tmy3y77x5oiu",
        ]);
        expect([
            names.sharedVolume("handed-in.ada"),
            names.ownVolume("handed-in", "ada"),
            names.ownVolume("handed-in", "ada", true),
            names.ownVolume("handed.in", "grace.hopper"),
        ]).toEqual([
            "course2026-kq3v7x2m-shared-handed-in.ada",
            "course2026-kq3v7x2m-own-handed-in.ada",
            "course2026-kq3v7x2m-own-handed-in.ada-2",
            "course2026-kq3v7x2m-own-handed.in.grace-hopper--xznytiz3yztw5osp",
        ]);
    });
});

describe("DockerSpawner's escaping", () => {
    it.each([
        ["ada", "ada"],
        ["grace.hopper", "grace-2ehopper"],
        ["a-b", "a-2db"],
        ["é", "-c3-a9"],
    ])("%s → %s", (name, escaped) => {
        expect(dockerSpawnerEscape(name)).toBe(escaped);
    });

    it("can be undone", () => {
        fc.assert(
            fc.property(personName, name => {
                const bytes = dockerSpawnerEscape(name).replace(/-([0-9a-f]{2})/g, "%$1");
                expect(decodeURIComponent(bytes)).toBe(name);
            }),
        );
    });
});

describe("values", () => {
    it("normalise a name once and for all", () => {
        fc.assert(
            fc.property(fc.string({ unit: anyCharacter }), name => {
                expect(normaliseName(normaliseName(name))).toBe(normaliseName(name));
            }),
            { numRuns: runs(2000) },
        );
    });

    it.each([
        "Ada",
        "grace.hopper",
        "a_b",
        "x-y",
        "ada@example.org",
        "jürgen",
        "李雷",
        "hub",
        "o+tag",
        "中".repeat(60),
        "Grace Hopper",
        "_apt",
    ])("%s is a name", name => {
        expect(nameProblem(name)).toBeUndefined();
    });

    it.each([
        "",
        " ",
        ".",
        "..",
        "a/b",
        "a\\b",
        "a%b",
        "a\0b",
        "a\u202eb",
        "a\u200bb",
        "-a",
        "a ",
        "😀",
        "a".repeat(61),
        "a:b",
        "a\ud800",
        "\u3164",
        "a\u115f",
    ])("%j is none", name => {
        expect(nameProblem(name)).toEqual(expect.any(String));
    });

    it.each([
        ["512M", 512],
        ["2G", 2048],
        ["1.5G", 1536],
        ["1T", 1048576],
        ["2GiB", 2048],
        ["2gb", 2048],
        ["1024K", 1],
        ["", undefined],
        ["2", undefined],
        ["G", undefined],
        ["-1G", undefined],
        ["1e3M", undefined],
        ["0M", undefined],
        ["9".repeat(30) + "T", undefined],
        ["9000000T", undefined],
    ])("size %s is %s MiB", (size, mib) => {
        expect(sizeInMiB(size)).toBe(mib);
    });

    it.each([
        ["90s", 90],
        ["30m", 1800],
        ["1h", 3600],
        ["7d", 604800],
        ["1", undefined],
        ["h", undefined],
        ["1w", undefined],
    ])("duration %s is %s s", (duration, seconds) => {
        expect(durationInSeconds(duration)).toBe(seconds);
    });

    it.each([
        "127.0.0.1",
        "127.0.0.1:0",
        "127.0.0.1:65536",
        "256.0.0.1:80",
        "localhost:80",
        ":80",
        "1.2.3:80",
        "127.0.0.010:80",
        "127.0.0.1:080",
    ])("%s is no address", listen => {
        expect(parseListen(listen)).toBeUndefined();
    });
});
