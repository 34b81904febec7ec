import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { LABEL, labels } from "./container";
import { networkHash, type NetworkDefinition } from "./networkSettings";

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

/** A bridge of its own. Keeping the people on it apart has its place here too. */
export class Network extends pulumi.ComponentResource {
    /**
     * Its name, by way of Docker: what reads it is removed before the network is exchanged, and made again after it. For
     * the infrastructure; people's containers have the plain name, so that nothing reaches into a running one.
     */
    readonly name: pulumi.Output<string>;
    readonly incarnation: string;

    constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Network", name, {}, opts);
        const { subnet, gateway, mtu } = args.definition;
        const network = new docker.Network(
            name,
            {
                name: args.name,
                driver: "bridge",
                internal: args.internal,
                ...(subnet === undefined ? {} : { ipamConfigs: [{ subnet, gateway }] }),
                ...(mtu === undefined ? {} : { options: { "com.docker.network.driver.mtu": String(mtu) } }),
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

function given(label: string, value: string): Record<string, string> {
    return value === "" ? {} : { [label]: value };
}

/** A network as those containers see it that are made anew with it. */
export type Attachment = Pick<Network, "name" | "incarnation">;

/** Labels of a container of the infrastructure. One that was there before its network would look for the old one. */
export function infrastructureLabels(instance: string, ...networks: readonly Attachment[]): ReturnType<typeof labels> {
    const incarnations = networks.map(({ incarnation }) => incarnation).filter(incarnation => incarnation !== "");
    return labels({ [LABEL.instance]: instance, ...given(LABEL.network, incarnations.join("-")) });
}
