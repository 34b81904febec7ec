/** All that a plan has to know of the Docker host, asked before anything is registered. Changes nothing. */
import { checkCertificates } from "./certificates";
import { existingServers, hostMemory, type ExistingServers } from "./existing";
import { existingImages } from "./existingImages";
import { existingNetworks, type ExistingNetworks } from "./existingNetworks";
import { checkHostDirectories } from "./hostDirectories";
import { checkIsolation } from "./isolationCheck";
import { hostRoutes } from "./hostRoutes";
import { existingHomes, homeNotes } from "./keptHomes";
import { memoryWarning } from "./memoryWarning";
import { stackNames } from "./names";
import type { Settings } from "./settings";

/** What is there already; arguments of `JupyterHub`. */
export interface Host {
    existing: ExistingServers;
    networks: ExistingNetworks;
    routes: string[];
    images: ReadonlySet<string>;
    missingHomes: string[];
}

/**
 * @returns what is there; what whoever runs the machine should know (warnings); whose home is which after a change (notes)
 * @throws Error that says what to do, when Docker does not answer, or directories and homes are not as they must be
 */
export function lookAtHost(settings: Settings, instance: string): { host: Host; warnings: string[]; notes: string[] } {
    const { docker } = settings;
    checkCertificates(docker);
    checkIsolation(settings);
    const missingHomes = checkHostDirectories(settings);
    const host = { existing: existingServers(instance, docker), networks: existingNetworks(docker), routes: hostRoutes(docker), images: existingImages(docker), missingHomes };
    const tooMuch = memoryWarning(settings.people, hostMemory(docker));
    const names = stackNames(settings.stack, instance);
    const notes = homeNotes(settings, names, host.existing, existingHomes(names, docker));
    return { host, notes, warnings: tooMuch === undefined ? [] : [tooMuch] };
}
