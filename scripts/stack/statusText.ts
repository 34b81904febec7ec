/** A stack's status in words: tables for a terminal. */
import { DateTime } from "luxon";
import type { Explanation } from "../../components/config";
import { databaseText } from "../database/status";
import { table } from "../terminal/table";
import { serverOf } from "../../components/docker";
import type { NodeStatus } from "../docker/nodes";
import type { PersonStatus } from "./peopleStatus";
import type { Status } from "./status";

export function statusText(status: Status): string {
    const { stack, url, people, infrastructure, problems, keptHomes, drift, nodes, next } = status;
    const parts = infrastructure.map(({ part, container, state, health }) => [
        part,
        container,
        [state, health].filter(Boolean).join(", "),
    ]);
    const database = databaseText(status.database);
    const blocks = [
        peopleTable(people),
        table(["", "container", "state"], parts),
        ...(nodes === undefined ? [] : [nodesTable(nodes)]),
        ...(database === undefined ? [] : [database]),
    ];
    if (problems.length > 0) {
        const rows = problems.map(({ part, what }) => [part, what]);
        const next =
            `What one has to say: npm run logs -- ${stack} ${problems[0].part}. npm run up -- ${stack} ` +
            "starts what does not run.";
        blocks.push(`${table(["unhealthy", ""], rows)}\n${next}`);
    }
    if (keptHomes.length > 0) {
        const rows = keptHomes.map(({ person, home }) => [person ?? "?", home]);
        const next = `To delete one's: npm run purge -- ${stack} --person NAME`;
        blocks.push(`${table(["not listed", "home that stays"], rows)}\n${next}`);
    }
    if (drift.length > 0) {
        const rows = drift.map(({ object, what }) => [object, what]);
        blocks.push(table(["changed since deployed", ""], rows));
    }
    if (next !== null) {
        blocks.push(nextText(next, new Date()));
    }
    return [...blocks, url].join("\n\n");
}

function nodesTable(nodes: readonly NodeStatus[]): string {
    const rows = nodes.map(({ name, state, availability, guard, servers }) => [
        name,
        state,
        availability,
        guard ?? "-",
        String(servers),
    ]);
    return table(["node", "state", "availability", "guard", "servers"], rows);
}

/** The year only where it is another one. */
export function nextText({ schedule, from, zone, people }: NonNullable<Status["next"]>, now: Date): string {
    const begin = DateTime.fromISO(from, { zone, locale: "en-US" });
    const isThisYear = begin.year === DateTime.fromJSDate(now, { zone }).year;
    const when = begin.toFormat(`ccc d LLL${isThisYear ? "" : " yyyy"} HH:mm`);
    return `Next: ${schedule} ${when} ${zone} (${people === 1 ? "1 person" : `${people} people`})`;
}

export function explanationTable(rows: readonly Explanation[]): string {
    return table(
        ["setting", "value", "from"],
        rows.map(({ setting, value, from }) => [setting, value, from]),
    );
}

/** One row for each server. Profiles and GPUs have a column where there are some. */
export function peopleTable(people: readonly PersonStatus[]): string {
    const columns: Column[] = [
        { title: "person", of: person => (person.container === null ? person.name : called(person)) },
        { title: "kind", of: ({ kind }) => kind },
        { title: "container", of: ({ container }) => container ?? "-" },
        { title: "state", of: ({ state }) => state },
        ...(people.every(({ node }) => node === undefined)
            ? []
            : [{ title: "node", of: ({ node }: PersonStatus) => node ?? "-" }]),
        // Where a stack has no profiles, that is what all servers are of.
        ...(people.every(({ profile }) => profile === null || profile === "default")
            ? []
            : [{ title: "profile", of: ({ profile }: PersonStatus) => profile ?? "-" }]),
        ...(people.every(({ gpus }) => gpus.length === 0)
            ? []
            : [{ title: "GPUs", of: ({ gpus }: PersonStatus) => gpus.join(", ") || "-" }]),
        { title: "image", of: imageState },
        { title: "last activity", of: lastActive },
    ];
    return table(
        columns.map(({ title }) => title),
        people.map(person => columns.map(({ of }) => of(person))),
    );
}

interface Column {
    title: string;
    of: (person: PersonStatus) => string;
}

function imageState({ image, wantedImage }: PersonStatus): string {
    return image === null
        ? "-"
        : wantedImage === null
          ? "not in the file"
          : image === wantedImage
            ? "current"
            : "outdated";
}

function lastActive({ lastActivity }: PersonStatus): string {
    return lastActivity === undefined ? "-" : lastActivity === null ? "never" : ago(lastActivity);
}

function called({ name, server, admin, blocked, listed }: PersonStatus): string {
    const what = [...(admin ? ["admin"] : []), ...(blocked ? ["blocked"] : []), ...(listed ? [] : ["not listed"])];
    return serverOf(name, server) + (what.length === 0 ? "" : ` (${what.join(", ")})`);
}

function ago(time: string): string {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 60_000));
    if (minutes < 1) {
        return "just now";
    }
    return minutes < 120
        ? `${minutes} min ago`
        : minutes < 2880
          ? `${Math.floor(minutes / 60)} h ago`
          : `${Math.floor(minutes / 1440)} days ago`;
}
