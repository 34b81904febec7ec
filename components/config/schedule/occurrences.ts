/**
 * When a schedule begins and ends, in any year and over changes of the clocks. images/hub/declared/clock/occurrences.py
 * says the same to the hub; both are tested with test/unit/fixtures/occurrences.json. Pure.
 *
 * luxon, because nothing of Node's own says which instant a local time of a zone is.
 */
import { DateTime } from "luxon";
import { DAYS, type ScheduleSection } from "./schema";

/** What decides when a schedule begins. */
export type Times = Pick<ScheduleSection, "days" | "dates" | "from" | "to" | "zone" | "since" | "until" | "except">;

/** One time that a schedule takes place. */
export interface Occurrence {
    /** In the schedule's zone. */
    from: DateTime;
    to: DateTime;
}

/** All that end after an instant, one after another. */
export function* occurrencesAfter(times: Times, instant: Date): Generator<Occurrence> {
    for (const date of datesFrom(times, DateTime.fromJSDate(instant, { zone: times.zone }).minus({ days: 1 }))) {
        const found = occurrenceOn(date, times);
        if (found !== undefined && found.to.toMillis() > instant.getTime()) {
            yield found;
        }
    }
}

/** The next one that begins after an instant; undefined where there is none. */
export function nextOccurrence(times: Times, instant: Date): Occurrence | undefined {
    for (const found of occurrencesAfter(times, instant)) {
        if (found.from.toMillis() > instant.getTime()) {
            return found;
        }
    }
    return undefined;
}

/** Local dates on which it begins. With days, and without an end, there is always another one. */
function* datesFrom({ days, dates, since = "", until, except }: Times, first: DateTime): Generator<string> {
    const left = new Set(except);
    const start = [since, first.toISODate() ?? ""].sort().at(-1) ?? "";
    const isOn = (date: string) => !left.has(date) && date >= start && (until === undefined || date <= until);
    if (days === undefined) {
        yield* [...new Set(dates)].sort().filter(isOn);
        return;
    }
    const wanted = new Set<number>(days.map(day => DAYS.indexOf(day)));
    // In UTC each day has 24 hours.
    for (let day = DateTime.fromISO(start, { zone: "utc" }); wanted.size > 0; day = day.plus({ days: 1 })) {
        const date = day.toISODate() ?? "";
        if (until !== undefined && date > until) {
            return;
        }
        if (wanted.has(day.weekday - 1) && isOn(date)) {
            yield date;
        }
    }
}

/** Undefined where a change of the clocks leaves nothing of it. */
function occurrenceOn(date: string, { from, to, zone }: Times): Occurrence | undefined {
    const next = DateTime.fromISO(date, { zone: "utc" }).plus({ days: 1 }).toISODate() ?? "";
    const found = { from: local(date, from, zone), to: local(to > from ? date : next, to, zone) };
    return found.to > found.from ? found : undefined;
}

/** A time that does not exist is as long after the gap as it is after its beginning. Of two, the first is meant. */
function local(date: string, time: string, zone: string): DateTime {
    const both = DateTime.fromISO(`${date}T${time}`, { zone }).getPossibleOffsets();
    return both.reduce((first, other) => (other < first ? other : first));
}
