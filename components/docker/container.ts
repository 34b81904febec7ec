/** What all containers of a stack have in common. Pure. */
import type * as docker from "@pulumi/docker";
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

/** Environment in the provider's form, sorted. */
export function envs(values: Readonly<Record<string, string>>): string[] {
    return Object.keys(values)
        .sort()
        .map(name => `${name}=${values[name]}`);
}

/**
 * No capability, no way to gain one, and logs that cannot fill the disk.
 */
export const HARDENED = {
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
} satisfies Partial<docker.ContainerArgs>;

/** Infrastructure besides: comes back after a crash and a reboot, writes nothing outside volumes and /tmp. */
export const INFRASTRUCTURE = {
    ...HARDENED,
    restart: "unless-stopped",
    readOnly: true,
    // The hub has a database open: a stop must be given the time to close it.
    destroyGraceSeconds: 15,
} satisfies Partial<docker.ContainerArgs>;

/**
 * Most processes and threads of an infrastructure container: several times what a large machine's gate, proxy or hub
 * has.
 */
export const INFRASTRUCTURE_PIDS = 512;

/** A hard memory limit. Docker lets a container swap as much again unless told not to. */
export function memoryLimit(mib: number): { memory: number; memorySwap: number } {
    return { memory: mib, memorySwap: mib };
}
