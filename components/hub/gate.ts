import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { INFRASTRUCTURE, memoryLimit } from "../docker/container";
import type { StackNames } from "../docker/names";
import { infrastructureLabels, type Attachment } from "../network/network";

export interface GateArgs {
    names: StackNames;
    instance: string;
    image: string;
    /** Path of Docker's socket on the host. */
    socket: string;
    /** The network that hub and gate share. */
    network: Attachment;
}

/**
 * What the hub has instead of the Docker socket: HAProxy that lets pass only inspect of the roster and
 * inspect, start and stop of this stack's people (images/gate). Nothing in it changes when people come and go.
 */
export class Gate extends pulumi.ComponentResource {
    readonly containerId: pulumi.Output<string>;

    constructor(name: string, args: GateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Gate", name, {}, opts);
        const container = new docker.Container(
            name,
            {
                ...INFRASTRUCTURE,
                ...memoryLimit(128),
                name: args.names.gate,
                image: args.image,
                // uid 0, because the socket is root's; without capabilities that is all it can reach.
                user: "0",
                networkMode: args.network.name,
                envs: [`GATE_PREFIX=${args.names.prefix}`],
                volumes: [{ hostPath: args.socket, containerPath: "/var/run/docker.sock" }],
                labels: infrastructureLabels(args.instance, args.network),
            },
            { parent: this },
        );
        this.containerId = container.id;
        this.registerOutputs({});
    }
}
