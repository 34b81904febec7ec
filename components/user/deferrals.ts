/** Changes that wait until a person's server stops: since when, and whom a plan interrupts nevertheless. */
import type { ExistingServer, ExistingServers } from "../host/existing";
import type { Settings } from "../config/settings";

/**
 * Whether a person's container stays as it is because it is running.
 * @param now seconds since 1970
 */
export function isKept(
    before: ExistingServer | undefined,
    { updates, deferAtMost }: Pick<Settings, "updates" | "deferAtMost">,
    now: number,
): before is ExistingServer {
    const waited = before?.deferredSince === undefined ? 0 : now - before.deferredSince;
    return before?.running === true && updates === "when-idle" && (deferAtMost === 0 || waited < deferAtMost);
}

/**
 * Notes on people whose server is running and has another definition now.
 * @param changed person → whether the change waits
 */
export function deferralNotes(
    changed: ReadonlyMap<string, boolean>,
    existing: ExistingServers,
    { updates, deferAtMost }: Pick<Settings, "updates" | "deferAtMost">,
    now: number,
): string[] {
    const names = (waits: boolean) =>
        [...changed]
            .filter(([, value]) => value === waits)
            .map(([name]) => name)
            .sort();
    const [ended, waiting] = [names(false), names(true)];
    const why = updates === "now" ? "updates: now" : `${duration(deferAtMost)} of deferAtMost are over`;
    const until = (name: string) =>
        deferAtMost === 0
            ? name
            : `${name} (until ${day((existing.get(name)?.deferredSince ?? now) + deferAtMost)} at most)`;
    return [
        ...(ended.length === 0
            ? []
            : [`Interrupts running servers (${why}): ${ended.join(", ")}. To tell them first: npm run kick`]),
        ...(waiting.length === 0 ? [] : [`Waits until their servers stop: ${waiting.map(until).join(", ")}`]),
    ];
}

/** In the config's form. */
function duration(seconds: number): string {
    const [unit, size] = (
        [
            ["d", 86_400],
            ["h", 3600],
            ["m", 60],
        ] as const
    ).find(([, size]) => seconds % size === 0) ?? ["s", 1];
    return `${seconds / size}${unit}`;
}

function day(seconds: number): string {
    return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
