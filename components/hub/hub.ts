import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { hubAuthentication } from "../config/authentication/settings";
import { envs, INFRASTRUCTURE, memoryLimit } from "../docker/container";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import type { HubSecrets } from "../docker/credentials";
import { hubSectionSettings } from "../config/hub/settings";
import { attached, infrastructureLabels, type Attachment } from "../network/network";
import { directHosts, dnsOf, proxyEnv } from "../config/network/settings";
import { GATE_PORT, HUB_PORT, PROXY_API_PORT, SERVER_PORT } from "../docker/ports";
import { baseUrlOf } from "../config/publicUrl";
import type { Settings } from "../config/settings";
import { isLoopback } from "../config/values";

/** Seconds between two looks at the roster: how soon people come and go. */
const ROSTER_INTERVAL = 3;
const DATA = "/srv/jupyterhub/data";

export interface HubArgs extends PartArgs {
    /** The checked config: the hub is told what concerns it. */
    settings: Settings;
    /** Its own secrets (`hubSecrets`). */
    secrets: pulumi.Input<HubSecrets>;
    /** What the identity provider knows this hub by. */
    authenticationSecret?: pulumi.Input<string>;
    /** Service → its token. */
    serviceTokens: pulumi.Input<Record<string, string>>;
    /** Page templates by file name. */
    templates: Record<string, string>;
    /** The networks that it is in. */
    networks: { people: Attachment; gate: Attachment };
    /** Its address in people's network, where that is fixed. */
    address?: string;
    /** `user:password` for the proxy of the place. */
    proxyCredentials?: pulumi.Input<string>;
}

/** What the hub is told about its stack; images/hub reads it from one variable. */
export function hubSettings(args: Pick<HubArgs, "names" | "instance" | "settings">): Record<string, unknown> {
    const { names, instance, settings } = args;
    return {
        instance,
        roster: names.roster,
        rosterInterval: ROSTER_INTERVAL,
        gate: `tcp://${names.gate}:${GATE_PORT}`,
        personPrefix: names.personPrefix,
        hubHost: names.hub,
        hubPort: HUB_PORT,
        proxyApi: `http://${names.proxy}:${PROXY_API_PORT}`,
        publicUrl: settings.url,
        baseUrl: baseUrlOf(settings.url),
        forwarding: forwardingOf(settings),
        serverPort: SERVER_PORT,
        authentication: hubAuthentication(settings.authentication),
        idle: { ...settings.idle, lookEvery: lookEvery(settings) },
        hub: hubSectionSettings(settings.hub),
        revoke: settings.revoke,
    };
}

/**
 * Seconds between two looks for servers to stop: often enough for the shortest limit that anybody has; 0: there is
 * none.
 */
function lookEvery({ idle, people }: Settings): number {
    const limits = [idle, ...people.map(person => person.idle)]
        .flatMap(({ cullAfter = 0, maxAge = 0 }) => [cullAfter, maxAge])
        .filter(limit => limit > 0);
    return limits.length === 0 ? 0 : Math.max(5, Math.min(Math.floor(Math.min(...limits) / 2), 300));
}

/**
 * Whose word the hub takes about where a request came from. Each proxy adds the address of whoever came to it, so the
 * last entries are our own proxies': Caddy's in the proxy's list, and Docker's where a proxy in front comes by a
 * loopback address.
 */
function forwardingOf({ https, listen }: Settings): { hops: number; trusted: string[] } {
    if (https.mode === "none") {
        return { hops: 0, trusted: [] };
    }
    return https.mode === "external"
        ? { hops: isLoopback(listen.ip) ? 2 : 1, trusted: https.trustedProxies }
        : { hops: 1, trusted: [] };
}

/** JupyterHub. It can start and stop people's containers through the gate, and nothing else on the host. */
export class Hub extends ContainerComponent {
    constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
        super("Hub", name, { args: hubContainer(args) }, opts);
        this.registerOutputs({ containerId: this.containerId });
    }
}

function hubContainer(args: HubArgs): docker.ContainerArgs {
    const settings = JSON.stringify(hubSettings(args));
    const { people, gate } = args.networks;
    const direct = [...directHosts(args.names, args.settings.network), args.names.gate];
    return {
        ...INFRASTRUCTURE,
        ...memoryLimit(2048),
        name: args.names.hub,
        image: args.image,
        ...attached([gate, people], args.address),
        ...dnsOf(args.settings.network),
        envs: pulumi.secret(
            pulumi
                .all([args.secrets, args.authenticationSecret, args.proxyCredentials, args.serviceTokens])
                .apply(([secrets, authenticationSecret, credentials, tokens]) => [
                    `CONFIGPROXY_AUTH_TOKEN=${secrets.proxyToken}`,
                    `JUPYTERHUB_ADMIN_TOKEN=${secrets.adminToken}`,
                    ...(authenticationSecret === undefined
                        ? []
                        : [`JUPYTERHUB_AUTHENTICATION_SECRET=${authenticationSecret.trim()}`]),
                    `JUPYTERHUB_COOKIE_SECRET=${secrets.cookieSecret}`,
                    `JUPYTERHUB_CRYPT_KEY=${secrets.cryptKey}`,
                    ...(Object.keys(tokens).length === 0
                        ? []
                        : [`JUPYTERHUB_SERVICE_TOKENS=${JSON.stringify(tokens)}`]),
                    `JUPYTERHUB_SETTINGS=${settings}`,
                    ...(Object.keys(args.templates).length === 0
                        ? []
                        : [`JUPYTERHUB_TEMPLATES=${JSON.stringify(args.templates)}`]),
                    ...envs(proxyEnv(args.settings.network.proxy, direct, credentials)),
                ]),
        ),
        volumes: [{ volumeName: args.names.hubData, containerPath: DATA }],
        tmpfs: { "/tmp": "" },
        labels: infrastructureLabels(args.instance, people, gate),
    };
}
