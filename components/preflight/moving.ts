/** Whether the hub's public URL may change while servers run. */
import type { ExistingServers } from "../host/existing";
import { addressOf, stillWorksAt } from "../config/publicUrl";
import type { Settings } from "../config/settings";
import { UserError } from "../errors/userError";

/**
 * A running server keeps the hub's address from its start.
 * @throws UserError naming those whose servers would no longer be reachable
 */
export function refuseMoving(
    { people, dynamic, url, updates }: Pick<Settings, "people" | "dynamic" | "url" | "updates">,
    existing: ExistingServers,
): void {
    // Where others get in, people who are not listed stay too.
    const staying = dynamic === undefined ? people.map(({ name }) => name) : [...existing.keys()];
    const lost = staying.filter(name => {
        const before = existing.get(name);
        return before?.running === true && !stillWorksAt(before.address, addressOf(url));
    });
    if (updates === "when-idle" && lost.length > 0) {
        throw new UserError(
            `publicUrl: at ${url} people would no longer reach their running servers ` +
                `(${lost.join(", ")}); nothing was changed. ` +
                "Stop those, or end them by `jupyterhub:updates: now`.",
        );
    }
}
