/** What each image is called and how it is made. Reads images/, changes nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { contentHash } from "./contentHash";
import type { NetworkSettings } from "../config/network/settings";
import { servedPeople } from "../config/profiles/settings";
import { usesHomes } from "../config/users/usesHomes";
import { canonical, mirrored, registryOf } from "./registries";
import { DEFAULT_BASE, type ImageSettings, type Settings } from "../config/settings";
import { readingFiles, UserError } from "../errors/userError";

/** Where images come from. */
type Sources = Pick<NetworkSettings, "registryMirror" | "registries">;

/** The folder of the image folders. */
const IMAGES = path.resolve(__dirname, "..", "..", "images");

/** An image: the reference for containers, and the build or pull behind it. */
export interface ImagePlan {
    /** Never `latest`: the tag of a built image is the hash of its inputs. */
    reference: string;
    build?: {
        context: string;
        buildArgs: Record<string, string>;
        hash: string;
        /** The image of another folder that this one is built on. */
        on?: ImagePlan;
        /** The base, if it must be pulled before the build. */
        pulledBase?: string;
    };
}

/**
 * Decides what an image is called and how it is made.
 * @param key its key in the config, for messages
 * @param images folder of the image folders
 * @throws UserError if the folder to build does not exist, or is built on itself
 */
export function planImage(
    settings: ImageSettings,
    key: string,
    sources: Sources = { registries: [] },
    images = IMAGES,
): ImagePlan {
    return "pull" in settings
        ? { reference: mirrored(settings.pull, sources.registryMirror) }
        : planBuild(settings, settings.build, { key, sources, images, above: [] });
}

interface Place {
    key: string;
    sources: Sources;
    images: string;
    /** Folders that are built on this one. The one that was asked for comes first. */
    above: string[];
}

/**
 * A folder whose Dockerfile begins with `ARG BASE=images/NAME` is built on that folder. The config's base and packages
 * then apply to the image at the bottom, which can install them. The tags above change with its tag.
 */
function planBuild(settings: Exclude<ImageSettings, { pull: string }>, folder: string, place: Place): ImagePlan {
    const { key, images, above } = place;
    const context = path.join(images, folder);
    const chain = [...above, folder]
        .map(name => `images/${name}`)
        .join(", which builds on ")
        .replace(", which", "");
    const file = path.join(context, "Dockerfile");
    if (above.includes(folder)) {
        throw new UserError(`${key}.build: ${chain}: none of them can be the first`);
    }
    if (!fs.existsSync(file)) {
        throw new UserError(
            `${key}.build: ${above.length === 0 ? "" : `${chain}: `}there is no images/${folder}/Dockerfile`,
        );
    }
    const text = fs.readFileSync(file, "utf8");
    const below = /^ARG BASE=images\/([a-z0-9][a-z0-9-]*)\s*$/m.exec(text)?.[1];
    const on = below === undefined ? undefined : planBuild(settings, below, { ...place, above: [...above, folder] });
    if (on === undefined && settings.locales.length > 0 && !/^ARG LOCALES\b/m.test(text)) {
        throw new UserError(`${key}.locales: images/${folder}/Dockerfile has no ARG LOCALES, as images/singleuser has`);
    }
    const buildArgs: Record<string, string> = {
        BASE: on?.reference ?? settings.base,
        ...(on === undefined && settings.packages.length > 0 ? { PACKAGES: settings.packages.join(" ") } : {}),
        ...(on === undefined && settings.pip.length > 0 ? { PIP_PACKAGES: settings.pip.join(" ") } : {}),
        ...(on === undefined && settings.locales.length > 0 ? { LOCALES: settings.locales.join(" ") } : {}),
        ...(above.length === 0 ? settings.args : {}),
    };
    // The base as the config names it, wherever it is pulled from.
    const hash = contentHash(context, buildArgs);
    const reference = `jupyterhub-${folder}:${hash}`;
    if (on !== undefined) {
        return { reference, build: { context, buildArgs, hash, on } };
    }
    const { base, pulled } = baseFrom(settings.base, place.sources);
    return {
        reference,
        build: { context, buildArgs: { ...buildArgs, BASE: base }, hash, ...(pulled ? { pulledBase: base } : {}) },
    };
}

/** A base as it is pulled, and whether it must be pulled before the build, which has no password for registries. */
function baseFrom(given: string, { registryMirror, registries }: Sources): { base: string; pulled: boolean } {
    const base = mirrored(given, registryMirror);
    return {
        base,
        pulled:
            base !== DEFAULT_BASE &&
            (base !== given || registries.some(({ address }) => canonical(address) === registryOf(base))),
    };
}

/** All images of a stack. Of `images.notebooks` only those that somebody uses. */
export function planImages({
    images,
    people,
    dynamic,
    homes,
    network,
    https,
    swarm,
}: Pick<Settings, "images" | "people" | "dynamic" | "homes" | "network" | "https" | "swarm">) {
    const used = [...new Set(servedPeople({ people, dynamic }).map(person => person.image))].sort();
    return readingFiles(() => ({
        hub: planImage(images.hub, "images.hub", network),
        proxy: planImage(images.proxy, "images.proxy", network),
        gate: planImage(images.gate, "images.gate", network),
        ...(network.isolation === "none" ? {} : { guard: planImage(images.guard, "images.guard", network) }),
        ...(dynamic === undefined && swarm === undefined
            ? {}
            : { launcher: planImage(images.launcher, "images.launcher", network) }),
        ...(usesHomes({ people, dynamic, homes, swarm })
            ? { homes: planImage(images.homes, "images.homes", network) }
            : {}),
        ...(https.mode === "none" ? {} : { caddy: planImage(images.caddy, "images.caddy", network) }),
        notebooks: Object.fromEntries(
            used.map(key => [key, planImage(images.notebooks[key], `images.notebooks.${key}`, network)]),
        ),
    }));
}

/** All of them in one list. */
export function allPlans({ notebooks, ...others }: ReturnType<typeof planImages>): ImagePlan[] {
    return [...Object.values(others), ...Object.values(notebooks)];
}

/** The build at the bottom of a chain of builds; undefined for an image that is pulled. */
export function firstBuild({ build }: ImagePlan): ImagePlan["build"] {
    return build?.on === undefined ? build : firstBuild(build.on);
}

/** Images that must be pulled before others are built on them. */
export function pulledBases(plans: ReturnType<typeof planImages>): string[] {
    return [...new Set(allPlans(plans).flatMap(plan => firstBuild(plan)?.pulledBase ?? []))].sort();
}

/** Images to look at a remote Docker host's files with. After a first `up` one of them exists. */
export function lookingImages({ images, network }: Pick<Settings, "images" | "network">): string[] {
    return [planImage(images.hub, "images.hub", network).reference, DEFAULT_BASE];
}
