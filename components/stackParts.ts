/** The parts of a JupyterHub, each made from the plan of the whole stack. jupyterHub.ts says in which order. */
import type * as pulumi from "@pulumi/pulumi";
import type { HubSecrets } from "./docker/credentials";
import { commandEnvironment } from "./docker/dockerHost";
import type { StackNames } from "./docker/names";
import type { Gate } from "./hub/gate";
import { Https } from "./hub/https";
import { Hub } from "./hub/hub";
import { Proxy } from "./hub/proxy";
import type { Image } from "./image/image";
import { imageMaker } from "./image/images";
import { pulledBases, type ImagePlan } from "./image/plan";
import { Guard } from "./network/guard";
import { Network } from "./network/network";
import type { Prepared, Secrets } from "./preparation";
import type { NetworkPlan, PersonPlan, StackPlan } from "./stackPlan";
import { Homes } from "./user/homes";
import { needsHomes } from "./user/homesPlan";
import { UserServer } from "./user/userServer";

/** Options of a part of this component that depends on others. */
type Child = (...dependsOn: pulumi.Resource[]) => pulumi.ComponentResourceOptions;

/** What all parts are made from. */
export interface Making {
    /** The component's name, with which all others begin. */
    name: string;
    host: Prepared["host"];
    given: Secrets;
    plan: StackPlan;
    common: { stack: string; names: StackNames; instance: string };
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
    notebooks: Record<string, Image>;
}

export interface Networks {
    people: Network;
    gate: Network;
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
        notebooks: Object.fromEntries(
            // Those that others may be built on first, so that they have their own names.
            Object.entries(plans.notebooks)
                .sort(([, a], [, b]) => Number(a.build?.on !== undefined) - Number(b.build?.on !== undefined))
                .map(([key, plan]) => [key, make(`notebook-${key}`, plan)]),
        ),
    };
}

/** The networks, and the guard of people's. */
export function makeNetworks({ name, plan, common, child }: Making, images: Images): Networks {
    const { instance } = common;
    const make = (key: string, network: NetworkPlan) =>
        new Network(`${name}-${key}`, { ...network, instance }, child());
    const people = make("people", plan.networks.people);
    const gate = make("gate", plan.networks.gate);
    const guard =
        plan.isolation &&
        images.guard &&
        new Guard(
            `${name}-guard`,
            {
                ...common,
                image: images.guard.reference,
                addresses: plan.isolation.addresses,
                network: plan.settings.network,
            },
            child(images.guard, people),
        );
    const front = plan.front && make("front", plan.front.network);
    return { people, gate, front, guard, guarded: guard === undefined ? [people] : [people, guard] };
}

/** The proxy. */
export function makeProxy(
    { name, plan, common, child, secrets }: Making,
    { proxy }: Images,
    networks: Networks,
): Proxy {
    const { settings, isolation } = plan;
    const { front, people, guarded } = networks;
    return new Proxy(
        `${name}-proxy`,
        {
            ...common,
            image: proxy.reference,
            token: secrets.proxyToken,
            network: people,
            address: isolation?.addresses.proxy,
            metrics: settings.metrics.proxy,
            ...(front === undefined ? { listen: settings.listen } : { front }),
        },
        child(proxy, ...guarded, ...(front === undefined ? [] : [front])),
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
    { people, gate: gateNetwork, guarded }: Networks,
    gate: Gate,
): Hub {
    const { name, given, plan, common, child, secrets } = making;
    return new Hub(
        `${name}-hub`,
        {
            ...common,
            image: images.hub.reference,
            settings: plan.settings,
            secrets,
            authenticationSecret: given.authenticationSecret,
            serviceTokens: making.services,
            templates: plan.templates,
            networks: { people, gate: gateNetwork },
            address: plan.isolation?.addresses.hub,
            proxyCredentials: given.proxyCredentials?.value,
        },
        child(images.hub, gate, ...guarded),
    );
}

/** The homes and shared volumes that have to be made on the Docker host. */
export function makeHomes({ name, host, plan, common, child }: Making, { hub }: Images): Homes | undefined {
    return (
        plan.homes &&
        new Homes(
            `${name}-homes`,
            {
                ...common,
                docker: plan.engine,
                image: hub.reference,
                plan: plan.homes,
                missing: host.missingHomes,
                now: plan.moment.now,
            },
            child(hub),
        )
    );
}

/** One person's server. */
export function makeServer(
    { name, given, plan: { settings }, common, child }: Making,
    { person, incarnation, gpus, before, keep }: PersonPlan,
    { image, networks, homes }: { image: Image; networks: Networks; homes?: Homes },
): UserServer {
    return new UserServer(
        `${name}-user-${person.name}`,
        {
            ...common,
            person,
            image: image.reference,
            incarnation,
            publicUrl: settings.url,
            rootSecret: given.rootSecret,
            storage: settings.storage,
            temporarySize: settings.homes.size,
            gpus,
            network: settings.network,
            networkIncarnation: networks.people.incarnation,
            proxyCredentials: given.proxyCredentials,
            keep: keep ? before : undefined,
        },
        child(image, ...networks.guarded, ...(homes !== undefined && needsHomes(person) ? [homes] : [])),
    );
}
