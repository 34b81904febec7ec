import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { INFRASTRUCTURE, memoryLimit } from "../docker/container";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { infrastructureLabels, type Attachment } from "../network/network";

export interface GateArgs extends PartArgs {
    /** Path of Docker's socket on the host. */
    socket: string;
    /** The network that hub and gate share. */
    network: Attachment;
}

/**
 * The hub's substitute for the Docker socket: HAProxy that passes only inspect of the roster, and inspect, start and
 * stop of this stack's people's containers (images/gate). Nothing in it changes when people come and go.
 */
export class Gate extends ContainerComponent {
    constructor(name: string, args: GateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("Gate", name, { args: gateContainer(args) }, opts);
        this.registerOutputs({ containerId: this.containerId });
    }
}

function gateContainer(args: GateArgs): docker.ContainerArgs {
    return {
        ...INFRASTRUCTURE,
        ...memoryLimit(128),
        name: args.names.gate,
        image: args.image,
        // uid 0, because root owns the socket. Without capabilities uid 0 can do nothing else.
        user: "0",
        networkMode: args.network.name,
        envs: [`GATE_PREFIX=${args.names.prefix}`],
        volumes: [{ hostPath: args.socket, containerPath: "/var/run/docker.sock" }],
        labels: infrastructureLabels(args.instance, args.network),
    };
}
