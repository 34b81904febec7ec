/**
 * Reads in the hub's log what happened to its database, which the hub upgrades itself
 * (images/hub/declared/store/database.py).
 */
import { inspectContainer } from "../../components/host";
import type { StackNames } from "../../components/docker";
import type { Docker } from "./docker";

/**
 * The hub's last line about its database.
 * @returns undefined if there is none
 */
export async function databaseNews(
    docker: Docker,
    names: Pick<StackNames, "hub" | "hubData">,
): Promise<string | undefined> {
    const { stdout, stderr } = await docker.run(["logs", "--tail", "1000", names.hub]);
    const hub = await inspectContainer(docker, names.hub);
    return newsIn(`${stdout}${stderr}`, names.hubData, hub?.Config.Image ?? "");
}

/** Finds that line and puts the names of the volume and the image in place of its placeholders. Pure. */
export function newsIn(log: string, volume: string, image: string): string | undefined {
    const said = [...log.matchAll(/^jupyterhub: (the database .*)$/gm)].pop()?.[1];
    return said && `The hub: ${said.replace(" VOLUME:", ` ${volume}:`).replace(" IMAGE ", ` ${image} `)}`;
}
