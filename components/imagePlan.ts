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
    build?: {
        context: string;
        buildArgs: Record<string, string>;
        hash: string;
        /** The image of another folder that this one is built on, and so after. */
        on?: ImagePlan;
    };
}

/**
 * Decides what an image is called and how it comes about.
 * @param key where in the config it stands, for the message
 * @param images folder of the folders
 * @throws Error when the folder to build is not there, or builds on itself
 */
export function planImage(settings: ImageSettings, key: string, images = IMAGES): ImagePlan {
    return "pull" in settings ? { reference: settings.pull } : planBuild(settings, settings.build, key, images, []);
}

/**
 * A folder whose Dockerfile begins `ARG BASE=images/NAME` is built on that one. What the config says of a base and of
 * packages then goes to the image at the bottom, which knows how to install them; the tags above change with its tag.
 *
 * @param above folders that are built on this one, the one that was asked for first
 */
function planBuild(settings: Exclude<ImageSettings, { pull: string }>, folder: string, key: string, images: string, above: string[]): ImagePlan {
    const context = path.join(images, folder);
    const chain = [...above, folder].map(name => `images/${name}`).join(", which builds on ").replace(", which", "");
    const file = path.join(context, "Dockerfile");
    if (above.includes(folder)) {
        throw new Error(`${key}.build: ${chain}: none of them can be the first`);
    }
    if (!fs.existsSync(file)) {
        throw new Error(`${key}.build: ${above.length === 0 ? "" : `${chain}: `}there is no images/${folder}/Dockerfile`);
    }
    const below = /^ARG BASE=images\/([a-z0-9][a-z0-9-]*)\s*$/m.exec(fs.readFileSync(file, "utf8"))?.[1];
    const on = below === undefined ? undefined : planBuild(settings, below, key, images, [...above, folder]);
    const buildArgs: Record<string, string> = {
        BASE: on?.reference ?? settings.base,
        ...(on === undefined && settings.packages.length > 0 ? { PACKAGES: settings.packages.join(" ") } : {}),
        ...(on === undefined && settings.pip.length > 0 ? { PIP_PACKAGES: settings.pip.join(" ") } : {}),
        ...(above.length === 0 ? settings.args : {}),
    };
    const hash = contentHash(context, buildArgs);
    return { reference: `jupyterhub-${folder}:${hash}`, build: { context, buildArgs, hash, ...(on === undefined ? {} : { on }) } };
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
