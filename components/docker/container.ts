/** What all containers of a stack have in common. Pure. */
import type * as docker from "@pulumi/docker";

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
