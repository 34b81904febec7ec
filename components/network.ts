import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { instanceLabel } from "./container";

export interface NetworkArgs {
    /** Name in Docker. */
    name: string;
    instance: string;
    /** No way out of it, neither to the internet nor to the host's other networks. */
    internal: boolean;
}

/** A bridge of its own. Keeping the people on it apart has its place here too. */
export class Network extends pulumi.ComponentResource {
    constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Network", name, {}, opts);
        new docker.Network(
            name,
            { name: args.name, driver: "bridge", internal: args.internal, labels: instanceLabel(args.instance) },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
