import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { INFRASTRUCTURE, memoryLimit } from "./container";
import type { StackNames } from "./names";
import { infrastructureLabels, type Attachment } from "./network";
import { HUB_PORT, PROXY_API_PORT, PROXY_PORT } from "./ports";
import type { Listen } from "./values";

export interface ProxyArgs {
    names: StackNames;
    instance: string;
    image: string;
    /** Where people come to it; undefined where Caddy is in front of it. */
    listen?: Listen;
    /** The network of hub, proxy and people. */
    network: Attachment;
    /** The network that it shares with Caddy, where that is in front of it. */
    front?: Attachment;
    /** Shared with the hub; who has it can route everybody's traffic. */
    token: pulumi.Input<string>;
}

/** configurable-http-proxy in a container of its own, so that open kernels outlive a replaced hub. */
export class Proxy extends pulumi.ComponentResource {
    readonly containerId: pulumi.Output<string>;

    constructor(name: string, args: ProxyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Proxy", name, {}, opts);
        const hub = `http://${args.names.hub}:${HUB_PORT}`;
        const container = new docker.Container(
            name,
            {
                ...INFRASTRUCTURE,
                ...memoryLimit(512),
                name: args.names.proxy,
                image: args.image,
                networkMode: args.network.name,
                ...(args.front === undefined ? {} : { networksAdvanced: [{ name: args.front.name }, { name: args.network.name }] }),
                command: [
                    ...["--ip", "0.0.0.0", "--port", String(PROXY_PORT)],
                    ...["--api-ip", "0.0.0.0", "--api-port", String(PROXY_API_PORT)],
                    // Not the hub's error pages: they are wanted when it is away.
                    ...["--default-target", hub, "--error-path", "/opt/proxy/pages"],
                    ...["--log-level", "warn"],
                ],
                envs: [pulumi.interpolate`CONFIGPROXY_AUTH_TOKEN=${args.token}`],
                ...(args.listen === undefined ? {} : { ports: [{ internal: PROXY_PORT, external: args.listen.port, ip: args.listen.ip }] }),
                tmpfs: { "/tmp": "" },
                labels: infrastructureLabels(args.instance, args.network, ...(args.front === undefined ? [] : [args.front])),
            },
            { parent: this },
        );
        this.containerId = container.id;
        this.registerOutputs({});
    }
}
