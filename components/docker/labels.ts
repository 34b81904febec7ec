/** Labels of Docker objects: by them a stack finds what it made. images/hub/declared/roster.py reads one. Pure. */
import type * as pulumi from "@pulumi/pulumi";

export const LABEL = {
    /** Whose every Docker object is: the stack's instance id. */
    instance: "jupyterhub.instance",
    /** The person's name on the person's container. */
    person: "jupyterhub.person",
    /** Tells somebody who comes back under the same name from the one who left. */
    incarnation: "jupyterhub.incarnation",
    /** Hash of what the container was made from, so that a changed definition is seen. */
    definition: "jupyterhub.definition",
    /** Which GPUs the container was given, by comma, so that they stay the person's. */
    gpus: "jupyterhub.gpus",
    /** Where the hub was when the person's container was made (publicUrl.ts). */
    address: "jupyterhub.address",
    /** Tells a network from an earlier one of the same name; on the network, and on the infrastructure in it. */
    network: "jupyterhub.network",
    /** Id of the proxy's container that Caddy stands in front of. */
    behind: "jupyterhub.behind",
    /** Since when whose changes wait, on the roster container (deferrals.ts). */
    deferred: "jupyterhub.deferred",
    /** Who is let in, on the roster container. */
    roster: "jupyterhub.roster",
    /** The stack's instance id on the container that makes homes on the host, and ends at once (homes.ts). */
    homes: "jupyterhub.homes",
} as const;

type Label = { label: string; value: pulumi.Input<string> };

/** Labels in the provider's form; sorted, so that nothing differs twice. */
export function labels(values: Readonly<Record<string, pulumi.Input<string>>>): Label[] {
    return Object.keys(values)
        .sort()
        .map(label => ({ label, value: values[label] }));
}

export function instanceLabel(instance: string): Label[] {
    return labels({ [LABEL.instance]: instance });
}
