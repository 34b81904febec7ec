/**
 * All that a plan has to know of the Docker host, asked before anything is registered. Changes nothing but the copy of
 * this machine's certificates.
 */
import { createHash } from "node:crypto";
import * as path from "node:path";
import { pluginBuilds, refuseMissingBuilds } from "./buildKit";
import type { KnownAuthorities } from "../config/network/forServers";
import { checkCertificates } from "../host/certificates";
import { dockerInfo, hostMemory } from "../host/dockerInfo";
import { existingServers, type ExistingServers } from "../host/existing";
import { Docker } from "../host/client";
import { listOurContainers, taggedImages, volumeNames } from "../host/inventory";
import { existingNetworks, type ExistingNetworks } from "../host/existingNetworks";
import type { DeployedOutputs } from "../host/deployedState";
import { checkHostDirectories } from "../host/directories";
import { checkIsolation } from "./isolationCheck";
import { hostRoutes } from "../host/routes";
import { hostAuthorities, hostCaBundle } from "../image/hostCa";
import { allPlans, lookingImages, planImages } from "../image/plan";
import { homeNotes, homesOf } from "../user/homeNotes";
import { untouchedPeople } from "../docker/untouched";
import { memoryWarning } from "./memoryWarning";
import { momentOf, type Moment } from "../docker/moment";
import type { Present } from "../docker/deployments";
import { stackNames } from "../docker/names";
import { refuseLeavingData } from "./databaseLeft";
import { dockerfileWarnings } from "./ownDockerfiles";
import { scheduleWarnings } from "../config/schedule/settings";
import type { Settings } from "../config/settings";
import { checkSwarm } from "./swarmCheck";
import { checkShell } from "./shellCheck";

/** What is there already. */
export interface Host {
    /** People's containers. Running ones keep their definition, and every one its incarnation. */
    existing: ExistingServers;
    /**
     * Incarnations of the people on the list that is deployed, which they keep where no container has it: where the
     * launcher makes these, or made them.
     * @default nobody is listed
     */
    incarnations: ReadonlyMap<string, string>;
    /**
     * Networks. Where they are left out, one that was removed and made again by hand is taken for the same: servers
     * that ran in the old one do not start then.
     */
    networks: ExistingNetworks;
    /** Subnets that the Docker host reaches elsewhere, which the people's network is not to hide. */
    routes: readonly string[];
    /** All of this project on the Docker host. Where it is left out, nobody sees that a stack was renamed or copied. */
    present: Present;
    /**
     * Names of people whose servers are as they were deployed: Pulumi is not told of them, and leaves them alone.
     * @default nobody: Pulumi compares them all
     */
    untouched: ReadonlySet<string>;
    /** Outputs of the stack's last deployment, where they have been read already. */
    deployed?: DeployedOutputs;
    /** References of images; they are not built again because of another proxy. */
    images: ReadonlySet<string>;
    /** Whether all images are built already, because Pulumi's plugin cannot there. */
    builtBefore: boolean;
    /** Names of people whose homes are missing, so that one which somebody removed is made again. */
    missingHomes: readonly string[];
    /** When it is, and what incarnations new things have. */
    moment: Moment;
    /** File with certificates of private authorities for image builds, relative to the working directory. */
    caBundle: string;
    /** Certificate authorities that this machine names for builds, and whether people's servers have some. */
    authorities: KnownAuthorities;
}

/** What a look at the Docker host finds. What it leaves out is not there. */
export interface Findings {
    host: Partial<Host>;
    /** What whoever runs the machine should know. */
    warnings?: readonly string[];
    /** What the plan does with what is there. */
    notes?: readonly string[];
}

/**
 * Looks at the Docker host before anything is registered.
 * @param instance a part of every name, and a label on all that belongs to the hub
 * @param preview whether nothing is changed afterwards
 * @throws UserError that says what to do, when the hub cannot be made there
 */
export type Preflight = (settings: Settings, instance: string, preview: boolean) => Promise<Findings>;

/** In the checkout, because the path is a property of each build. */
const CA_BUNDLE = path.resolve(__dirname, "..", "..", ".ca", "bundle.pem");

/**
 * The preflight where no other is given. For a preview Docker is asked less (`Looking.preview`), and no file is
 * written.
 * @throws UserError that says what to do, when Docker does not answer, the shell leads Pulumi's plugin elsewhere, or
 *   directories and homes are not as they must be
 */
export async function lookAtHost(
    settings: Settings,
    instance: string,
    preview: boolean,
): Promise<Findings & { host: Host }> {
    const { docker } = settings;
    checkShell(process.env, docker);
    checkCertificates(docker);
    const names = stackNames(settings.deployment, instance);
    // At the same time: one after the other they are a tenth of a small stack's plan.
    const engine = new Docker(docker);
    const [info, { all, listed, existing, incarnations }, networks, tagged, volumes, builds] = await Promise.all([
        dockerInfo(engine),
        stackContainers(instance, engine),
        existingNetworks(engine),
        taggedImages(engine),
        volumeNames(engine),
        pluginBuilds(engine),
    ]);
    const images = new Set(tagged.keys());
    await refuseLeavingData(settings, names, listed, engine);
    if (!builds) {
        refuseMissingBuilds(allPlans(planImages(settings)), images, docker, settings.stack);
    }
    checkIsolation(settings, info);
    await checkSwarm(settings, info, engine);
    const missingHomes = checkHostDirectories(settings, { images: () => lookingImages(settings), preview });
    const tooMuch = memoryWarning(settings, hostMemory(info));
    const caBundle = path.relative(process.cwd(), CA_BUNDLE);
    // A declared container that somebody removed by hand is made again because its incarnation is another.
    const declared = listed.some(({ labels }) => labels.person !== "" && labels.launched === "");
    const launched =
        settings.dynamic !== undefined || (!declared && listed.some(({ name }) => name === names.launcher));
    const found = { existing, incarnations: launched ? incarnations : new Map<string, string>() };
    const notes = homeNotes(settings, names, found, homesOf(names, volumes));
    return {
        host: {
            ...found,
            networks,
            present: { containers: all, volumes },
            routes: hostRoutes(docker),
            images,
            builtBefore: !builds,
            missingHomes,
            moment: momentOf(listed.map(({ id }) => id)),
            authorities: {
                hash: contentOf(hostAuthorities(process.env)),
                present: volumes.includes(names.authorities),
            },
            caBundle: preview ? caBundle : hostCaBundle(process.env, caBundle),
            untouched: untouchedPeople(process.env),
        },
        notes,
        warnings: [
            ...(tooMuch === undefined ? [] : [tooMuch]),
            ...scheduleWarnings(settings.schedule, new Date()),
            ...(await dockerfileWarnings(settings)),
        ],
    };
}

/** Hash of a text, empty for no text. */
function contentOf(text: string): string {
    return text === "" ? "" : createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** All containers of this project, the stack's, and what is known of people's. */
async function stackContainers(instance: string, engine: Docker) {
    const all = await listOurContainers(engine);
    const listed = all.filter(({ labels }) => labels.instance === instance);
    return { all, listed, ...(await existingServers(listed, engine)) };
}
