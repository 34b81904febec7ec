import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { envs, INFRASTRUCTURE, memoryLimit } from "../docker/container";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { instanceLabel } from "../docker/labels";

export interface LauncherContainerArgs extends PartArgs {
    /** Path of Docker's socket on the host. */
    socket: string;
    /**
     * Whether servers are services of a Swarm.
     * @default false: containers of this machine
     */
    swarm?: boolean;
}

/** Folder of the launcher's socket, in its container and in the gate's. */
export const LAUNCHER_FOLDER = "/run/launcher";

/** Where Docker's socket is in a container that has it. */
export const DOCKER_SOCKET = "/var/run/docker.sock";

/**
 * Makes people's servers when they start, where these are not declared; on a Swarm it starts and stops those that are,
 * and keeps the guard of the nodes. It is told names alone, by the gate, on a socket; what it makes of them stands in
 * the roster container, or in labels of the declared services (images/launcher).
 */
export class Launcher extends ContainerComponent {
    constructor(name: string, args: LauncherContainerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("Launcher", name, { args: launcherContainer(args) }, opts);
        this.registerOutputs({ containerId: this.containerId });
    }
}

function launcherContainer({
    names,
    instance,
    image,
    socket,
    swarm = false,
}: LauncherContainerArgs): docker.ContainerArgs {
    return {
        ...INFRASTRUCTURE,
        ...memoryLimit(256),
        name: names.launcher,
        image,
        // uid 0, because root owns the socket. Without capabilities uid 0 can do nothing else.
        user: "0",
        networkMode: "none",
        envs: envs({
            LAUNCHER_INSTANCE: instance,
            LAUNCHER_PREFIX: names.prefix,
            LAUNCHER_ROSTER: names.roster,
            ...(swarm ? { LAUNCHER_NETWORK: names.peopleNetwork } : {}),
        }),
        volumes: [
            { hostPath: socket, containerPath: DOCKER_SOCKET },
            { volumeName: names.launcherVolume, containerPath: LAUNCHER_FOLDER },
        ],
        tmpfs: { "/tmp": "" },
        labels: instanceLabel(instance),
    };
}
