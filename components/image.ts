import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as fs from "node:fs";
import * as path from "node:path";
import { contentHash } from "./contentHash";
import type { ImageSettings, Settings } from "./settings";

/** Where the folders of images that are built here are. */
const IMAGES = path.resolve(__dirname, "..", "images");

export interface ImageArgs {
    plan: ImagePlan;
    /**
     * File with the certificates of private authorities (PEM), which builds need behind a company's TLS
     * proxy; it may be empty. It is handed over as a build secret: it changes no tag and stays in no layer.
     */
    caBundle?: string;
}

/** An image by the reference that containers use, and the build or pull behind it. */
export interface ImagePlan {
    /** Never `latest`: the tag of a built image is the hash of what goes in. */
    reference: string;
    build?: { context: string; buildArgs: Record<string, string>; hash: string };
}

/**
 * Decides what an image is called and how it comes about.
 * @throws Error when the folder to build is not there
 */
export function planImage(settings: ImageSettings): ImagePlan {
    if ("pull" in settings) {
        return { reference: settings.pull };
    }
    const context = path.join(IMAGES, settings.build);
    if (!fs.existsSync(path.join(context, "Dockerfile"))) {
        throw new Error(`images: there is no images/${settings.build}/Dockerfile to build`);
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
        hub: planImage(images.hub),
        proxy: planImage(images.proxy),
        gate: planImage(images.gate),
        notebooks: Object.fromEntries(used.map(key => [key, planImage(images.notebooks[key])])),
    };
}

/**
 * An image on the Docker host, built from a folder of images/ or pulled. It is kept when the stack goes: other
 * stacks may use the same content. One that was removed behind our back is found by a refresh and made again.
 */
export class Image extends pulumi.ComponentResource {
    /** What containers name as their image: plain text, so that a rebuild does not cascade into them. */
    readonly reference: string;

    constructor(name: string, args: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Image", name, {}, opts);
        const { reference, build } = args.plan;
        this.reference = reference;
        new docker.RemoteImage(
            name,
            {
                name: reference,
                keepLocally: true,
                ...(build === undefined
                    ? {}
                    : {
                          build: {
                              // Relative, because a changed path would build everything again in every new checkout.
                              context: path.relative(process.cwd(), build.context),
                              buildArgs: build.buildArgs,
                              ...(args.caBundle === undefined ? {} : { secrets: [{ id: "ca", src: args.caBundle }] }),
                          },
                          triggers: { content: build.hash },
                      }),
            },
            { parent: this },
        );
        this.registerOutputs({ reference });
    }
}
