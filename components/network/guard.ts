import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { INFRASTRUCTURE, memoryLimit } from "../docker/container";
import { instanceLabel } from "../docker/labels";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { guardRules, type Addresses } from "./guardRules";
import type { DatabaseServer } from "../config/database";
import type { NetworkSettings } from "../config/network/settings";
import { HUB_PORT, PROXY_PORT } from "../docker/ports";

export interface GuardArgs extends PartArgs {
    /** Addresses of hub and proxy, and the network around them. */
    addresses: Addresses;
    /** What people may reach in addition. */
    network: NetworkSettings;
    /** What of the outside is the hub's alone. */
    database?: DatabaseServer;
}

/**
 * Isolates people's containers from each other and from the Docker host (images/guard). It runs in the host's network
 * and may change that, and nothing else: it has no socket, no files of the host, and no network of the stack.
 */
export class Guard extends ContainerComponent {
    constructor(name: string, args: GuardArgs, opts?: pulumi.ComponentResourceOptions) {
        super("Guard", name, { args: guardContainer(args) }, opts);
        this.registerOutputs({ containerId: this.containerId });
    }
}

function guardContainer(args: GuardArgs): docker.ContainerArgs {
    const { gateway, subnet, hub, proxy } = args.addresses;
    const [, prefix] = subnet.split("/");
    const settings = {
        instance: args.instance,
        gateway: `${gateway}/${prefix}`,
        hub,
        proxy,
        ports: { hub: HUB_PORT, proxy: PROXY_PORT },
        rules: guardRules(args.addresses, { ...args.network, database: args.database }),
    };
    return {
        ...INFRASTRUCTURE,
        ...memoryLimit(128),
        capabilities: { drops: ["ALL"], adds: ["CAP_NET_ADMIN"] },
        name: args.names.guard,
        image: args.image,
        networkMode: "host",
        // With user namespaces in Docker, the capabilities would not apply to the host's network.
        usernsMode: "host",
        envs: [`GUARD_SETTINGS=${JSON.stringify(settings)}`],
        tmpfs: { "/run": "" },
        labels: instanceLabel(args.instance),
    };
}
