/** Who is in a network when it is to go, and what has to be in it once it is there. */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { CONNECT_MEMBERS, networkVariables, REMOVE_NETWORK, REMOVE_OVERLAY, type NetworkFacts } from "./removal";

export interface EndpointsArgs extends Omit<NetworkFacts, "id"> {
    /** Docker's id of the network. */
    networkId: pulumi.Output<string>;
    /** Whether it is of all nodes of a Swarm. */
    isOverlay: boolean;
}

/**
 * A command that Pulumi deletes before its network, since it reads the network's id. So each replacement is stopped
 * here while somebody is in the network, whatever its cause: a changed definition, another name, `--replace`, another
 * plugin. All containers of the stack depend on it: they are touched after it, and when the stack goes, before it.
 *
 * Resource hooks of Pulumi's would be called at the same moments, but a stack that has hooks of deletions cannot be
 * destroyed without running its program.
 */
export function keepEndpoints(
    name: string,
    { networkId, isOverlay, ...args }: EndpointsArgs,
    parent: pulumi.Resource,
): command.local.Command {
    return new command.local.Command(
        name,
        {
            // In variables, because an error shows the command whole.
            create: 'eval "$CONNECT_MEMBERS"',
            delete: 'eval "$REMOVE_NETWORK"',
            environment: networkId.apply(id => ({
                ...networkVariables({ ...args, id }),
                CONNECT_MEMBERS,
                REMOVE_NETWORK: isOverlay ? REMOVE_OVERLAY : REMOVE_NETWORK,
            })),
            triggers: [networkId],
            logging: "none",
            addPreviousOutputInEnv: false,
        },
        // The deletion is of the network with this id, so it never comes after the next one's creation.
        { parent, deleteBeforeReplace: true },
    );
}
