import * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { caddyConfig, type CaddyArgs } from "./caddyConfig";
import { envs, INFRASTRUCTURE, memoryLimit } from "../docker/container";
import { LABEL, labels } from "../docker/labels";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { infrastructureLabels, type Attachment } from "../network/network";
import { dnsOf } from "../config/network/settings";
import { CADDY_PORT, REDIRECT_PORT } from "../docker/ports";
import type { Settings } from "../config/settings";

export interface HttpsArgs extends PartArgs {
    /** The public URL and how HTTPS is terminated. */
    settings: CaddyArgs["settings"] & Pick<Settings, "network">;
    /** Private key of the certificate, for mode `files`. */
    key?: pulumi.Input<string>;
    /** The network that it shares with the proxy. */
    network: Attachment;
    /** Id of the proxy's container. */
    proxy: pulumi.Input<string>;
    /** How the docker client reaches the Docker host. */
    environment: Record<string, string>;
}

/**
 * Caddy in front of the proxy: HTTPS ends in it, or in a proxy in front of it. Nothing in it changes when people come
 * and go, or when a certificate is renewed.
 */
export class Https extends ContainerComponent {
    /** Certificate (PEM) of the hub's own authority; only with mode `internal`. */
    readonly caCertificate?: pulumi.Output<string>;

    constructor(name: string, args: HttpsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("Https", name, { args: httpsContainer(args) }, opts);
        const { https } = args.settings;
        const inside = (script: string) => ({
            create: `docker exec --interactive "$HTTPS_CONTAINER" ${script}`,
            environment: { ...args.environment, HTTPS_CONTAINER: args.names.https },
            logging: "none" as const,
            // A new container may have a new volume as well.
            triggers: [this.containerId],
        });
        if (https.mode === "files") {
            const pair = pulumi.secret(
                pulumi.output(args.key).apply(key => `${https.certificate.trimEnd()}\n${(key as string).trimEnd()}\n`),
            );
            new command.local.Command(
                `${name}-certificate`,
                { ...inside("give-certificate.sh"), stdin: pair },
                { parent: this },
            );
        }
        if (https.mode === "internal") {
            this.caCertificate = new command.local.Command(`${name}-authority`, inside("own-authority.sh"), {
                parent: this,
            }).stdout;
        }
        this.registerOutputs({
            containerId: this.containerId,
            ...(this.caCertificate === undefined ? {} : { caCertificate: this.caCertificate }),
        });
    }
}

function httpsContainer(args: HttpsArgs): docker.ContainerArgs {
    const { names, settings } = args;
    const { https, listen } = settings;
    const ports = [
        { internal: CADDY_PORT, external: listen.port, ip: listen.ip },
        ...(https.mode === "external" || https.redirectFrom === undefined
            ? []
            : [{ internal: REDIRECT_PORT, external: https.redirectFrom.port, ip: https.redirectFrom.ip }]),
    ];
    return {
        ...INFRASTRUCTURE,
        ...memoryLimit(256),
        name: names.https,
        image: args.image,
        networkMode: args.network.name,
        ...dnsOf(settings.network),
        envs: envs({
            CADDY_CONFIG: JSON.stringify(caddyConfig(args)),
            ...(https.mode === "acme" && https.ca !== undefined ? { ACME_CA: https.ca } : {}),
        }),
        ports: ports.sort((a, b) => a.external - b.external),
        volumes: [{ volumeName: names.httpsData, containerPath: "/data" }],
        tmpfs: { "/tmp": "" },
        // A proxy that is replaced in order to publish the port itself needs this container gone first.
        labels: [...labels({ [LABEL.behind]: args.proxy }), ...infrastructureLabels(args.instance, args.network)],
    };
}
