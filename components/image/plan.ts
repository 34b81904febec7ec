/** What each image is called and how it comes about. Reads images/, changes nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { contentHash } from "./contentHash";
import type { NetworkSettings } from "../config/network/settings";
import { canonical, mirrored, registryOf } from "./registries";
import { DEFAULT_BASE, type ImageSettings, type Settings } from "../config/settings";
import { readingFiles, UserError } from "../errors/userError";

/** Where images come from. */
type Sources = Pick<NetworkSettings, "registryMirror" | "registries">;

/** Where the folders of images that are built here are. */
const IMAGES = path.resolve(__dirname, "..", "..", "images");

/** An image by the reference that containers use, and the build or pull behind it. */
export interface ImagePlan {
    /** Never `latest`: the tag of a built image is the hash of what goes in. */
    reference: string;
    build?: {
        context: string;
        buildArgs: Record<string, string>;
        hash: string;
        /** The image of another folder that this one is built on, and so after. */
        on?: ImagePlan;
        /** What it is built on, where the builder could not pull that by itself. */
        pulledBase?: string;
    };
}

/**
 * Decides what an image is called and how it comes about.
 * @param key where in the config it stands, for the message
 * @param images folder of the folders
 * @throws UserError when the folder to build is not there, or builds on itself
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
    /** Folders that are built on this one, the one that was asked for first. */
    above: string[];
}

/**
 * A folder whose Dockerfile begins `ARG BASE=images/NAME` is built on that one. What the config says of a base and of
 * packages then goes to the image at the bottom, which knows how to install them; the tags above change with its tag.
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
    const below = /^ARG BASE=images\/([a-z0-9][a-z0-9-]*)\s*$/m.exec(fs.readFileSync(file, "utf8"))?.[1];
    const on = below === undefined ? undefined : planBuild(settings, below, { ...place, above: [...above, folder] });
    const buildArgs: Record<string, string> = {
        BASE: on?.reference ?? settings.base,
        ...(on === undefined && settings.packages.length > 0 ? { PACKAGES: settings.packages.join(" ") } : {}),
        ...(on === undefined && settings.pip.length > 0 ? { PIP_PACKAGES: settings.pip.join(" ") } : {}),
        ...(above.length === 0 ? settings.args : {}),
    };
    // What it is made of, wherever that is pulled from.
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

/** A base as it is pulled, and whether that has to be done before the build, which knows no registry's password. */
function baseFrom(given: string, { registryMirror, registries }: Sources): { base: string; pulled: boolean } {
    const base = mirrored(given, registryMirror);
    return {
        base,
        pulled:
            base !== DEFAULT_BASE &&
            (base !== given || registries.some(({ address }) => canonical(address) === registryOf(base))),
    };
}

/** All images of a stack; of the notebooks' only those that somebody has. */
export function planImages({
    images,
    people,
    network,
    https,
}: Pick<Settings, "images" | "people" | "network" | "https">) {
    const used = [...new Set(people.map(person => person.image))].sort();
    return readingFiles(() => ({
        hub: planImage(images.hub, "images.hub", network),
        proxy: planImage(images.proxy, "images.proxy", network),
        gate: planImage(images.gate, "images.gate", network),
        ...(network.isolation === "none" ? {} : { guard: planImage(images.guard, "images.guard", network) }),
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

/** The build at the bottom of those that stand on one another; undefined for an image that is pulled. */
export function firstBuild({ build }: ImagePlan): ImagePlan["build"] {
    return build?.on === undefined ? build : firstBuild(build.on);
}

/** Images to be pulled before others can be built on them. */
export function pulledBases(plans: ReturnType<typeof planImages>): string[] {
    return [...new Set(allPlans(plans).flatMap(plan => firstBuild(plan)?.pulledBase ?? []))].sort();
}

/** Images through which a remote Docker host's files can be looked at: one of them is there, but for a first `up`. */
export function lookingImages({ images, network }: Pick<Settings, "images" | "network">): string[] {
    return [planImage(images.hub, "images.hub", network).reference, DEFAULT_BASE];
}
