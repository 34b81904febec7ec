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

/** Seconds between two reads of the roster: how soon people come and go. */
const ROSTER_INTERVAL = 3;
const DATA = "/srv/jupyterhub/data";

export interface HubArgs extends PartArgs {
    /** The checked config. The hub gets the part that concerns it. */
    settings: Settings;
    /** The hub's own secrets (`hubSecrets`). */
    secrets: pulumi.Input<HubSecrets>;
    /** The client secret at the identity provider. */
    authenticationSecret?: pulumi.Input<string>;
    /** Service → its token. */
    serviceTokens: pulumi.Input<Record<string, string>>;
    /** Page templates by file name. */
    templates: Record<string, string>;
    /** Networks of its container. */
    networks: { people: Attachment; gate: Attachment };
    /** Its fixed address in the people's network, with isolation. */
    address?: string;
    /** `user:password` for the proxy of the place. */
    proxyCredentials?: pulumi.Input<string>;
}

/** The hub's settings; images/hub reads them from one variable. */
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

/** Seconds between two searches for idle servers: often enough for the shortest limit of anybody; 0: nobody has one. */
function lookEvery({ idle, people }: Settings): number {
    const limits = [idle, ...people.map(person => person.idle)]
        .flatMap(({ cullAfter = 0, maxAge = 0 }) => [cullAfter, maxAge])
        .filter(limit => limit > 0);
    return limits.length === 0 ? 0 : Math.max(5, Math.min(Math.floor(Math.min(...limits) / 2), 300));
}

/**
 * Which proxies the hub trusts about a request's origin. Each proxy appends the address of its client, so the last
 * entries are those of our own proxies: Caddy, and Docker if a proxy in front connects by a loopback address.
 */
function forwardingOf({ https, listen }: Settings): { hops: number; trusted: string[] } {
    if (https.mode === "none") {
        return { hops: 0, trusted: [] };
    }
    return https.mode === "external"
        ? { hops: isLoopback(listen.ip) ? 2 : 1, trusted: https.trustedProxies }
        : { hops: 1, trusted: [] };
}

/** JupyterHub. Through the gate it can start and stop people's containers, and nothing else on the host. */
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
