/** The volume with people's homes that is the same on all nodes of a Swarm, where it is no directory. Pure. */
import type { HomesVolume } from "../config/swarm/homesVolume";
import type { SwarmSettings } from "../config/swarm/settings";
import type { StackNames } from "../docker/names";
import { hashOf } from "./definitions";

/** As Docker mounts it; each node makes it where it is missing. */
export interface VolumeMount {
    Type: "volume";
    Source: string;
    VolumeOptions: {
        /** Nothing of an image is copied into it. */
        NoCopy: true;
        /** A folder in it, which must be there. */
        Subpath?: string;
        DriverConfig: { Name: string; Options: Record<string, string> };
    };
}

type Names = Pick<StackNames, "sharedHomes">;

/**
 * Docker leaves a volume as it is whatever options are asked for, so other options of `local` are another volume. Of
 * other drivers the name may say which files it has: there it stays.
 */
function nameOfHomes(names: Names, { driver, options }: HomesVolume): string {
    const sorted = JSON.stringify(Object.entries(options).sort());
    return driver === "local" ? `${names.sharedHomes}-${hashOf(sorted).slice(0, 8)}` : names.sharedHomes;
}

/** The directory or volume that all nodes have. @returns undefined where homes are temporary */
export function baseOfHomes(
    names: Names,
    { homes, homesVolume }: Pick<SwarmSettings, "homes" | "homesVolume">,
): string | undefined {
    return homesVolume === undefined ? homes : nameOfHomes(names, homesVolume);
}

/** @param folder of one home; all of it where left out */
export function homesMount(names: Names, volume: HomesVolume, folder?: string): VolumeMount {
    return {
        Type: "volume",
        Source: nameOfHomes(names, volume),
        VolumeOptions: {
            NoCopy: true,
            ...(folder === undefined ? {} : { Subpath: folder }),
            DriverConfig: {
                Name: volume.driver,
                Options: Object.fromEntries(Object.entries(volume.options).sort()),
            },
        },
    };
}
