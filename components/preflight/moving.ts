/** Whether the hub may get another address while servers run. Pure. */
import type { ExistingServers } from "../host/existing";
import { addressOf, stillWorksAt } from "../config/publicUrl";
import type { Settings } from "../config/settings";
import { UserError } from "../errors/userError";

/**
 * A server that runs goes on with the hub's address that it was started with.
 * @throws UserError naming those who would not reach theirs any more
 */
export function refuseMoving(
    { people, url, updates }: Pick<Settings, "people" | "url" | "updates">,
    existing: ExistingServers,
): void {
    const lost = people.filter(({ name }) => {
        const before = existing.get(name);
        return before?.running === true && !stillWorksAt(before.address, addressOf(url));
    });
    if (updates === "when-idle" && lost.length > 0) {
        throw new UserError(
            `publicUrl: at ${url} people would no longer reach their running servers ` +
                `(${lost.map(({ name }) => name).join(", ")}); nothing was changed. ` +
                "Stop those, or end them by `jupyterhub:updates: now`.",
        );
    }
}
