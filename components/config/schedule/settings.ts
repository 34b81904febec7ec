/** What the hub and the commands are told of `schedule`. Pure. */
import type { DateTime } from "luxon";
import type { Config } from "../schema";
import type { Person } from "../users/person";
import { normaliseName } from "../values";
import { nextOccurrence, occurrencesAfter, type Times } from "./occurrences";
import { peopleIn } from "./people";
import { DAYS, type ScheduleSection } from "./schema";

/** One entry of `schedule` as the roster has it. */
export interface Schedule {
    name: string;
    /** Names of those whose servers are started, sorted. */
    people: string[];
    /** Days of the week; 0 is Monday. Either these or `dates`. */
    days?: number[];
    dates?: string[];
    /** `09:00` in the zone. */
    from: string;
    /** Of the next day where it is not after `from`. */
    to: string;
    zone: string;
    /** Seconds. */
    before: number;
    since?: string;
    until?: string;
    except?: string[];
    /** With which one servers are started; the person's own choice where it is left out. */
    profile?: string;
}

/** Sorted, so that another order in the file changes nothing. Blocked people get no server, always-on ones have one. */
export function scheduleSettings(
    { schedule, blockedUsers }: Pick<Config, "schedule" | "blockedUsers">,
    people: readonly Person[],
): Schedule[] {
    const blocked = new Set(blockedUsers.map(normaliseName));
    const startable = people.filter(({ name, lifecycle }) => lifecycle !== "always-on" && !blocked.has(name));
    return Object.entries(schedule)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, section]) => scheduleOf(name, section, startable));
}

function scheduleOf(name: string, section: ScheduleSection, people: readonly Person[]): Schedule {
    const { days, dates, from, to, zone, before, since, until, except, profile } = section;
    return {
        name,
        people: peopleIn(section, people)
            .map(person => person.name)
            .sort(),
        ...(days === undefined ? {} : { days: [...new Set(days.map(day => DAYS.indexOf(day)))].sort() }),
        ...(dates === undefined ? {} : { dates: sorted(dates) }),
        from,
        to,
        zone,
        before,
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(except.length === 0 ? {} : { except: sorted(except) }),
        ...(profile === undefined ? {} : { profile }),
    };
}

const sorted = (dates: readonly string[]) => [...new Set(dates)].sort();

/** What the roster says of it: nothing where there is no schedule. */
export function scheduleRoster(schedule: readonly Schedule[] = []): { schedule?: readonly Schedule[] } {
    return schedule.length === 0 ? {} : { schedule };
}

/** The schedule that begins next. */
export interface Next {
    name: string;
    /** In the schedule's zone. */
    from: DateTime<true>;
    people: number;
}

export function nextOf(schedules: readonly Schedule[], now: Date): Next | undefined {
    return schedules
        .flatMap(schedule => {
            const found = nextOccurrence(timesOf(schedule), now);
            return found === undefined
                ? []
                : [{ name: schedule.name, from: found.from as DateTime<true>, people: schedule.people.length }];
        })
        .sort((one, other) => one.from.toMillis() - other.from.toMillis())[0];
}

/** Schedules that start nothing, as warnings: the file was right, and may be left. */
export function scheduleWarnings(schedules: readonly Schedule[], now: Date): string[] {
    return schedules.flatMap(schedule => {
        const { name, people } = schedule;
        if (occurrencesAfter(timesOf(schedule), now).next().done === true) {
            return [`schedule.${name}: it is over, and starts nothing any more; take it out, or name later dates.`];
        }
        return people.length > 0
            ? []
            : [`schedule.${name}: it starts nothing: its people are blocked, or their servers are always on.`];
    });
}

function timesOf({ days, except = [], ...times }: Schedule): Times {
    return { ...times, except, days: days?.map(day => DAYS[day]) };
}
