/** The contract of `schedule`: when servers of groups and people are started and stopped by the clock. Pure. */
import { DateTime } from "luxon";
import { z } from "zod";
import { checked, choice, list, map, parsed, section, SLUG, text } from "../fields";
import { groupName, personName } from "../users/schema";
import { durationInSeconds } from "../values";
import { zoneProblem } from "./zones";

/** As Python counts them: Monday is 0. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** 12 hours. */
const LONGEST_BEFORE = 12 * 3600;

const scheduleName = text("a schedule's name").refine(name => SLUG.test(name), {
    error: "a schedule's name has 1 to 40 small letters and digits, with single - between them",
});

const TIME = {
    pattern: String.raw`^([01]\d|2[0-3]):[0-5]\d$`,
    patternErrorMessage: 'is no time of day; write it like "09:00"',
};

const time = parsed<string>(
    "a time of day",
    (given, wrong) =>
        new RegExp(TIME.pattern).test(given) ? given : wrong(`${JSON.stringify(given)} ${TIME.patternErrorMessage}`),
    TIME,
);

const DATE = {
    pattern: String.raw`^20\d\d-\d\d-\d\d$`,
    patternErrorMessage: 'is no date; write it like "2026-10-12"',
};

const date = parsed<string>(
    "a date",
    (given, wrong) =>
        new RegExp(DATE.pattern).test(given) && DateTime.fromISO(given, { zone: "utc" }).isValid
            ? given
            : wrong(`${JSON.stringify(given)} ${DATE.patternErrorMessage}`),
    DATE,
);

const BEFORE = {
    pattern: String.raw`^\s*\d+(\.\d+)?\s*[smh]\s*$`,
    patternErrorMessage: "is not a duration; write it like 5m, or 0m",
};

const before = parsed<number>(
    "a duration",
    (given, wrong) => {
        const seconds = durationInSeconds(given);
        if (seconds === undefined) {
            return wrong(`${JSON.stringify(given)} ${BEFORE.patternErrorMessage}`);
        }
        return seconds > LONGEST_BEFORE ? wrong(`${given} is too long; at most 12h`) : seconds;
    },
    BEFORE,
);

export const scheduleSection = section({
    groups: list(groupName).default([]).describe("groups whose members' servers are started"),
    users: list(personName).default([]).describe("people whose servers are started besides"),
    days: list(choice(DAYS)).optional().describe("days of the week on which it begins; or dates"),
    dates: list(date).optional().describe('dates on which it begins, such as "2027-02-12"; or days'),
    from: time.describe('when it begins, such as "09:00"; servers are up by then'),
    to: time.describe("when it ends; a time that is not after from is one of the next day"),
    zone: checked("a time zone", zoneProblem).describe("time zone of all of these, such as Europe/Berlin"),
    before: before.prefault("5m").describe("how long before its beginning the first servers are started, up to 12h"),
    since: date.optional().describe("first date on which it may begin"),
    until: date.optional().describe("last date on which it may begin"),
    except: list(date).default([]).describe("dates on which it does not begin, such as holidays"),
    profile: text("a profile").optional().describe("spawning: dynamic: the profile that the servers are started with"),
});

export const schedules = map("schedules", scheduleName, scheduleSection);

/** One entry of `schedule`, with defaults. */
export type ScheduleSection = z.infer<typeof scheduleSection>;
