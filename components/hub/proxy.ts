import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { INFRASTRUCTURE, memoryLimit } from "../docker/container";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { attached, infrastructureLabels, type Attachment } from "../network/network";
import { HUB_PORT, PROXY_API_PORT, PROXY_METRICS_PORT, PROXY_PORT } from "../docker/ports";
import type { Listen } from "../config/values";

export interface ProxyArgs extends PartArgs {
    /** Where people come to it; undefined where Caddy is in front of it. */
    listen?: Listen;
    /** Where it answers Prometheus. */
    metrics?: Listen;
    /** The network of hub, proxy and people. */
    network: Attachment;
    /** Its address there, where that is fixed. */
    address?: string;
    /** The network that it shares with Caddy, where that is in front of it. */
    front?: Attachment;
    /** Shared with the hub; who has it can route everybody's traffic. */
    token: pulumi.Input<string>;
}

/** configurable-http-proxy in a container of its own, so that open kernels outlive a replaced hub. */
export class Proxy extends ContainerComponent {
    constructor(name: string, args: ProxyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("Proxy", name, { args: proxyContainer(args) }, opts);
        this.registerOutputs({ containerId: this.containerId });
    }
}

function proxyContainer(args: ProxyArgs): docker.ContainerArgs {
    const hub = `http://${args.names.hub}:${HUB_PORT}`;
    const published = [
        { internal: PROXY_PORT, at: args.listen },
        { internal: PROXY_METRICS_PORT, at: args.metrics },
    ];
    // In Docker's order, or they would differ each time.
    const ports = published
        .flatMap(({ internal, at }) => (at === undefined ? [] : [{ internal, external: at.port, ip: at.ip }]))
        .sort((a, b) => a.external - b.external);
    return {
        ...INFRASTRUCTURE,
        ...memoryLimit(512),
        name: args.names.proxy,
        image: args.image,
        ...attached([...(args.front === undefined ? [] : [args.front]), args.network], args.address),
        command: [
            ...["--ip", "0.0.0.0", "--port", String(PROXY_PORT)],
            ...["--api-ip", "0.0.0.0", "--api-port", String(PROXY_API_PORT)],
            // Not the hub's error pages: they are wanted when it is away.
            ...["--default-target", hub, "--error-path", "/opt/proxy/pages"],
            ...["--log-level", "warn"],
            ...(args.metrics === undefined
                ? []
                : ["--metrics-ip", "0.0.0.0", "--metrics-port", String(PROXY_METRICS_PORT)]),
        ],
        envs: [pulumi.interpolate`CONFIGPROXY_AUTH_TOKEN=${args.token}`],
        ...(ports.length === 0 ? {} : { ports }),
        tmpfs: { "/tmp": "" },
        labels: infrastructureLabels(args.instance, args.network, ...(args.front === undefined ? [] : [args.front])),
    };
}
