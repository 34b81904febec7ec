/** Moves a hub's database from SQLite into PostgreSQL and back, and puts kept copies back. */
import { databaseProblem, NAMESPACE, SQLITE, type Settings } from "../../components/config";
import { UserError } from "../../components/errors";
import { ensureDocker } from "../docker/docker";
import { checkStackFile, keepingLayout, readStackFile } from "../files/stackFile";
import { stackFile } from "../files/paths";
import { hostOf } from "../pulumi/host";
import { knownStack } from "../pulumi/deployed";
import { namesOf, pulumi, type Stack } from "../pulumi/pulumi";
import { setSecret } from "../stack/secret";
import { up } from "../stack/up";
import { progress } from "../terminal/command";
import { readHidden } from "../terminal/hidden";
import { accessOf, type Act, onDatabase, runningHub, type DatabasePlace } from "./once";

/** @returns the exit code of `up` @throws UserError when the database cannot be used; nothing was changed then */
export async function toPostgresql(name: string): Promise<number> {
    const { stack, place } = await placeOf(name);
    if (place.settings.database.kind === "sqlite") {
        const url = (await readHidden("URL of the database", false)).trim();
        const problem = databaseProblem(url) ?? (url === SQLITE || url === "" ? "expected postgresql://…" : undefined);
        if (problem !== undefined) {
            throw new UserError(`The URL: ${problem}. Nothing was changed.`);
        }
        if ((await runningHub(place.docker, place.names)) !== undefined) {
            progress("Checking the database …");
            const access = { ...place.access, url, ca: databaseCa(name) };
            await unchanged(onDatabase({ ...place, access }, "check"));
        }
        await setSecret(stack, "database", url);
    }
    // The hub moves its data by itself when it starts, before anybody can write anything.
    return up(name, []);
}

/** @returns the exit code of `up` @throws UserError when the data cannot be read; the hub runs as before then */
export async function toSqlite(name: string): Promise<number> {
    const { stack, place } = await placeOf(name);
    if (place.settings.database.kind !== "sqlite") {
        await withoutHub(place, "to-sqlite");
        await keepingLayout(stackFile(name), async () => {
            await pulumi(stack, ["config", "set", "--plaintext", `${NAMESPACE}:database`, SQLITE, "--stack", name]);
        });
        progress("The data are in SQLite. The tables in PostgreSQL are kept as they are.");
    }
    return up(name, []);
}

/** Puts a copy from before an upgrade back. @returns the exit code of `up` */
export async function putBack(name: string, copy: string): Promise<number> {
    const { place } = await placeOf(name);
    if (place.settings.database.kind === "sqlite") {
        throw new UserError("This is for PostgreSQL; the hub's log has the command for SQLite. Nothing was changed.");
    }
    await withoutHub(place, "put-back", copy);
    return up(name, []);
}

/** While no hub writes. People's servers go on. */
async function withoutHub(place: DatabasePlace, ...act: Act): Promise<void> {
    const { docker, names } = place;
    const ran = (await runningHub(docker, names)) !== undefined;
    if (ran) {
        progress("Stopping the hub; people's servers go on …");
        await docker.output(["stop", names.hub]);
    }
    try {
        await onDatabase(place, ...act);
    } catch (error) {
        if (ran) {
            await docker.output(["start", names.hub]);
        }
        throw error;
    }
}

async function unchanged(check: Promise<unknown>): Promise<void> {
    try {
        await check;
    } catch (error) {
        throw error instanceof UserError ? new UserError(`${error.message}\nNothing was changed.`) : error;
    }
}

/** Beside `sqlite` the certificates are no setting yet. */
function databaseCa(name: string): string {
    const written = readStackFile(name).config[`${NAMESPACE}:databaseCa`];
    return typeof written === "string" ? written : "";
}

async function placeOf(name: string): Promise<{ stack: Stack; place: DatabasePlace }> {
    const file = readStackFile(name);
    const settings: Settings = checkStackFile(name, file);
    const stack = await knownStack(name, file);
    const docker = await ensureDocker(await hostOf(stack, file));
    const names = await namesOf(stack);
    return { stack, place: { docker, names, settings, access: await accessOf(stack, settings, names) } };
}
