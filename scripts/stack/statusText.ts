/** A stack's status in words: tables for a terminal. */
import type { Explanation } from "../../components/config";
import { table } from "../terminal/table";
import type { PersonStatus, Status } from "./status";

export function statusText({ stack, url, people, infrastructure, problems, keptHomes, drift }: Status): string {
    const parts = infrastructure.map(({ part, container, state, health }) => [
        part,
        container,
        [state, health].filter(Boolean).join(", "),
    ]);
    const blocks = [
        table(["person", "kind", "container", "state", "image", "last activity"], people.map(personRow)),
        table(["", "container", "state"], parts),
    ];
    if (problems.length > 0) {
        const rows = problems.map(({ part, what }) => [part, what]);
        const next =
            `What one has to say: npm run logs -- ${stack} ${problems[0].part}. npm run up -- ${stack} ` +
            "starts what does not run.";
        blocks.push(`${table(["not well", ""], rows)}\n${next}`);
    }
    if (keptHomes.length > 0) {
        const rows = keptHomes.map(({ person, home }) => [person ?? "?", home]);
        const next = `To delete one's: npm run purge -- ${stack} --person NAME`;
        blocks.push(`${table(["not listed any more", "home that stays"], rows)}\n${next}`);
    }
    if (drift.length > 0) {
        const rows = drift.map(({ object, what }) => [object, what]);
        blocks.push(table(["otherwise than deployed", ""], rows));
    }
    return [...blocks, url].join("\n\n");
}

export function explanationTable(rows: readonly Explanation[]): string {
    return table(
        ["setting", "value", "from"],
        rows.map(({ setting, value, from }) => [setting, value, from]),
    );
}

function personRow({ name, kind, admin, container, state, image, wantedImage, lastActivity }: PersonStatus): string[] {
    if (container === null) {
        return [name, kind, "-", state, "-", "-"];
    }
    const current = image === wantedImage ? "current" : "outdated";
    return [
        name + (admin ? " (admin)" : ""),
        kind,
        container,
        state,
        image === null ? "-" : wantedImage === null ? "not in the file" : current,
        lastActivity === undefined ? "-" : lastActivity === null ? "never" : ago(lastActivity),
    ];
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
