import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { envs, INFRASTRUCTURE, memoryLimit } from "../docker/container";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { DOCKER_SOCKET, LAUNCHER_FOLDER } from "./launcher";
import { infrastructureLabels, type Attachment } from "../network/network";

export interface GateArgs extends PartArgs {
    /** Path of Docker's socket on the host. */
    socket: string;
    /** The network that hub and gate share. */
    network: Attachment;
    /**
     * Whether it passes requests to the launcher, which then makes and ends servers instead of Docker.
     * @default false
     */
    launcher?: boolean;
    /**
     * Whether the launcher is asked about servers, because they are services of a Swarm. Where it does not make them,
     * it starts and stops them.
     * @default false
     */
    swarm?: boolean;
}

/**
 * The hub's substitute for the Docker socket: HAProxy that passes only inspect of the roster, and inspect, start, stop
 * and the end of the log of this stack's people's containers (images/gate). Nothing in it changes when people come and
 * go.
 */
export class Gate extends ContainerComponent {
    constructor(name: string, args: GateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("Gate", name, { args: gateContainer(args) }, opts);
        this.registerOutputs({ containerId: this.containerId });
    }
}

function gateContainer({ launcher = false, swarm = false, ...args }: GateArgs): docker.ContainerArgs {
    return {
        ...INFRASTRUCTURE,
        ...memoryLimit(128),
        name: args.names.gate,
        image: args.image,
        // uid 0, because root owns the socket. Without capabilities uid 0 can do nothing else.
        user: "0",
        networkMode: args.network.name,
        envs: envs({
            GATE_PREFIX: args.names.prefix,
            ...(launcher ? { GATE_LAUNCHER: "1" } : {}),
            ...(swarm ? { GATE_SWARM: "1" } : {}),
        }),
        volumes: [
            { hostPath: args.socket, containerPath: DOCKER_SOCKET },
            ...(launcher || swarm ? [{ volumeName: args.names.launcherVolume, containerPath: LAUNCHER_FOLDER }] : []),
        ],
        labels: infrastructureLabels(args.instance, args.network),
    };
}
