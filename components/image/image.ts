import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as path from "node:path";
import type { ImagePlan } from "./plan";
import { packageEnv, proxyEnv, type HttpProxy, type PackageMirrors } from "../config/network/settings";

export interface ImageArgs {
    plan: ImagePlan;
    /**
     * Whether it was built before Pulumi started, so that it is only looked up (buildKit.ts).
     * @default false
     */
    builtBefore?: boolean;
    /**
     * File with certificates of private authorities (PEM), for builds behind a TLS-inspecting proxy. It may be empty.
     * It is a build secret: it changes no tag and is in no layer.
     */
    caBundle?: string;
    /** The site's proxy for requests of the build. */
    proxy?: HttpProxy;
    /**
     * Mirrors of package registries.
     * @default none
     */
    packages?: PackageMirrors;
    /** `user:password` for it. */
    proxyCredentials?: pulumi.Input<string>;
    /**
     * Whether Docker has the image. It is then not built again only because the proxy changed.
     * @default false
     */
    present?: boolean;
}

/**
 * Proxies as build arguments. Docker knows these names: they are in the environment of each step, but not in the image,
 * its history, the key of the build cache, or the tag.
 */
function proxyArgs({ proxy, proxyCredentials }: ImageArgs): Record<string, pulumi.Input<string>> {
    const plain = proxyEnv(proxy, []);
    if (proxyCredentials === undefined) {
        return plain;
    }
    const secret = pulumi.secret(
        pulumi.output(proxyCredentials).apply(credentials => proxyEnv(proxy, [], credentials)),
    );
    return Object.fromEntries(Object.keys(plain).map(name => [name, secret.apply(variables => variables[name])]));
}

/** What is of the place: with other ones the image is the same. */
const PLACE_ARGS = ["http_proxy", "https_proxy", "no_proxy"]
    .flatMap(name => [name, name.toUpperCase()])
    .concat("PIP_INDEX_URL", "NPM_CONFIG_REGISTRY")
    .map(name => `build.buildArgs.${name}`);

/**
 * An image on the Docker host, built from a folder of images/ or pulled. It is kept when the stack is destroyed: other
 * stacks may use it. If it was removed by hand, a refresh finds that, and the next `up` makes it again.
 */
export class Image extends pulumi.ComponentResource {
    /** Reference for containers. Plain text, so that a rebuild does not cascade into them. */
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
                ...(build === undefined || args.builtBefore
                    ? {}
                    : {
                          build: {
                              // Relative: with an absolute path every new checkout would build everything again.
                              context: path.relative(process.cwd(), build.context),
                              buildArgs: { ...packageEnv(args.packages), ...proxyArgs(args), ...build.buildArgs },
                              // Docker's own BuildKit. The alternative goes through buildx in the plugin, which looks
                              // for a builder by itself: by DOCKER_HOST, by the shell's context, never by the
                              // provider's host. And it needs the same part of Docker's API (buildKit.ts).
                              useLegacyBuilder: true,
                              ...(args.caBundle === undefined ? {} : { secrets: [{ id: "ca", src: args.caBundle }] }),
                          },
                          triggers: { content: build.hash },
                      }),
            },
            { parent: this, ignoreChanges: build !== undefined && args.present ? PLACE_ARGS : [] },
        );
        this.registerOutputs({ reference });
    }
}
