/** `swarm`, resolved. Pure. */
import type { HomesVolume } from "./homesVolume";
import type { Placement } from "./placement";
import type { SwarmSection } from "./schema";

/** Where people's servers run on the nodes of a Docker Swarm. */
export interface SwarmSettings extends Placement {
    /** Host, port and perhaps a path, before the names of the images that nodes pull. */
    registry: string;
    /**
     * Whom the registry knows.
     * @default it asks for no password
     */
    registryUsername?: string;
    /**
     * Directory that all nodes have, with people's homes.
     * @default none: they are in `homesVolume`, or temporary
     */
    homes?: string;
    /**
     * Volume that all nodes have from a file server, with people's homes.
     * @default none: they are in `homes`, or temporary
     */
    homesVolume?: HomesVolume;
    /**
     * Whether traffic between nodes is encrypted.
     * @default false
     */
    encrypted: boolean;
}

export function swarmSettings({ placement, ...given }: SwarmSection): SwarmSettings {
    const { constraints, spread } = placement;
    return {
        ...given,
        constraints,
        ...(spread === undefined ? {} : { spread }),
    };
}

/** Whether homes outlive servers. */
export function keepsHomes({ homes, homesVolume }: Pick<SwarmSettings, "homes" | "homesVolume">): boolean {
    return homes !== undefined || homesVolume !== undefined;
}
