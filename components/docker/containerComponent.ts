/** The base of all components that are one container. */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { StackNames } from "./names";

/** Arguments that all of them take. */
export interface PartArgs {
    /** Names of the stack's objects in Docker. */
    names: StackNames;
    /** The stack's instance id, a label on all of them. */
    instance: string;
    /** Reference of its image. */
    image: string;
}

/** A component with one container. Both have the same resource name. */
export abstract class ContainerComponent extends pulumi.ComponentResource {
    /** Docker's id of the container. */
    readonly containerId: pulumi.Output<string>;

    /**
     * @param kind the last part of the component's type
     * @param container the container's arguments, and how Pulumi is to treat it
     */
    protected constructor(
        kind: string,
        name: string,
        container: { args: docker.ContainerArgs; options?: pulumi.CustomResourceOptions },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super(`jupyterhub:docker:${kind}`, name, {}, opts);
        this.containerId = new docker.Container(name, container.args, { ...container.options, parent: this }).id;
    }
}
