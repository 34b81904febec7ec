/** What all containers of a stack have in common. */
import type * as docker from "@pulumi/docker";

/** Environment in the provider's form, sorted. */
export function envs(values: Readonly<Record<string, string>>): string[] {
    return Object.keys(values)
        .sort()
        .map(name => `${name}=${values[name]}`);
}

/** No capabilities, no way to gain any, and logs that cannot fill the disk. */
export const HARDENED = {
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
} satisfies Partial<docker.ContainerArgs>;

/** For infrastructure in addition: it restarts after a crash and a reboot, and can write only to volumes and /tmp. */
export const INFRASTRUCTURE = {
    ...HARDENED,
    // Not unless-stopped: a Docker that was killed ends at its next start what has outlived it, and takes that for a
    // stop by hand (moby#41302).
    restart: "always",
    readOnly: true,
    // The hub has an open database and needs time to close it.
    destroyGraceSeconds: 15,
} satisfies Partial<docker.ContainerArgs>;

/**
 * Process and thread limit of an infrastructure container: several times what gate, proxy or hub of a large
 * installation use.
 */
export const INFRASTRUCTURE_PIDS = 512;

/** A hard memory limit. By default Docker would let a container use the same amount of swap in addition. */
export function memoryLimit(mib: number): { memory: number; memorySwap: number } {
    return { memory: mib, memorySwap: mib };
}
