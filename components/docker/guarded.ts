import type { StackNames } from "./names";

/**
 * The file by which servers see that a node's guard is ready: in a volume in memory, with the same options everywhere.
 */
export function guardedVolume(names: Pick<StackNames, "guarded">) {
    return {
        Type: "volume",
        Source: names.guarded,
        VolumeOptions: {
            NoCopy: true,
            DriverConfig: { Name: "local", Options: { type: "tmpfs", device: "tmpfs", o: "size=64k,mode=755" } },
        },
    };
}
