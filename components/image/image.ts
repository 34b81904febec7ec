import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as path from "node:path";
import type { ImagePlan } from "./plan";
import { proxyEnv, type HttpProxy } from "../config/network/settings";

export interface ImageArgs {
    plan: ImagePlan;
    /**
     * Whether it is built already where it is to be built, so that it is only looked for (buildKit.ts).
     * @default false
     */
    builtBefore?: boolean;
    /**
     * File with the certificates of private authorities (PEM), which builds need behind a company's TLS
     * proxy; it may be empty. It is handed over as a build secret: it changes no tag and stays in no layer.
     */
    caBundle?: string;
    /** Proxy of the place for the build's requests. */
    proxy?: HttpProxy;
    /** `user:password` for it. */
    proxyCredentials?: pulumi.Input<string>;
    /**
     * Whether Docker has the image already. It is not built again then only because the proxy is another one.
     * @default false
     */
    present?: boolean;
}

/**
 * Proxies as build arguments. Docker knows these by name: they are in the environment of each step, and neither in the
 * image, its history nor the key of the build cache; nor do they go into the tag.
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

const PROXY_ARGS = ["http_proxy", "https_proxy", "no_proxy"]
    .flatMap(name => [name, name.toUpperCase()])
    .map(name => `build.buildArgs.${name}`);

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
                ...(build === undefined || args.builtBefore
                    ? {}
                    : {
                          build: {
                              // Relative, because a changed path would build everything again in every new checkout.
                              context: path.relative(process.cwd(), build.context),
                              buildArgs: { ...proxyArgs(args), ...build.buildArgs },
                              // The engine's own BuildKit. The other way goes through buildx in the plugin, which looks
                              // for a builder
                              // by itself: by DOCKER_HOST, by the shell's context, never by the provider's host. And it
                              // needs
                              // the same part of Docker's API (buildKit.ts).
                              useLegacyBuilder: true,
                              ...(args.caBundle === undefined ? {} : { secrets: [{ id: "ca", src: args.caBundle }] }),
                          },
                          triggers: { content: build.hash },
                      }),
            },
            { parent: this, ignoreChanges: build !== undefined && args.present ? PROXY_ARGS : [] },
        );
        this.registerOutputs({ reference });
    }
}
