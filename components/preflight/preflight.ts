/** All that a plan has to know of the Docker host, asked before anything is registered. Changes nothing. */
import { pluginBuilds, refuseMissingBuilds } from "./buildKit";
import { checkCertificates } from "../host/certificates";
import { dockerInfo, hostMemory } from "../host/dockerInfo";
import { existingServers, type ExistingServers } from "../host/existing";
import { Docker } from "../host/client";
import { listContainers, taggedImages, volumeNames } from "../host/inventory";
import { existingNetworks, type ExistingNetworks } from "../host/existingNetworks";
import { checkHostDirectories } from "../host/directories";
import { checkIsolation } from "./isolationCheck";
import { hostRoutes } from "../host/routes";
import { allPlans, planImages } from "../image/plan";
import { lookingImages } from "../image/plan";
import { homeNotes, homesOf } from "../user/homeNotes";
import { memoryWarning } from "./memoryWarning";
import { momentOf, type Moment } from "../docker/moment";
import { stackNames } from "../docker/names";
import { dockerfileWarnings } from "./ownDockerfiles";
import type { Settings } from "../config/settings";
import { checkShell } from "./shellCheck";

/** What is there already; arguments of `JupyterHub`. */
export interface Host {
    existing: ExistingServers;
    networks: ExistingNetworks;
    routes: string[];
    images: ReadonlySet<string>;
    builtBefore: boolean;
    missingHomes: string[];
    moment: Moment;
}

/**
 * @param preview whether nothing is changed afterwards, so that Docker is asked less (`Looking.preview`)
 * @returns what is there; what whoever runs the machine should know (warnings); whose home is which after a change
 *   (notes)
 * @throws Error that says what to do, when Docker does not answer, the shell leads Pulumi's plugin elsewhere, or
 *   directories and homes
 *   are not as they must be
 */
export async function lookAtHost(
    settings: Settings,
    instance: string,
    preview: boolean,
): Promise<{ host: Host; warnings: string[]; notes: string[] }> {
    const { docker } = settings;
    checkShell(process.env, docker);
    checkCertificates(docker);
    const names = stackNames(settings.stack, instance);
    // At the same time: one after the other they are a tenth of a small stack's plan.
    const engine = new Docker(docker);
    const [info, { listed, existing }, networks, tagged, volumes, builds] = await Promise.all([
        dockerInfo(engine),
        stackContainers(instance, engine),
        existingNetworks(engine),
        taggedImages(engine),
        volumeNames(engine),
        pluginBuilds(engine),
    ]);
    const images = new Set(tagged.keys());
    if (!builds) {
        refuseMissingBuilds(allPlans(planImages(settings)), images, docker, settings.stack);
    }
    checkIsolation(settings, info);
    const missingHomes = checkHostDirectories(settings, { images: () => lookingImages(settings), preview });
    const tooMuch = memoryWarning(settings.people, hostMemory(info));
    const notes = homeNotes(settings, names, existing, homesOf(names, volumes));
    return {
        host: {
            existing,
            networks,
            routes: hostRoutes(docker),
            images,
            builtBefore: !builds,
            missingHomes,
            moment: momentOf(listed.map(({ id }) => id)),
        },
        notes,
        warnings: [...(tooMuch === undefined ? [] : [tooMuch]), ...(await dockerfileWarnings(settings))],
    };
}

/** The stack's containers, and what is known of people's. */
async function stackContainers(instance: string, engine: Docker) {
    const listed = await listContainers(engine, instance);
    return { listed, existing: await existingServers(listed, engine) };
}
