import { rosterJson } from "../../../../../components/hub/roster";
import { nextOf, scheduleWarnings } from "../../../../../components/config/schedule/settings";
import { scheduleProblems } from "../../../../../components/config/schedule/problems";
import { readSections } from "../../../../../components/config/sections";
import { stackNames } from "../../../../../components/docker/names";
import { checkStackFile, parseStackFile } from "../../../../../scripts/files/stackFile";
import { pathsAndProblems, problemsOf, read, ROOT_SECRET } from "../../../../support/unit/config";

const now = new Date("2026-11-29T12:00:00Z");
const users = [
    { name: "ada", groups: ["course"] },
    { name: "Grace", groups: ["course", "staff"] },
    { name: "alan", lifecycle: "always-on", groups: ["course"] },
    "eve",
];
const lecture = { groups: ["course"], days: ["mon", "wed"], from: "09:00", to: "10:30", zone: "Europe/Berlin" };

const readAll = (schedule: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    read({ users, schedule, ...more }, { now });
const wrongWith = (changed: Record<string, unknown>) =>
    pathsAndProblems(() => readAll({ lecture: { ...lecture, ...changed } }));

it("is resolved for the hub, with defaults and people's names", () => {
    const { schedule } = readAll(
        {
            lecture,
            exam: {
                groups: ["staff"],
                users: ["EVE", "ada"],
                dates: ["2027-02-12", "2027-02-11", "2027-02-12"],
                from: "22:00",
                to: "02:00",
                zone: "Asia/Kolkata",
                before: "1.5h",
                since: "2027-01-01",
                until: "2027-12-31",
                except: ["2027-02-11"],
            },
        },
        { blockedUsers: ["Eve"] },
    );
    expect(schedule).toEqual([
        {
            name: "exam",
            people: ["ada", "grace"],
            dates: ["2027-02-11", "2027-02-12"],
            from: "22:00",
            to: "02:00",
            zone: "Asia/Kolkata",
            before: 5400,
            since: "2027-01-01",
            until: "2027-12-31",
            except: ["2027-02-11"],
        },
        {
            name: "lecture",
            people: ["ada", "grace"],
            days: [0, 2],
            from: "09:00",
            to: "10:30",
            zone: "Europe/Berlin",
            before: 300,
        },
    ]);
});

it("is in the roster where there is one, and nothing is where there is none", () => {
    const settings = readAll({ lecture });
    const json = (schedule?: typeof settings.schedule) =>
        JSON.parse(
            rosterJson(
                {
                    deployment: "test",
                    names: stackNames("test", "kq3v7x2m"),
                    people: [],
                    incarnations: new Map(),
                    authentication: settings.authentication,
                    schedule,
                },
                "r".repeat(32),
            ),
        ) as unknown;
    expect(json(settings.schedule)).toEqual({ people: {}, schedule: settings.schedule });
    expect(json([])).toEqual({ people: {} });
    expect(json()).toEqual({ people: {} });
});

it("begins next at the first of all", () => {
    const { schedule } = readAll({
        lecture,
        early: { ...lecture, groups: [], users: ["eve"], from: "08:59", days: ["mon"] },
    });
    const next = (instant: string) => {
        const found = nextOf(schedule, new Date(instant));
        return [found?.name, found?.from.toISO(), found?.people];
    };
    expect(next("2026-11-29T12:00Z")).toEqual(["early", "2026-11-30T08:59:00.000+01:00", 1]);
    expect(next("2026-11-30T07:59Z")).toEqual(["lecture", "2026-11-30T09:00:00.000+01:00", 2]);
    expect(next("2026-11-30T08:00Z")).toEqual(["lecture", "2026-12-02T09:00:00.000+01:00", 2]);
    expect(nextOf([], now)).toBeUndefined();
});

describe("what is wrong", () => {
    it.each([
        [{ groups: undefined }, "schedule.lecture: is for nobody; name groups or users"],
        [{ groups: [], users: [] }, "schedule.lecture: is for nobody; name groups or users"],
        [
            { groups: ["curse"] },
            'schedule.lecture.groups[0]: "curse" is not in the groups of people; did you mean "course"?',
        ],
        [{ users: ["Evi"] }, 'schedule.lecture.users[0]: "evi" is not in the list of people; did you mean "eve"?'],
        [{ days: undefined }, "schedule.lecture: has neither days and dates; it needs one of them"],
        [{ dates: ["2027-02-12"] }, "schedule.lecture: has both days and dates; it needs one of them"],
        [{ days: [] }, "schedule.lecture.days: has no day"],
        [{ days: undefined, dates: [] }, "schedule.lecture.dates: has no date"],
        [
            { days: ["mon", "mo"] },
            "schedule.lecture.days[1]: expected mon or tue or wed or thu or fri or sat or sun, " +
                'got "mo"; did you mean "mon"?',
        ],
        [{ to: "09:00" }, "schedule.lecture.to: is the same as from (09:00)"],
        [{ from: "9:00" }, 'schedule.lecture.from: "9:00" is no time of day; write it like "09:00"'],
        [{ to: "24:00" }, 'schedule.lecture.to: "24:00" is no time of day; write it like "09:00"'],
        [{ to: undefined }, "schedule.lecture.to: expected a time of day, got nothing"],
        [
            { from: 900 },
            "schedule.lecture.from: a time of day is text, but YAML reads the number 900: " +
                "put quotes around what the file has",
        ],
        [{ until: "2027-02-30" }, 'schedule.lecture.until: "2027-02-30" is no date; write it like "2026-10-12"'],
        [{ except: ["24.12.2026"] }, 'schedule.lecture.except[0]: "24.12.2026" is no date; write it like "2026-10-12"'],
        [
            { since: "2027-02-01", until: "2027-01-31" },
            "schedule.lecture.until: 2027-01-31 is before since (2027-02-01), so it never begins",
        ],
        [{ zone: undefined }, "schedule.lecture.zone: expected a time zone, got nothing"],
        [
            { zone: "Europe/Berlim" },
            'schedule.lecture.zone: there is no time zone "Europe/Berlim"; did you mean "Europe/Berlin"?',
        ],
        [
            { zone: "europe/berlin" },
            'schedule.lecture.zone: there is no time zone "europe/berlin"; did you mean "Europe/Berlin"?',
        ],
        [
            { zone: "Middle-earth" },
            'schedule.lecture.zone: there is no time zone "Middle-earth"; write it like Europe/Berlin',
        ],
        [{ zone: "+02:00" }, 'schedule.lecture.zone: there is no time zone "+02:00"; write it like Europe/Berlin'],
        [{ before: "12.1h" }, "schedule.lecture.before: 12.1h is too long; at most 12h"],
        [{ before: "1d" }, "schedule.lecture.before: 1d is too long; at most 12h"],
        [{ before: "never" }, 'schedule.lecture.before: "never" is not a duration; write it like 5m, or 0m'],
        [{ profile: "course" }, "schedule.lecture.profile: is for servers that are made when they start; leave it out"],
        [{ colour: "red" }, 'schedule.lecture: unknown key "colour"'],
    ])("%j", (changed, said) => {
        expect(wrongWith(changed)).toEqual([said]);
    });

    it.each([
        [{ since: "2027-01-05", until: "2027-01-05" }, "days: none of them is from 2027-01-05 until 2027-01-05"],
        [
            { since: "2027-01-04", until: "2027-01-08", except: ["2027-01-04", "2027-01-06"] },
            "except: leaves no date on which it begins",
        ],
        [{ days: undefined, dates: ["2027-02-12"], since: "2027-03-01" }, "dates: none of them is from 2027-03-01"],
        [
            { days: undefined, dates: ["2027-03-28"], from: "02:30", to: "03:00" },
            "dates: it never begins: the clocks skip that time",
        ],
    ])("one that never begins: %j", (changed, said) => {
        expect(wrongWith(changed)).toEqual([`schedule.lecture.${said}`]);
    });

    it.each([
        [{ until: "2026-11-28" }, true],
        [{ days: undefined, dates: ["2026-11-27", "2025-02-12"] }, true],
        [{ days: ["sun"], until: "2026-11-29", from: "12:00", to: "13:00" }, true],
        [{ days: ["sun"], until: "2026-11-29", from: "12:00", to: "13:01" }, false],
        [{}, false],
    ])("one that is over is no mistake, and a warning: %j", (changed, isOver) => {
        const { schedule } = readAll({ exam: { ...lecture, ...changed } });
        expect(scheduleWarnings(schedule, now)).toEqual(
            isOver ? ["schedule.exam: it is over, and starts nothing any more; take it out, or name later dates."] : [],
        );
    });

    it("one that starts nobody's server is a warning", () => {
        const lectures = { one: { ...lecture, users: ["eve"] }, two: { ...lecture, groups: ["staff"] } };
        const warnings = (blockedUsers: string[]) =>
            scheduleWarnings(read({ users, schedule: lectures, blockedUsers }).schedule, now);
        expect(warnings([])).toEqual([]);
        expect(warnings(["GRACE"])).toEqual([
            "schedule.two: it starts nothing: its people are blocked, or their servers are always on.",
        ]);
    });

    it("is said all at once, as people read it", () => {
        const schedule = {
            Lecture: lecture,
            exam: {
                users: ["adda"],
                days: ["mon"],
                dates: [],
                from: "09:00",
                to: "09:00",
                zone: "Europe/Berlim",
                before: 5,
            },
            lab: { ...lecture, until: "2020-01-01", groups: ["curse"] },
            seminar: "mon 9",
        };
        expect(problemsOf(() => readAll(schedule))).toEqual([
            "schedule.Lecture: a schedule's name has 1 to 40 small letters and digits, with single - between them",
            'schedule.exam.zone: there is no time zone "Europe/Berlim"; did you mean "Europe/Berlin"?',
            "schedule.exam.before: a duration is text, but YAML reads the number 5: " +
                "put quotes around what the file has",
            'schedule.seminar: expected keys and values, got "mon 9"',
            'schedule.exam.users[0]: "adda" is not in the list of people; did you mean "ada"?',
            "schedule.exam: has both days and dates; it needs one of them",
            "schedule.exam.dates: has no date",
            "schedule.exam.to: is the same as from (09:00)",
            'schedule.lab.groups[0]: "curse" is not in the groups of people; did you mean "course"?',
        ]);
    });

    it("is not said of people who have another mistake", () => {
        const more = { users: [{ name: "ada", groups: ["course"], memory: "much" }] };
        expect(pathsAndProblems(() => readAll({ lecture: { ...lecture, users: ["ada"] } }, more))).toEqual([
            expect.stringMatching(/^users\[0\]\.memory: /),
        ]);
    });

    it("dates and times without quotes are named as the file has them", () => {
        const text = [
            "config:",
            "  jupyterhub:users: [ada]",
            "  jupyterhub:schedule:",
            "    exam: {users: [ada], dates: [2099-02-12], from: 09:00, to: 12, zone: UTC}",
            "",
        ].join("\n");
        expect(problemsOf(() => checkStackFile("test", parseStackFile("test", text)))).toEqual([
            'schedule.exam.dates[0]: YAML reads 2099-02-12 as a date: quote it ("2099-02-12")',
            'schedule.exam.to: a time of day is text, but YAML reads 12 as a number: quote it ("12")',
        ]);
    });
});

describe("a profile", () => {
    const said = (profile: string, profiles: unknown, spawning = "dynamic") => {
        const raw = { users, spawning, schedule: { lecture: { ...lecture, profile } }, profiles };
        const { people } = read({ users });
        const { sections } = readSections({ ...raw, rootSecret: ROOT_SECRET["jupyterhub:rootSecret"] });
        return scheduleProblems(sections, { raw, people }).map(({ path, message }) => `${path}: ${message}`);
    };

    it("is one that everybody in it may take", () => {
        expect(said("course", { course: {} })).toEqual([]);
        expect(said("course", { course: { groups: ["course"] } })).toEqual([]);
        expect(said("course", { course: { users: ["ADA", "alan"], groups: ["staff"] } })).toEqual([]);
        expect(said("course", { course: { groups: ["staff"] } })).toEqual([
            'schedule.lecture.profile: ada, alan may not take "course" (profiles.course)',
        ]);
    });

    it("is one that there is, with spawning: dynamic", () => {
        expect(said("curse", { course: {}, small: {} })).toEqual([
            'schedule.lecture.profile: "curse" is not in profiles (course, small); did you mean "course"?',
        ]);
        expect(said("course", undefined)).toEqual([
            "schedule.lecture.profile: is a key of jupyterhub:profiles, and there are none; leave it out",
        ]);
        expect(said("course", { course: {} }, "declared")).toEqual([
            "schedule.lecture.profile: is for servers that are made when they start; leave it out",
        ]);
    });

    it("closed to many names the first of them", () => {
        const many = Array.from({ length: 9 }, (_, i) => ({ name: `s${i}`, groups: ["course"] }));
        const raw = { schedule: { lecture: { ...lecture, profile: "gpu" } }, profiles: { gpu: { groups: ["staff"] } } };
        const { sections } = readSections({ users: many, spawning: "dynamic", ...raw, rootSecret: "r".repeat(64) });
        const problems = scheduleProblems(sections, { raw, people: read({ users: many }).people });
        expect(problems).toEqual([
            {
                path: "schedule.lecture.profile",
                message: 's0, s1, s2, s3, s4 and 4 more may not take "gpu" (profiles.gpu)',
            },
        ]);
    });
});
