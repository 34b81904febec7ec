/**
 * Labels of Docker objects. A stack finds its objects by them. images/hub/declared/people/roster.py reads one of them
 * too.
 */
import type * as pulumi from "@pulumi/pulumi";

export const LABEL = {
    /** The stack's instance id, on each of its Docker objects. */
    instance: "jupyterhub.instance",
    /** The person's name, on their container. */
    person: "jupyterhub.person",
    /** Distinguishes a person from an earlier one of the same name. */
    incarnation: "jupyterhub.incarnation",
    /** Hash of the definition of the container, to see whether it changed. */
    definition: "jupyterhub.definition",
    /** GPUs of the container, comma-separated. They stay with the person. */
    gpus: "jupyterhub.gpus",
    /** Public URL of the hub when the person's container was created (publicUrl.ts). */
    address: "jupyterhub.address",
    /**
     * Distinguishes a network from an earlier one of the same name. On the network, and on the infrastructure
     * containers in it.
     */
    network: "jupyterhub.network",
    /** Id of the proxy's container behind Caddy. */
    behind: "jupyterhub.behind",
    /** Since when people's changes have been waiting. On the roster container (deferralsLabel.ts). */
    deferred: "jupyterhub.deferred",
    /** The people who are let in. On the roster container. */
    roster: "jupyterhub.roster",
    /** The stack's instance id, on the short-lived container that creates homes (homes.ts). */
    homes: "jupyterhub.homes",
} as const;

type Label = { label: string; value: pulumi.Input<string> };

/** Labels in the provider's form. Sorted, so that the same labels are never a difference. */
export function labels(values: Readonly<Record<string, pulumi.Input<string>>>): Label[] {
    return Object.keys(values)
        .sort()
        .map(label => ({ label, value: values[label] }));
}

export function instanceLabel(instance: string): Label[] {
    return labels({ [LABEL.instance]: instance });
}
