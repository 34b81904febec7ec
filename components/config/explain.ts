/** What applies to one person, and where each value comes from. Pure. */
import { ownKeys } from "./raw/namespace";
import { secretRows } from "./secrets/explained";
import { readPeopleConfig } from "./sections";
import type { Settings } from "./settings";
import { choicesOf, isDefault, takenBy } from "./profiles/choices";
import { imageOf } from "./images";
import { mergedConstraints, mergedEnv, mergedMounts, partWinner, winner, type Layer } from "./users/layers";
import { listedIn, type Listed, type Mount, type PeopleConfig, type Person } from "./users/person";
import { formatDuration, formatSize, normaliseName } from "./values";

export interface Explanation {
    setting: string;
    value: string;
    /** `built-in`, `defaults`, `group staff`, `the person`, or what it follows from. */
    from: string;
}

const SIZES: readonly string[] = ["memory", "shm", "openLimit"];
const SINGLE = [
    "memory",
    "cpus",
    "pids",
    "shm",
    "openLimit",
    "gpus",
    "lifecycle",
    "supplementaryGroups",
    "umask",
] as const;

/**
 * @param all the stack's config, keys with their namespace; `ENCRYPTED` in the place of encrypted values
 * @param settings the same, resolved
 */
export function explain(
    all: Readonly<Record<string, unknown>>,
    { blockedUsers, sharing }: Pick<Settings, "blockedUsers" | "sharing">,
    person: Person,
): Explanation[] {
    const config = readPeopleConfig(all);
    const listed = listedIn(config).find(({ user }) => normaliseName(user.name) === person.name);
    if (listed === undefined) {
        return [];
    }
    const { user, layers } = listed;
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
        ...(blockedUsers.includes(person.name) ? [row("blocked", true, "blockedUsers")] : []),
        row("groups", person.groups, groups),
        ...(user.renamedFrom === undefined ? [] : [row("renamedFrom", person.homeName, "the person")]),
        ...(user.newHome === undefined ? [] : [row("newHome", person.newHome, "the person")]),
        row(
            "image",
            imageOf(winner(layers, "image")?.value, person.kind),
            winner(layers, "image")?.from.source ?? `kind ${person.kind}`,
        ),
        ...(person.system === undefined
            ? []
            : [
                  row("uid", person.system.uid, user.uid === undefined ? "the Docker host" : "the person"),
                  row("gid", person.system.gid, winner(layers, "gid")?.from.source ?? "the Docker host"),
                  row("home", `${person.system.hostHome} at ${person.system.home}`, "homes"),
              ]),
        ...ofServer(layers).map(({ setting, value, from }) => row(setting, value, from.source)),
        ...ofProfiles(listed, config).map(({ setting, value, from }) => row(setting, value, from)),
        ...secretRows(person, sharing, ownKeys(all).raw),
    ];
}

/** What somebody may take, and what is another with each. */
function ofProfiles(listed: Listed, config: PeopleConfig): { setting: string; value: unknown; from: string }[] {
    const taken = takenBy(listed, config);
    const preselected = taken.find(isDefault) ?? taken.at(0);
    const names = taken.map(one => (one === preselected ? `${one[0]} (preselected)` : one[0]));
    return [
        ...(taken.length === 0 ? [] : [{ setting: "profiles", value: names, from: "profiles" }]),
        ...taken.flatMap(profile => {
            const [slug, { images = [] }] = profile;
            const { layer } = choicesOf(profile)[0];
            const image = images.length === 0 ? layer.fields.image : images;
            const rows = [...(image === undefined ? [] : [{ setting: "image", value: image }]), ...ofServer([layer])];
            return rows.map(({ setting, value }) => ({ setting: `${slug}: ${setting}`, value, from: layer.source }));
        }),
    ];
}

/** What the layers say of one setting. */
interface Row {
    setting: string;
    value: unknown;
    from: Layer;
}

/** A row where somebody says something. @param shownAs how a value is shown */
function rowsOf<T>(
    setting: string,
    found: { value: T; from: Layer } | undefined,
    shownAs: (value: T) => unknown = value => value,
): Row[] {
    return found === undefined ? [] : [{ setting, value: shownAs(found.value), from: found.from }];
}

/** What the layers say of the server itself. */
function ofServer(layers: readonly Layer[]): Row[] {
    return [
        ...SINGLE.flatMap(setting =>
            rowsOf<unknown>(setting, winner(layers, setting), value =>
                typeof value === "number" && SIZES.includes(setting) ? formatSize(value) : value,
            ),
        ),
        ...rowsOf("idle.cullAfter", partWinner(layers, "idle", "cullAfter"), formatDuration),
        ...rowsOf("idle.maxAge", partWinner(layers, "idle", "maxAge"), formatDuration),
        ...mergedConstraints(layers).map(({ value, from }) => ({ setting: "placement.constraints", value, from })),
        ...rowsOf("placement.spread", partWinner(layers, "placement", "spread")),
        ...rowsOf("reservations.memory", partWinner(layers, "reservations", "memory"), formatSize),
        ...rowsOf("reservations.cpus", partWinner(layers, "reservations", "cpus")),
        ...[...mergedEnv(layers)].map(([name, { value, from }]) => ({ setting: `env.${name}`, value, from })),
        ...[...mergedMounts(layers).values()].map(({ value, from }) => ({
            setting: "mount",
            value: mount(value),
            from,
        })),
    ];
}

function mount(given: Mount): string {
    const what = "host" in given ? given.host : `volume ${given.volume}${whose(given)}`;
    return `${what} at ${given.path}${given.readOnly ? ", read-only" : ""}`;
}

function whose({ own, each }: { own?: true; each?: string }): string {
    return each !== undefined ? ` of each in ${each}` : own ? " of their own" : "";
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
