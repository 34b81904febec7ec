import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { PartArgs } from "../docker/containerComponent";
import { instanceLabel } from "../docker/labels";

/** Volume of the launcher's socket, which the gate mounts too. Nothing else is in it, so it goes with the launcher. */
export class LauncherVolume extends pulumi.ComponentResource {
    constructor(
        name: string,
        { names, instance }: Pick<PartArgs, "names" | "instance">,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("jupyterhub:docker:LauncherVolume", name, {}, opts);
        new docker.Volume(
            name,
            { name: names.launcherVolume, labels: instanceLabel(instance) },
            { parent: this, deleteBeforeReplace: true },
        );
        this.registerOutputs({});
    }
}
