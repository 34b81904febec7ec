/** Whether a hub that is to use SQLite has its data there. */
import { onceArguments } from "../docker/databaseOnce";
import type { StackNames } from "../docker/names";
import { UserError } from "../errors/userError";
import type { Docker } from "../host/client";
import type { ListedContainer } from "../host/listed";
import type { Settings } from "../config/settings";

/**
 * Looks into the hub's volume, where the deployed hub uses PostgreSQL and the next one is not to: its data are in
 * SQLite only if they were moved back.
 * @throws UserError that says how
 */
export async function refuseLeavingData(
    { stack, database }: Pick<Settings, "stack" | "database">,
    names: Pick<StackNames, "hub" | "hubData">,
    listed: readonly ListedContainer[],
    docker: Docker,
): Promise<void> {
    const hub = listed.find(({ name }) => name === names.hub);
    if (database.kind !== "sqlite" || hub === undefined || hub.labels.database !== "postgresql") {
        return;
    }
    const once = { network: "none", image: hub.image, volume: names.hubData };
    const { code, stdout, stderr } = await docker.run(onceArguments(once, "has-left"), { timeout: 120_000 });
    if (code === 0 && stdout === "") {
        return;
    }
    throw new UserError(
        [
            `database: the hub's data are in PostgreSQL (${code === 0 ? stdout : stderr.trim()}), and without its URL ` +
                "people would be unknown to the hub. Nothing was changed.",
            `Move them back: put the URL back (npm run secret -- ${stack} database), then ` +
                `npm run database -- ${stack} --to sqlite`,
        ].join("\n"),
    );
}
