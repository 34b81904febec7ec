/** The parts of a JupyterHub, each made from the plan of the whole stack. jupyterHub.ts says in which order. */
import * as pulumi from "@pulumi/pulumi";
import { baseUrlOf } from "./config/publicUrl";
import type { HubSecrets } from "./docker/credentials";
import { commandEnvironment, socketPath } from "./docker/dockerHost";
import type { StackNames } from "./docker/names";
import { checkDatabase } from "./hub/databaseCheck";
import { Gate } from "./hub/gate";
import { Https } from "./hub/https";
import { Hub } from "./hub/hub";
import { Launcher } from "./hub/launcher";
import { LauncherVolume } from "./hub/launcherVolume";
import { Proxy } from "./hub/proxy";
import type { Image } from "./image/image";
import { imageMaker } from "./image/images";
import { pulledBases, type ImagePlan } from "./image/plan";
import { Guard } from "./network/guard";
import { Network } from "./network/network";
import type { Prepared, Secrets } from "./preparation";
import type { NetworkPlan, StackPlan } from "./stackPlan";

/** Options of a part of this component that depends on others. */
type Child = (...dependsOn: pulumi.Resource[]) => pulumi.ComponentResourceOptions;

/** What all parts are made from. */
export interface Making {
    /** The component's name, with which all others begin. */
    name: string;
    host: Prepared["host"];
    given: Secrets;
    plan: StackPlan;
    common: { deployment: string; names: StackNames; instance: string };
    child: Child;
    /** Secrets that are derived from the root secret. */
    secrets: pulumi.Output<HubSecrets>;
    /** Service of `hub.services` → its token. */
    services: pulumi.Output<Record<string, string>>;
}

export interface Images {
    make: (key: string, plan: ImagePlan) => Image;
    hub: Image;
    proxy: Image;
    gate: Image;
    guard?: Image;
    launcher?: Image;
    homes?: Image;
    notebooks: Record<string, Image>;
}

export interface Networks {
    people: Network;
    gate: Network;
    /** Of hub and proxy, on a Swarm. */
    parts?: Network;
    front?: Network;
    /** What whoever is in people's network depends on, so that it goes after them. */
    guarded: pulumi.Resource[];
    guard?: Guard;
}

/** The images; each that is on top of another is made after it. */
export function makeImages({ name, host, given, plan: { images: plans, settings }, child }: Making): Images {
    const make = imageMaker(name, {
        bases: pulledBases(plans),
        present: host.images,
        build: {
            builtBefore: host.builtBefore,
            caBundle: host.caBundle,
            proxy: settings.network.proxy,
            packages: settings.network.packages,
            proxyCredentials: given.proxyCredentials?.value,
        },
        options: child,
    });
    return {
        make,
        hub: make("hub", plans.hub),
        proxy: make("proxy", plans.proxy),
        gate: make("gate", plans.gate),
        guard: plans.guard && make("guard", plans.guard),
        launcher: plans.launcher && make("launcher", plans.launcher),
        homes: plans.homes && make("homes", plans.homes),
        notebooks: Object.fromEntries(
            // Those that others may be built on first, so that they have their own names.
            Object.entries(plans.notebooks)
                .sort(([, a], [, b]) => Number(a.build?.on !== undefined) - Number(b.build?.on !== undefined))
                .map(([key, plan]) => [key, make(`notebook-${key}`, plan)]),
        ),
    };
}

/** Makes all else depend on whether the hub can use its database. */
export function afterDatabaseCheck(making: Making, { hub }: Images): Making {
    const { name, given, plan, common, child } = making;
    const { database } = plan.settings;
    if (database.kind === "sqlite" || given.databaseUrl === undefined) {
        return making;
    }
    const { value, fingerprint } = given.databaseUrl;
    const check = checkDatabase(
        `${name}-database-check`,
        {
            access: pulumi.output(value).apply(url => ({ url, ca: database.ca, instance: common.instance })),
            fingerprint,
            names: plan.names,
            image: hub.reference,
            docker: plan.engine,
        },
        child(hub),
    );
    return { ...making, child: (...dependsOn) => child(check, ...dependsOn) };
}

/** The networks, and the guard of people's. */
export function makeNetworks({ name, plan, common, child }: Making, images: Images): Networks {
    const { instance } = common;
    const make = (key: string, network: NetworkPlan) =>
        new Network(`${name}-${key}`, { ...network, instance, docker: plan.engine }, child());
    const people = make("people", plan.networks.people);
    const gate = make("gate", plan.networks.gate);
    const parts = plan.networks.parts && make("parts", plan.networks.parts);
    // On a Swarm the launcher makes one for each node.
    const guard =
        plan.settings.swarm === undefined &&
        plan.isolation &&
        images.guard &&
        new Guard(
            `${name}-guard`,
            {
                ...common,
                image: images.guard.reference,
                addresses: plan.isolation.addresses,
                network: plan.settings.network,
                database: plan.settings.database.kind === "sqlite" ? undefined : plan.settings.database.server,
            },
            child(images.guard, people),
        );
    const front = plan.front && make("front", plan.front.network);
    return guard
        ? { people, gate, front, guard, guarded: [people, guard] }
        : { people, gate, parts, front, guarded: [people] };
}

/**
 * Gate, and the launcher behind it where servers are made when they start, or are on a Swarm.
 * @param roster is made before the launcher, and waits for the images of its templates. A new launcher that came before
 *   it would find a file of an earlier version and make no server; the earlier one goes on with what it has read.
 */
export function makeGate(
    { name, plan, common, child }: Making,
    images: Images,
    network: Network,
    roster: pulumi.Resource,
): { gate: Gate; launcher?: Launcher } {
    const socket = socketPath(plan.engine);
    const { dynamic } = plan.settings;
    const swarm = plan.settings.swarm !== undefined;
    const volume = images.launcher && new LauncherVolume(`${name}-launcher-volume`, common, child());
    const behind = volume === undefined ? [] : [volume];
    const launcher =
        images.launcher &&
        new Launcher(
            `${name}-launcher`,
            { ...common, image: images.launcher.reference, socket, swarm },
            child(images.launcher, roster, ...behind),
        );
    const gate = new Gate(
        `${name}-gate`,
        { ...common, image: images.gate.reference, socket, network, launcher: dynamic !== undefined, swarm },
        child(images.gate, network, ...behind),
    );
    return { gate, launcher };
}

/** The proxy. */
export function makeProxy(
    { name, plan, common, child, secrets }: Making,
    { proxy }: Images,
    networks: Networks,
): Proxy {
    const { settings, isolation } = plan;
    const { front, parts, people, guarded } = networks;
    return new Proxy(
        `${name}-proxy`,
        {
            ...common,
            image: proxy.reference,
            token: secrets.proxyToken,
            baseUrl: baseUrlOf(settings.url),
            network: people,
            parts,
            address: isolation?.addresses.proxy,
            metrics: settings.metrics.proxy,
            ...(front === undefined ? { listen: settings.listen } : { front }),
        },
        child(proxy, ...guarded, ...[parts, front].filter(one => one !== undefined)),
    );
}

/** What HTTPS ends in, where that is here. */
export function makeHttps(making: Making, { make }: Images, { front }: Networks, proxy: Proxy): Https | undefined {
    const { name, given, plan, common, child } = making;
    if (plan.front === undefined || front === undefined) {
        return undefined;
    }
    const image = make("caddy", plan.front.image);
    return new Https(
        `${name}-https`,
        {
            ...common,
            image: image.reference,
            settings: plan.front.settings,
            key: given.tlsKey,
            network: front,
            proxy: proxy.containerId,
            environment: commandEnvironment(plan.engine),
        },
        child(image, proxy),
    );
}

/** The hub. */
export function makeHub(
    making: Making,
    images: Images,
    { people, gate: gateNetwork, parts, guarded }: Networks,
    { gate, launcher }: ReturnType<typeof makeGate>,
): Hub {
    const { name, given, plan, common, child, secrets } = making;
    return new Hub(
        `${name}-hub`,
        {
            ...common,
            image: images.hub.reference,
            settings: plan.settings,
            secrets,
            databaseUrl: given.databaseUrl?.value,
            authenticationSecret: given.authenticationSecret,
            serviceTokens: making.services,
            pages: plan.pages,
            networks: { people, gate: gateNetwork, parts },
            address: plan.isolation?.addresses.hub,
            proxyCredentials: given.proxyCredentials?.value,
        },
        child(images.hub, gate, ...[launcher, parts].filter(one => one !== undefined), ...guarded),
    );
}
