import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { hubAuthentication } from "../config/authentication/settings";
import { hubDynamic } from "../config/dynamic/settings";
import { envs, INFRASTRUCTURE, memoryLimit } from "../docker/container";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import type { HubSecrets } from "../docker/credentials";
import { LABEL, labels } from "../docker/labels";
import { hubSectionSettings } from "../config/hub/settings";
import { lookSettings } from "../config/look/settings";
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
    /** URL of the hub's database, where that is no file. */
    databaseUrl?: pulumi.Input<string>;
    /** The client secret at the identity provider. */
    authenticationSecret?: pulumi.Input<string>;
    /** Service → its token. */
    serviceTokens: pulumi.Input<Record<string, string>>;
    pages: HubPages;
    /** Networks of its container. */
    networks: { people: Attachment; gate: Attachment; parts?: Attachment };
    /** Its fixed address in the people's network, with isolation. */
    address?: string;
    /** `user:password` for the proxy of the place. */
    proxyCredentials?: pulumi.Input<string>;
}

/** Files of the checkout for the hub's pages. */
export interface HubPages {
    /** Page templates by file name. */
    templates: Record<string, string>;
    /** The logo's bytes in Base64. */
    logo?: string;
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
        // Whoever is not listed has the defaults' limits; in the roster everybody else has theirs.
        idle: { ...settings.idle, ...settings.dynamic?.others?.idle, lookEvery: lookEvery(settings) },
        hub: hubSectionSettings(settings.hub),
        look: lookSettings(settings.look),
        revoke: settings.revoke,
        dynamic: hubDynamic(settings.dynamic, settings.authentication.type),
        ...(settings.swarm === undefined ? {} : { onNodes: true }),
        database: { ca: "", ...hubDatabase(settings.database) },
    };
}

/** Without its URL, which is a secret. */
function hubDatabase(database: Settings["database"]): { kind: string; ca?: string } {
    return database.kind === "sqlite" ? database : { kind: database.kind, ca: database.ca };
}

/** Seconds between two searches for idle servers: often enough for the shortest limit of anybody; 0: nobody has one. */
function lookEvery({ idle, people, dynamic }: Settings): number {
    const limits = [idle, dynamic?.others?.idle ?? {}, ...people.map(person => person.idle)]
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

/** A variable holds 128 KiB at most in Linux. */
const PIECE = 96 * 1024;

/** The hub's root file system is read-only, so files come in its environment. */
function pagesVariables({ templates, logo = "" }: HubPages): string[] {
    const pieces = logo.match(new RegExp(`.{1,${PIECE}}`, "g")) ?? [];
    return [
        ...pieces.map((piece, at) => `JUPYTERHUB_LOGO_${at}=${piece}`),
        ...(Object.keys(templates).length === 0 ? [] : [`JUPYTERHUB_TEMPLATES=${JSON.stringify(templates)}`]),
    ];
}

/** JupyterHub. Through the gate it can start and stop people's servers, and nothing else on the host. */
export class Hub extends ContainerComponent {
    constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
        super("Hub", name, { args: hubContainer(args) }, opts);
        this.registerOutputs({ containerId: this.containerId });
    }
}

/** By it `up` knows that a stack without a URL has had one. */
function databaseLabel({ kind }: Settings["database"]): ReturnType<typeof labels> {
    return kind === "sqlite" ? [] : labels({ [LABEL.database]: kind });
}

function hubContainer(args: HubArgs): docker.ContainerArgs {
    const settings = JSON.stringify(hubSettings(args));
    const { people, gate, parts } = args.networks;
    const networks = [gate, ...(parts === undefined ? [] : [parts])];
    const direct = [...directHosts(args.names, args.settings.network), args.names.gate];
    return {
        ...INFRASTRUCTURE,
        ...memoryLimit(2048),
        name: args.names.hub,
        image: args.image,
        ...attached([...networks, people], args.address),
        ...dnsOf(args.settings.network),
        envs: pulumi.secret(
            pulumi
                .all([
                    args.secrets,
                    args.authenticationSecret,
                    args.proxyCredentials,
                    args.serviceTokens,
                    args.databaseUrl,
                ])
                .apply(([secrets, authenticationSecret, credentials, tokens, databaseUrl]) => [
                    `CONFIGPROXY_AUTH_TOKEN=${secrets.proxyToken}`,
                    `JUPYTERHUB_ADMIN_TOKEN=${secrets.adminToken}`,
                    ...(authenticationSecret === undefined
                        ? []
                        : [`JUPYTERHUB_AUTHENTICATION_SECRET=${authenticationSecret.trim()}`]),
                    `JUPYTERHUB_COOKIE_SECRET=${secrets.cookieSecret}`,
                    `JUPYTERHUB_CRYPT_KEY=${secrets.cryptKey}`,
                    ...(databaseUrl === undefined ? [] : [`JUPYTERHUB_DATABASE_URL=${databaseUrl.trim()}`]),
                    ...(Object.keys(tokens).length === 0
                        ? []
                        : [`JUPYTERHUB_SERVICE_TOKENS=${JSON.stringify(tokens)}`]),
                    `JUPYTERHUB_SETTINGS=${settings}`,
                    ...pagesVariables(args.pages),
                    ...envs(proxyEnv(args.settings.network.proxy, direct, credentials)),
                ]),
        ),
        volumes: [{ volumeName: args.names.hubData, containerPath: DATA }],
        tmpfs: { "/tmp": "" },
        labels: [...databaseLabel(args.settings.database), ...infrastructureLabels(args.instance, people, ...networks)],
    };
}
