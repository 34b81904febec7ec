/** What applies to one person, and where each value comes from. Pure. */
import { idleWinner, layersOf, mergedEnv, mergedMounts, winner, type Layer } from "./users/layers";
import type { PeopleConfig, Person } from "./users/people";
import { normaliseName } from "./values";

export interface Explanation {
    setting: string;
    value: string;
    /** `built-in`, `defaults`, `group staff`, `the person`, or what it follows from. */
    from: string;
}

const SINGLE = ["memory", "cpus", "pids", "shm", "gpus", "lifecycle", "supplementaryGroups", "umask"] as const;

/** @param person the same person, resolved */
export function explain(config: PeopleConfig, person: Person): Explanation[] {
    const index = config.users.findIndex(user => user !== undefined && normaliseName(user.name) === person.name);
    const user = config.users[index] as NonNullable<PeopleConfig["users"][number]>;
    const layers = layersOf(user, index, config);
    const row = (setting: string, value: unknown, from: string): Explanation => ({
        setting,
        value: shown(value),
        from,
    });
    const own = (given: unknown) => (given === undefined ? "built-in" : "the person");
    const groups = user.groups === undefined && config.defaults.groups !== undefined ? "defaults" : own(user.groups);
    return [
        row("kind", person.kind, sourceOf(layers, "kind")),
        row("admin", person.admin, own(user.admin)),
        row("groups", person.groups, groups),
        ...(user.renamedFrom === undefined ? [] : [row("renamedFrom", person.homeName, "the person")]),
        ...(user.newHome === undefined ? [] : [row("newHome", person.newHome, "the person")]),
        row("image", person.image, winner(layers, "image")?.from.source ?? `kind ${person.kind}`),
        ...(person.system === undefined
            ? []
            : [
                  row("uid", person.system.uid, user.uid === undefined ? "the Docker host" : "the person"),
                  row("gid", person.system.gid, winner(layers, "gid")?.from.source ?? "the Docker host"),
                  row("home", `${person.system.hostHome} at ${person.system.home}`, "homes"),
              ]),
        ...SINGLE.flatMap(field => {
            const found = winner(layers, field);
            return found === undefined ? [] : [row(field, found.value, found.from.source)];
        }),
        ...(["cullAfter", "maxAge"] as const).flatMap(part => {
            const found = idleWinner(layers, part);
            return found === undefined ? [] : [row(`idle.${part}`, found.value, found.from.source)];
        }),
        ...[...mergedEnv(layers)].map(([name, { value, from }]) => row(`env.${name}`, value, from.source)),
        ...[...mergedMounts(layers)].map(([path, { value, from }]) =>
            row(
                "mount",
                `${value.host ?? `volume ${value.volume}`} at ${path}${value.readOnly ? ", read-only" : ""}`,
                from.source,
            ),
        ),
    ];
}

function sourceOf(layers: readonly Layer[], field: Parameters<typeof winner>[1]): string {
    return winner(layers, field)?.from.source ?? "built-in";
}

function shown(value: unknown): string {
    return Array.isArray(value)
        ? value.join(", ") || "-"
        : typeof value === "boolean"
          ? value
              ? "yes"
              : "no"
          : String(value);
}
