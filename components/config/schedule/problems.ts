/** What is wrong with `schedule`, each entry by itself, beside people, and beside the calendar. Pure. */
import { didYouMean, formatPath, unlisted, type Problem } from "../messages";
import { rightKeys } from "../rightKeys";
import type { Raw, Sections } from "../sections";
import { mayTake, type Named } from "../profiles/choices";
import { namesIn } from "../users/listProblems";
import type { Person } from "../users/person";
import { normaliseName } from "../values";
import { occurrencesAfter, type Times } from "./occurrences";
import { peopleIn } from "./people";
import { scheduleSection, type ScheduleSection } from "./schema";

/** What is looked at beside `schedule`. */
export interface BesideSchedule {
    raw: Raw;
    /** Everybody of the list who can be read. */
    people: readonly Person[];
}

/** One entry as far as it is right. */
interface Entry {
    /** Its path in the config. */
    at: readonly string[];
    right: Partial<ScheduleSection>;
    /** Whether a key is written, right or wrong. */
    has: (key: keyof ScheduleSection) => boolean;
    /** Whether all of these keys are right, or not written. */
    isRight: (...keys: (keyof ScheduleSection)[]) => boolean;
}

const readEntry = rightKeys(scheduleSection);

export function scheduleProblems(sections: Sections, beside: BesideSchedule): Problem[] {
    const { raw, people } = beside;
    const members = membersIn(sections, people);
    return entriesIn(raw.schedule).flatMap(entry => [
        ...whoProblems(entry, members),
        ...timeProblems(entry),
        ...neverProblems(entry),
        ...profileProblems(entry, sections, beside),
    ]);
}

function entriesIn(raw: unknown): Entry[] {
    if (!isMapping(raw)) {
        return [];
    }
    return Object.entries(raw)
        .filter(([, given]) => isMapping(given))
        .map(([name, given]) => {
            const { right = {}, wrong } = readEntry(given);
            const has = (key: string) => (given as Raw)[key] !== undefined;
            return { at: ["schedule", name], right, has, isRight: (...keys) => !keys.some(key => wrong.has(key)) };
        });
}

function isMapping(value: unknown): value is Raw {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

const say = ({ at }: Entry, key: string | undefined, message: string): Problem => ({
    path: formatPath(key === undefined ? at : [...at, key]),
    message,
});

/** Names and groups of the list, also of people who have another mistake. */
function membersIn({ parts: { users, defaults } }: Sections, people: readonly Person[]) {
    const groups = [defaults, ...users].flatMap(one => one.groups ?? []);
    return {
        names: namesIn(users),
        groups: new Set([...groups, ...people.flatMap(person => person.groups)]),
    };
}

function whoProblems(entry: Entry, { names, groups }: ReturnType<typeof membersIn>): Problem[] {
    const { at, right, isRight } = entry;
    const isEmpty = isRight("groups", "users") && [...(right.groups ?? []), ...(right.users ?? [])].length === 0;
    return [
        ...(isEmpty ? [say(entry, undefined, "is for nobody; name groups or users")] : []),
        ...unlisted(formatPath([...at, "groups"]), right.groups ?? [], groups, "the groups of people"),
        ...unlisted(formatPath([...at, "users"]), (right.users ?? []).map(normaliseName), names, "the list of people"),
    ];
}

function timeProblems(entry: Entry): Problem[] {
    const { right, has } = entry;
    const { days, dates, from, to, since, until } = right;
    return [
        ...(has("days") === has("dates")
            ? [say(entry, undefined, `has ${has("days") ? "both" : "neither"} days and dates; it needs one of them`)]
            : []),
        ...(days?.length === 0 ? [say(entry, "days", "has no day")] : []),
        ...(dates?.length === 0 ? [say(entry, "dates", "has no date")] : []),
        ...(from !== undefined && from === to ? [say(entry, "to", `is the same as from (${from})`)] : []),
        ...(since !== undefined && until !== undefined && until < since
            ? [say(entry, "until", `${until} is before since (${since}), so it never begins`)]
            : []),
    ];
}

/**
 * Said only where nothing else is wrong with its times. One that is over is no mistake: the file was right, and the
 * rest of it has to be deployed (`scheduleWarnings`).
 */
function neverProblems(entry: Entry): Problem[] {
    const times = timesOf(entry);
    if (times === undefined || timeProblems(entry).length > 0 || begins(times)) {
        return [];
    }
    const { dates, since, until, except } = times;
    const which = dates === undefined ? "days" : "dates";
    if (except.length > 0 && begins({ ...times, except: [] })) {
        return [say(entry, "except", "leaves no date on which it begins")];
    }
    const within = [
        ...(since === undefined ? [] : [`from ${since}`]),
        ...(until === undefined ? [] : [`until ${until}`]),
    ];
    return [
        say(
            entry,
            which,
            within.length === 0 ? "it never begins: the clocks skip that time" : `none of them is ${within.join(" ")}`,
        ),
    ];
}

/** Whether it ever does, or did. */
const begins = (times: Times) => !occurrencesAfter(times, new Date(0)).next().done;

function timesOf({ right, isRight }: Entry): Times | undefined {
    const { from, to, zone, except = [], days, dates, since, until } = right;
    return from === undefined || to === undefined || zone === undefined || !isRight(...TIMES)
        ? undefined
        : { from, to, zone, except, days, dates, since, until };
}

const TIMES = ["days", "dates", "from", "to", "zone", "since", "until", "except"] as const;

function profileProblems(entry: Entry, sections: Sections, { raw, people }: BesideSchedule): Problem[] {
    const { profile } = entry.right;
    if (profile === undefined || sections.spawning === undefined) {
        return [];
    }
    if (sections.spawning === "declared") {
        return [say(entry, "profile", "is for servers that are made when they start; leave it out")];
    }
    if (raw.profiles === undefined) {
        return [say(entry, "profile", "is a key of jupyterhub:profiles, and there are none; leave it out")];
    }
    const { profiles } = sections.parts;
    const named = profiles.find(([slug]) => slug === profile);
    if (named !== undefined) {
        return closedTo(entry, named, people);
    }
    const slugs = profiles.map(([slug]) => slug);
    const message = `"${profile}" is not in profiles (${slugs.join(", ")})${didYouMean(profile, slugs)}`;
    return [say(entry, "profile", message)];
}

function closedTo(entry: Entry, [profile, fields]: Named, people: readonly Person[]): Problem[] {
    const closed = peopleIn(entry.right, people)
        .filter(person => !mayTake(person, fields))
        .map(({ name }) => name);
    const more = closed.length > SHOWN ? ` and ${closed.length - SHOWN} more` : "";
    const who = closed.slice(0, SHOWN).join(", ") + more;
    return closed.length === 0
        ? []
        : [say(entry, "profile", `${who} may not take "${profile}" (${formatPath(["profiles", profile])})`)];
}

/** Most names in one message. */
const SHOWN = 5;
