/** Whether a stack may change how its servers are made while some run. */
import type { Settings } from "../config/settings";
import { UserError } from "../errors/userError";
import type { ExistingServers } from "../host/existing";

/**
 * Servers that `up` makes are removed by it where they are made when they start. Those that the launcher made are
 * nothing that `up` could remove, and have the names of those that it would make.
 * @throws UserError naming those whose servers are in the way
 */
export function refuseTransition(
    { stack, dynamic, updates }: Pick<Settings, "stack" | "dynamic" | "updates">,
    existing: ExistingServers,
): void {
    const inTheWay = [...existing]
        .filter(([, { launched = false, running }]) =>
            dynamic === undefined ? launched : running && !launched && updates === "when-idle",
        )
        .map(([person]) => person)
        .sort();
    if (inTheWay.length === 0) {
        return;
    }
    const [mode, why] =
        dynamic === undefined
            ? ["declared", "the launcher has made these people's servers, whose names are needed"]
            : ["dynamic", "these people's servers run, and would end"];
    throw new UserError(
        [
            `spawning: ${mode}: ${why}: ${inTheWay.join(", ")}. Nothing was changed.`,
            `Run this again when they have stopped, or stop all, with a word to them: npm run drain -- ${stack} ` +
                `(while the hub is away: npm run kick -- ${stack} ${inTheWay.join(" ")})` +
                (dynamic === undefined ? "" : ". Or end them by `jupyterhub:updates: now`"),
        ].join("\n"),
    );
}
