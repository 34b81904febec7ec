/** What each image is called and how it comes about. Reads images/, changes nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { contentHash } from "./contentHash";
import type { ImageSettings, Settings } from "./settings";

/** Where the folders of images that are built here are. */
const IMAGES = path.resolve(__dirname, "..", "images");

/** An image by the reference that containers use, and the build or pull behind it. */
export interface ImagePlan {
    /** Never `latest`: the tag of a built image is the hash of what goes in. */
    reference: string;
    build?: { context: string; buildArgs: Record<string, string>; hash: string };
}

/**
 * Decides what an image is called and how it comes about.
 * @param key where in the config it stands, for the message
 * @throws Error when the folder to build is not there
 */
export function planImage(settings: ImageSettings, key: string): ImagePlan {
    if ("pull" in settings) {
        return { reference: settings.pull };
    }
    const context = path.join(IMAGES, settings.build);
    if (!fs.existsSync(path.join(context, "Dockerfile"))) {
        throw new Error(`${key}.build: there is no images/${settings.build}/Dockerfile`);
    }
    const buildArgs: Record<string, string> = {
        BASE: settings.base,
        ...(settings.packages.length > 0 ? { PACKAGES: settings.packages.join(" ") } : {}),
        ...(settings.pip.length > 0 ? { PIP_PACKAGES: settings.pip.join(" ") } : {}),
        ...settings.args,
    };
    const hash = contentHash(context, buildArgs);
    return { reference: `jupyterhub-${settings.build}:${hash}`, build: { context, buildArgs, hash } };
}

/** All images of a stack; of the notebooks' only those that somebody has. */
export function planImages({ images, people }: Pick<Settings, "images" | "people">) {
    const used = [...new Set(people.map(person => person.image))].sort();
    return {
        hub: planImage(images.hub, "images.hub"),
        proxy: planImage(images.proxy, "images.proxy"),
        gate: planImage(images.gate, "images.gate"),
        notebooks: Object.fromEntries(used.map(key => [key, planImage(images.notebooks[key], `images.notebooks.${key}`)])),
    };
}
