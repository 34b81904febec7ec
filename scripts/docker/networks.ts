/** Removes networks that Pulumi does not know of. */
import { networkVariables, REMOVE_NETWORK } from "../../components/network";
import { UserError } from "../../components/errors";
import { capture } from "../terminal/process";
import type { Docker } from "./docker";

export interface UnknownNetwork {
    id: string;
    /** Its name, which tells the names of the stack's containers. */
    name: string;
    instance: string;
}

/**
 * The hub's own containers are disconnected for it. They, and people's servers, are connected to the next network of
 * the name after Pulumi has run (`mendNetworks`).
 * @param detachPeople whether people's running servers are disconnected too; they keep running
 * @throws UserError naming those who are in it, when it cannot be removed
 */
export async function removeNetwork(
    docker: Docker,
    { id, name, instance }: UnknownNetwork,
    { detachPeople }: { detachPeople: boolean },
): Promise<void> {
    const prefix = name.slice(0, name.lastIndexOf("-"));
    const members = ["hub", "proxy", "gate", "https"].map(part => ({ name: `${prefix}-${part}` }));
    const variables = networkVariables({ id, docker: docker.host, instance, members });
    const { code, stderr } = await capture("sh", ["-c", REMOVE_NETWORK], {
        env: { ...process.env, ...variables, NETWORK_DETACH: detachPeople ? "people" : "" },
    });
    if (code !== 0) {
        throw new UserError(stderr.trim());
    }
}
