import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { LABEL, labels } from "../docker/labels";
import { networkHash, type NetworkDefinition } from "../config/network/settings";

export interface NetworkArgs {
    /** Name in Docker. */
    name: string;
    instance: string;
    /** No way out of it, neither to the internet nor to the host's other networks. */
    internal: boolean;
    /** What is not left to Docker. */
    definition: NetworkDefinition;
    /** Tells it from an earlier network of the same name (`networkIncarnation`); empty where that does not matter. */
    incarnation: string;
}

/** A bridge of its own. */
export class Network extends pulumi.ComponentResource {
    /**
     * Its name, by way of Docker: what reads it is removed before the network is exchanged, and made again after it.
     * For the infrastructure; people's containers have the plain name, so that nothing reaches into a running one.
     */
    readonly name: pulumi.Output<string>;
    readonly incarnation: string;

    constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Network", name, {}, opts);
        const { subnet, gateway, ipRange } = args.definition;
        const options = bridgeOptions(args.definition);
        const network = new docker.Network(
            name,
            {
                name: args.name,
                driver: "bridge",
                internal: args.internal,
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
            // Two networks can share neither addresses nor, for those who look for it, a name.
            { parent: this, deleteBeforeReplace: true },
        );
        this.name = network.name;
        this.incarnation = args.incarnation;
        this.registerOutputs({});
    }
}

/**
 * Where a guard keeps people apart, nothing goes before it is there: Docker lets nobody reach anybody (`enable_icc`),
 * and the bridge has no address, by which the host could be reached and what lies behind it.
 */
function bridgeOptions({ bridge, mtu }: NetworkDefinition): Record<string, string> {
    return {
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

/** A network as those containers see it that are made anew with it. */
export type Attachment = Pick<Network, "name" | "incarnation">;

/**
 * A container's networks.
 * @param address its fixed one in the last of them. Docker gives none in the network that a container is made in
 */
export function attached(
    networks: readonly Attachment[],
    address: string | undefined,
): Pick<docker.ContainerArgs, "networkMode" | "networksAdvanced"> {
    const names = networks.map(({ name }) => ({ name }));
    const last = { ...names[names.length - 1], ...(address === undefined ? {} : { ipv4Address: address }) };
    if (names.length === 1) {
        // Docker's default one is left before the container is started.
        return address === undefined ? { networkMode: last.name } : { networkMode: "bridge", networksAdvanced: [last] };
    }
    return {
        networkMode: (address === undefined ? last : names[0]).name,
        networksAdvanced: [...names.slice(0, -1), last],
    };
}

/** Labels of a container of the infrastructure. One that was there before its network would look for the old one. */
export function infrastructureLabels(instance: string, ...networks: readonly Attachment[]): ReturnType<typeof labels> {
    const incarnations = networks.map(({ incarnation }) => incarnation).filter(incarnation => incarnation !== "");
    return labels({ [LABEL.instance]: instance, ...given(LABEL.network, incarnations.join("-")) });
}
