import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { parseSubnet, type Subnet } from "../config/cidr";
import { INFRASTRUCTURE, memoryLimit } from "../docker/container";
import { instanceLabel } from "../docker/labels";
import { guardRules, type Addresses } from "./guardRules";
import type { StackNames } from "../docker/names";
import type { NetworkSettings } from "../config/network/settings";
import { HUB_PORT, PROXY_PORT } from "../docker/ports";

export interface GuardArgs {
    names: StackNames;
    instance: string;
    image: string;
    addresses: Addresses;
    network: NetworkSettings;
}

/**
 * Keeps people's containers apart, from each other and from the Docker host (images/guard). It is in the host's network
 * and may change that, and nothing else: no socket, no files of the host, no network of the stack.
 */
export class Guard extends pulumi.ComponentResource {
    readonly containerId: pulumi.Output<string>;

    constructor(name: string, args: GuardArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Guard", name, {}, opts);
        const { gateway, subnet, hub, proxy } = args.addresses;
        const settings = {
            instance: args.instance,
            gateway: `${gateway}/${(parseSubnet(subnet) as Subnet).prefix}`,
            hub,
            proxy,
            ports: { hub: HUB_PORT, proxy: PROXY_PORT },
            rules: guardRules(args.addresses, args.network),
        };
        const container = new docker.Container(
            name,
            {
                ...INFRASTRUCTURE,
                ...memoryLimit(128),
                capabilities: { drops: ["ALL"], adds: ["CAP_NET_ADMIN"] },
                name: args.names.guard,
                image: args.image,
                networkMode: "host",
                // Where Docker maps users to others, these would have no rights over the host's network.
                usernsMode: "host",
                envs: [`GUARD_SETTINGS=${JSON.stringify(settings)}`],
                tmpfs: { "/run": "" },
                labels: instanceLabel(args.instance),
            },
            { parent: this },
        );
        this.containerId = container.id;
        this.registerOutputs({});
    }
}
