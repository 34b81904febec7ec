import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerHost } from "../docker/dockerHost";
import { LABEL, labels } from "../docker/labels";
import { networkHash, type NetworkDefinition } from "../config/network/settings";
import { keepEndpoints } from "./endpoints";
import type { Member } from "./removal";

export interface NetworkArgs {
    /** Name in Docker. */
    name: string;
    instance: string;
    /** Has no way out, neither to the internet nor to other networks of the host. */
    internal: boolean;
    /** What Docker does not decide by itself. */
    definition: NetworkDefinition;
    /**
     * Distinguishes it from an earlier network of the same name (`networkIncarnation`). Empty if that does not matter.
     */
    incarnation: string;
    /** The hub's own containers in it. */
    members: readonly Member[];
    /** The Docker host. */
    docker: DockerHost;
}

/** A bridge of its own. */
export class Network extends pulumi.ComponentResource {
    /**
     * Its name in Docker, and no output of the resource: no container is deleted because its network is replaced before
     * it is known whether the network can be removed (endpoints.ts). Its incarnation replaces what has to be replaced.
     */
    readonly name: string;
    readonly incarnation: string;

    constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Network", name, {}, opts);
        const { subnet, gateway, ipRange, overlay } = args.definition;
        const options = driverOptions(args.definition);
        const network = new docker.Network(
            name,
            {
                name: args.name,
                driver: overlay === undefined ? "bridge" : "overlay",
                internal: args.internal,
                // For hub and proxy, which are no services.
                ...(overlay === undefined ? {} : { attachable: true }),
                ...(subnet === undefined
                    ? {}
                    : { ipamConfigs: [{ subnet, gateway, ...(ipRange === undefined ? {} : { ipRange }) }] }),
                ...(Object.keys(options).length === 0 ? {} : { options }),
                labels: labels({
                    [LABEL.instance]: args.instance,
                    ...given(LABEL.definition, networkHash(args.definition)),
                    ...given(LABEL.network, args.incarnation),
                }),
            },
            // Two networks cannot share addresses or a name. Docker adds an option to a network of a Swarm.
            {
                parent: this,
                deleteBeforeReplace: true,
                ...(overlay === undefined ? {} : { ignoreChanges: ["options"] }),
            },
        );
        keepEndpoints(`${name}-endpoints`, { ...args, networkId: network.id, isOverlay: overlay !== undefined }, this);
        this.name = args.name;
        this.incarnation = args.incarnation;
        this.registerOutputs({});
    }
}

/**
 * With isolation nothing passes before the guard works: Docker lets no container reach another (`enable_icc`), and the
 * bridge has no address by which containers could reach the host or anything behind it.
 */
function driverOptions({ bridge, mtu, overlay }: NetworkDefinition): Record<string, string> {
    return {
        ...(overlay === "encrypted" ? { encrypted: "true" } : {}),
        ...(bridge === undefined
            ? {}
            : {
                  "com.docker.network.bridge.name": bridge,
                  "com.docker.network.bridge.enable_icc": "false",
                  "com.docker.network.bridge.inhibit_ipv4": "true",
              }),
        ...(mtu === undefined ? {} : { "com.docker.network.driver.mtu": String(mtu) }),
    };
}

function given(label: string, value: string): Record<string, string> {
    return value === "" ? {} : { [label]: value };
}

/** A network as an argument of containers that are replaced with it. */
export type Attachment = Pick<Network, "name" | "incarnation">;

/**
 * A container's networks.
 * @param address its fixed address in the last of them. Docker sets none in the network that a container is created in
 */
export function attached(
    networks: readonly Attachment[],
    address: string | undefined,
): Pick<docker.ContainerArgs, "networkMode" | "networksAdvanced"> {
    const names = networks.map(({ name }) => ({ name }));
    const last = { ...names[names.length - 1], ...(address === undefined ? {} : { ipv4Address: address }) };
    if (names.length === 1) {
        // The default network is left before the container starts.
        return address === undefined ? { networkMode: last.name } : { networkMode: "bridge", networksAdvanced: [last] };
    }
    return {
        networkMode: (address === undefined ? last : names[0]).name,
        networksAdvanced: [...names.slice(0, -1), last],
    };
}

/**
 * Labels of an infrastructure container. Without the network's incarnation a container that is older than its network
 * would look for the old one.
 */
export function infrastructureLabels(instance: string, ...networks: readonly Attachment[]): ReturnType<typeof labels> {
    const incarnations = networks.map(({ incarnation }) => incarnation).filter(incarnation => incarnation !== "");
    return labels({ [LABEL.instance]: instance, ...given(LABEL.network, incarnations.join("-")) });
}
