/** When schedules begin and end: the same as the hub says (test/hub/clock), whenever and wherever it is asked. */
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { DateTime, Settings } from "luxon";
import {
    nextOccurrence,
    occurrencesAfter,
    type Occurrence,
    type Times,
} from "../../../../../components/config/schedule/occurrences";
import { DAYS } from "../../../../../components/config/schedule/schema";

type Edges = [from: number, to: number] | null;
type Given = Omit<Times, "days" | "except"> & { days?: number[]; except?: string[] };

const fixture = JSON.parse(fs.readFileSync(path.join(__dirname, "../../../fixtures/occurrences.json"), "utf8")) as {
    schedule: Given;
    cases: { at: number; endsNext: Edges; beginsNext: Edges }[];
}[];

const timesOf = ({ days, except = [], ...given }: Given): Times => ({
    ...given,
    except,
    days: days?.map(day => DAYS[day]),
});

const edges = (found: Occurrence | undefined): Edges =>
    found === undefined ? null : [found.from.toSeconds(), found.to.toSeconds()];

afterEach(() => {
    Settings.now = () => Date.now();
});

const SEASONS = ["2026-01-15T12:00Z", "2026-07-15T12:00Z"];

it.each(SEASONS)("what the hub says is said at %s too", season => {
    // luxon's guess of an offset begins with that of now.
    Settings.now = () => Date.parse(season);
    const said = fixture.map(({ schedule, cases }) => ({
        schedule,
        cases: cases.map(({ at }) => {
            const instant = new Date(at * 1000);
            const times = timesOf(schedule);
            const [going] = occurrencesAfter(times, instant);
            return { at, endsNext: edges(going), beginsNext: edges(nextOccurrence(times, instant)) };
        }),
    }));
    expect(said).toEqual(fixture);
    expect(said.length).toBeGreaterThan(15);
});

/** What the zone's clocks show in each quarter of an hour of nine days: the slow way, which knows no rule. */
function beginsBySearch({ from, zone, days }: Times, after: number): number | undefined {
    const quarter = 15 * 60_000;
    // Clocks differ by quarters of an hour.
    const phase = (Number(from.slice(3)) * 60_000) % quarter;
    const first = Math.floor((after - phase) / quarter + 1) * quarter + phase;
    return Array.from({ length: 9 * 96 }, (_, i) => first + i * quarter).find(instant => {
        const shown = DateTime.fromMillis(instant, { zone });
        return shown.toFormat("HH:mm") === from && days?.includes(DAYS[shown.weekday - 1]);
    });
}

it("it is the next minute that a clock on the wall shows", () => {
    const zones = [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Pacific/Chatham",
        "UTC",
    ];
    fc.assert(
        fc.property(
            fc.constantFrom(...zones),
            fc.integer({ min: 4, max: 23 }),
            fc.integer({ min: 0, max: 59 }),
            fc.subarray([...DAYS], { minLength: 1 }),
            fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2032, 0, 1) }),
            (zone, hour, minute, days, after) => {
                // Clocks change at night, where each has its own rule: the fixture has those.
                const from = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
                const times = { zone, days, from, to: from === "12:00" ? "13:00" : "12:00", except: [] };
                expect(nextOccurrence(times, new Date(after))?.from.toMillis()).toBe(beginsBySearch(times, after));
            },
        ),
        { numRuns: 100, seed: 17 },
    );
});

it("days are those between since and until, but for the exceptions", () => {
    const times: Times = {
        zone: "Europe/Berlin",
        days: ["mon", "wed"],
        from: "09:00",
        to: "10:30",
        since: "2026-12-07",
        until: "2026-12-16",
        except: ["2026-12-09"],
    };
    const all = [...occurrencesAfter(times, new Date("2026-11-29T12:00Z"))].map(({ from }) => from.toISODate());
    expect(all).toEqual(["2026-12-07", "2026-12-14", "2026-12-16"]);
    expect([...occurrencesAfter({ ...times, days: [] }, new Date(0))]).toEqual([]);
});

it("one that goes on counts until its end", () => {
    const times: Times = { zone: "UTC", dates: ["2026-12-07"], from: "22:00", to: "02:00", except: [] };
    const count = (instant: string) => [...occurrencesAfter(times, new Date(instant))].length;
    expect(["2026-12-07T21:00Z", "2026-12-08T01:59Z", "2026-12-08T02:00Z"].map(count)).toEqual([1, 1, 0]);
    expect(nextOccurrence(times, new Date("2026-12-07T22:00Z"))).toBeUndefined();
});
