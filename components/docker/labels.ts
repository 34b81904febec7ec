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
    /** Name of the server on a container that the launcher made; empty for the person's default one. */
    server: "jupyterhub.server",
    /** What the server was started with: a profile's name, also with `~` and an image; `default` without profiles. */
    profile: "jupyterhub.profile",
    /** GPUs of the container, comma-separated. They stay with the person, or are the pool's while it exists. */
    gpus: "jupyterhub.gpus",
    /** Public URL of the hub when the person's container was created (publicUrl.ts). */
    address: "jupyterhub.address",
    /** "true" on a server that the launcher made. */
    launched: "jupyterhub.launched",
    /** On a declared service of a Swarm: what the launcher adds to it at a start, as JSON. */
    adds: "jupyterhub.adds",
    /**
     * Distinguishes a network from an earlier one of the same name. On the network, and on the infrastructure
     * containers in it.
     */
    network: "jupyterhub.network",
    /** `postgresql` on a hub whose data are there. */
    database: "jupyterhub.database",
    /** Id of the proxy's container behind Caddy. */
    behind: "jupyterhub.behind",
    /** Since when people's changes have been waiting. On the roster container (deferralsLabel.ts). */
    deferred: "jupyterhub.deferred",
    /** The people who are let in. On the roster container. */
    roster: "jupyterhub.roster",
    /** What names and secrets of the deployment are derived from (deployments.ts). On the roster container. */
    deployment: "jupyterhub.deployment",
    /** The stack that deployed it. On the roster container. */
    stack: "jupyterhub.stack",
    /** "true" where people's servers are services of a Swarm. On the roster container. */
    swarm: "jupyterhub.swarm",
    /** The stack's instance id, on short-lived containers that prepare homes and volumes. */
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
