import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { INFRASTRUCTURE, memoryLimit } from "../docker/container";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { attached, infrastructureLabels, type Attachment } from "../network/network";
import { HUB_PORT, PROXY_API_PORT, PROXY_METRICS_PORT, PROXY_PORT } from "../docker/ports";
import type { Listen } from "../config/values";

export interface ProxyArgs extends PartArgs {
    /** Published address; undefined behind Caddy. */
    listen?: Listen;
    /** Published address of its metrics. */
    metrics?: Listen;
    /** The network of hub, proxy and people. */
    network: Attachment;
    /** Its fixed address there, with isolation. */
    address?: string;
    /** URL path of the whole hub, with a slash at both ends. */
    baseUrl: string;
    /** Network that it shares with the hub, and its way out, where people's is a Swarm's. */
    parts?: Attachment;
    /** Network that it shares with Caddy, if Caddy is in front of it. */
    front?: Attachment;
    /** Shared with the hub. Whoever has it can route everybody's traffic. */
    token: pulumi.Input<string>;
}

/** configurable-http-proxy in its own container, so that open kernels survive a replacement of the hub. */
export class Proxy extends ContainerComponent {
    constructor(name: string, args: ProxyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("Proxy", name, { args: proxyContainer(args) }, opts);
        this.registerOutputs({ containerId: this.containerId });
    }
}

function proxyContainer(args: ProxyArgs): docker.ContainerArgs {
    const networks = [args.front, args.parts].filter(one => one !== undefined);
    const hub = `http://${args.names.hub}:${HUB_PORT}`;
    const published = [
        { internal: PROXY_PORT, at: args.listen },
        { internal: PROXY_METRICS_PORT, at: args.metrics },
    ];
    // In Docker's order, otherwise every plan would show a difference.
    const ports = published
        .flatMap(({ internal, at }) => (at === undefined ? [] : [{ internal, external: at.port, ip: at.ip }]))
        .sort((a, b) => a.external - b.external);
    return {
        ...INFRASTRUCTURE,
        ...memoryLimit(512),
        name: args.names.proxy,
        image: args.image,
        ...attached([...networks, args.network], args.address),
        command: [
            ...["--ip", "0.0.0.0", "--port", String(PROXY_PORT)],
            ...["--api-ip", "0.0.0.0", "--api-port", String(PROXY_API_PORT)],
            // Not the hub's error pages (images/proxy): they are needed when the hub is away.
            ...["--default-target", hub],
            ...["--log-level", "warn"],
            ...(args.metrics === undefined
                ? []
                : ["--metrics-ip", "0.0.0.0", "--metrics-port", String(PROXY_METRICS_PORT)]),
        ],
        envs: [pulumi.interpolate`CONFIGPROXY_AUTH_TOKEN=${args.token}`, `JUPYTERHUB_BASE_URL=${args.baseUrl}`],
        ...(ports.length === 0 ? {} : { ports }),
        tmpfs: { "/tmp": "" },
        labels: infrastructureLabels(args.instance, args.network, ...networks),
    };
}
