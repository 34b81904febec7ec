/** What each image is called and how it comes about. Reads images/, changes nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { contentHash } from "./contentHash";
import type { NetworkSettings } from "./networkSettings";
import { canonical, mirrored, registryOf } from "./registries";
import { DEFAULT_BASE, type ImageSettings, type Settings } from "./settings";

/** Where images come from. */
type Sources = Pick<NetworkSettings, "registryMirror" | "registries">;

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
        /** What it is built on, where the builder could not pull that by itself. */
        pulledBase?: string;
    };
}

/**
 * Decides what an image is called and how it comes about.
 * @param key where in the config it stands, for the message
 * @throws Error when the folder to build is not there
 */
export function planImage(settings: ImageSettings, key: string, { registryMirror, registries }: Sources = { registries: [] }): ImagePlan {
    if ("pull" in settings) {
        return { reference: mirrored(settings.pull, registryMirror) };
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
    // What it is made of, wherever that is pulled from.
    const hash = contentHash(context, buildArgs);
    const base = mirrored(buildArgs.BASE, registryMirror);
    const pulled = base !== DEFAULT_BASE && (base !== buildArgs.BASE || registries.some(({ address }) => canonical(address) === registryOf(base)));
    return {
        reference: `jupyterhub-${settings.build}:${hash}`,
        build: { context, buildArgs: { ...buildArgs, BASE: base }, hash, ...(pulled ? { pulledBase: base } : {}) },
    };
}

/** All images of a stack; of the notebooks' only those that somebody has. */
export function planImages({ images, people, network }: Pick<Settings, "images" | "people" | "network">) {
    const used = [...new Set(people.map(person => person.image))].sort();
    return {
        hub: planImage(images.hub, "images.hub", network),
        proxy: planImage(images.proxy, "images.proxy", network),
        gate: planImage(images.gate, "images.gate", network),
        notebooks: Object.fromEntries(used.map(key => [key, planImage(images.notebooks[key], `images.notebooks.${key}`, network)])),
    };
}

/** Images to be pulled before others can be built on them. */
export function pulledBases({ hub, proxy, gate, notebooks }: ReturnType<typeof planImages>): string[] {
    return [...new Set([hub, proxy, gate, ...Object.values(notebooks)].flatMap(plan => plan.build?.pulledBase ?? []))].sort();
}
