/**
 * A short-lived container of the hub's image that does one thing to the hub's database of PostgreSQL
 * (images/hub/declared/store/once.py). What it has to know comes by its standard input, so that the password is in no
 * list of processes and no container's definition. Pure.
 */
import { mountOption } from "./mountOption";

/** Where the hub's volume is in its container. */
export const HUB_DATA = "/srv/jupyterhub/data";

/** What its standard input is, as JSON. */
export interface DatabaseAccess {
    url: string;
    ca: string;
    /** The stack's instance id. */
    instance: string;
}

export interface Once {
    /** `container:HUB` is the hub's own place: its address, its DNS, what it may reach. */
    network: string;
    /** The hub's image. */
    image: string;
    /** The hub's volume; undefined where there is none yet. */
    volume?: string;
    /**
     * Whether it may write into the volume.
     * @default false
     */
    writes?: boolean;
}

/** Arguments of the docker command. @param what the program's own */
export function onceArguments({ network, image, volume, writes = false }: Once, ...what: string[]): string[] {
    return [
        ...["run", "--rm", "--interactive", "--pull", "never", "--log-driver", "none", "--network", network],
        ...["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
        ...(volume === undefined
            ? []
            : [
                  "--mount",
                  mountOption([
                      ...["type=volume", `source=${volume}`, `target=${HUB_DATA}`],
                      ...(writes ? [] : ["readonly"]),
                  ]),
              ]),
        ...["--entrypoint", "python", image, "-m", "declared.store.once", ...what],
    ];
}
