/** One look at a stack's database of PostgreSQL, or one change of it, by the hub's own image beside the hub. */
import { planImages } from "../../components/image";
import { type DatabaseAccess, onceArguments, type StackNames } from "../../components/docker";
import type { Settings } from "../../components/config";
import { UserError } from "../../components/errors";
import { hasImage, inspectContainer, isRunning } from "../../components/host";
import type { Docker } from "../docker/docker";
import { configOf, type Stack } from "../pulumi/pulumi";

/** What `declared.store.once` can do (images/hub). */
export type Act = ["check"] | ["tables"] | ["purge"] | ["to-sqlite"] | ["put-back", copy: string];

export interface DatabasePlace {
    docker: Docker;
    names: StackNames;
    settings: Settings;
    access: DatabaseAccess;
}

/** The URL in the stack file, and what goes with it. */
export async function accessOf(stack: Stack, { database }: Settings, names: StackNames): Promise<DatabaseAccess> {
    const { database: url = "" } = await configOf(stack);
    return { url: url.trim(), ca: database.kind === "sqlite" ? "" : database.ca, instance: names.instance };
}

/** The hub's container, if it runs. */
export async function runningHub(
    docker: Docker,
    { hub }: Pick<StackNames, "hub">,
): Promise<{ image: string } | undefined> {
    const found = await inspectContainer(docker, hub);
    return found !== undefined && isRunning({ state: found.State.Status }) ? { image: found.Config.Image } : undefined;
}

/** The hub's own place in the network, or the way out of Docker's default one. */
export async function databaseNetwork(docker: Docker, names: Pick<StackNames, "hub">): Promise<string> {
    return (await runningHub(docker, names)) === undefined ? "bridge" : `container:${names.hub}`;
}

/**
 * The image that knows the database: that of the deployed hub, or the one that the stack file asks for.
 * @throws UserError when Docker has neither
 */
export async function databaseImage(
    docker: Docker,
    names: Pick<StackNames, "hub">,
    settings: Settings,
): Promise<string> {
    const deployed = await inspectContainer(docker, names.hub);
    const planned = planImages(settings).hub.reference;
    for (const image of [...(deployed === undefined ? [] : [deployed.Config.Image]), planned]) {
        if (await hasImage(docker, image)) {
            return image;
        }
    }
    throw new UserError(
        `The hub's database is in PostgreSQL, and the hub's image, which can read it (${planned}), is not on ` +
            `${docker.host.host}. npm run up -- ${settings.stack} builds it.`,
    );
}

/** @returns what it prints @throws UserError with what it says when it fails */
export async function onDatabase({ docker, names, settings, access }: DatabasePlace, ...act: Act): Promise<string> {
    const image = await databaseImage(docker, names, settings);
    const network = await databaseNetwork(docker, names);
    const writes = act[0] === "to-sqlite" || act[0] === "put-back";
    const args = onceArguments({ network, image, volume: names.hubData, writes }, ...act);
    const { code, stdout, stderr } = await docker.run(args, { input: JSON.stringify(access) });
    if (code !== 0) {
        throw new UserError(stderr.trim() || `docker ended with ${code}`);
    }
    return stdout.trim();
}
