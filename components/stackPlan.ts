/** What is decided before anything is registered: it may refuse, and it makes no resource. */
import { allocateGpus } from "./config/users/gpus";
import { givesAuthorities, type KnownAuthorities } from "./config/network/forServers";
import type { NetworkDefinition } from "./config/network/settings";
import type { Person } from "./config/users/people";
import type { Settings } from "./config/settings";
import type { DockerHost } from "./docker/dockerHost";
import { momentOf, type Moment } from "./docker/moment";
import { byPerson, stackNames, type StackNames } from "./docker/names";
import { UserError } from "./errors/userError";
import type { ExistingServers } from "./host/existing";
import { networkIncarnation } from "./host/existingNetworks";
import { readPages } from "./host/hubFiles";
import type { HttpsArgs } from "./hub/https";
import type { HubPages } from "./hub/hub";
import { planImages, type ImagePlan } from "./image/plan";
import { checkNetworkChange } from "./network/change";
import { isolationOf, type Isolation } from "./network/isolation";
import type { Member } from "./network/removal";
import type { Prepared } from "./preparation";
import { planLaunching, planStarting, type Launching } from "./launching";
import { refuseMoving } from "./preflight/moving";
import { refuseTransition } from "./preflight/transition";
import { isKept } from "./user/deferrals";
import { planHomes, type HomesPlan } from "./user/homesPlan";
import type { DeclaredArgs } from "./user/launcherDocument";

/** A network that is to be made. */
export interface NetworkPlan {
    name: string;
    internal: boolean;
    definition: NetworkDefinition;
    incarnation: string;
    /** The hub's own containers in it. */
    members: readonly Member[];
}

/** What stands in front of the proxy. */
export interface FrontPlan {
    image: ImagePlan;
    settings: HttpsArgs["settings"];
    network: NetworkPlan;
}

/** One person's part of the plan. */
export interface PersonPlan {
    person: Person;
    incarnation: string;
    gpus?: readonly string[];
    /** The container that is there. */
    before?: ReturnType<ExistingServers["get"]>;
    /** Whether that stays as it is because it runs. */
    keep: boolean;
    /** Docker's id of a container that Pulumi is not told of, because it is as it was deployed. */
    untouched?: string;
}

/** The whole stack, before the first resource. */
export interface StackPlan {
    settings: Settings;
    names: StackNames;
    engine: DockerHost;
    existing: ExistingServers;
    moment: Moment;
    /** The same in seconds since 1970. */
    now: number;
    images: ReturnType<typeof planImages>;
    homes?: HomesPlan;
    /** Certificate authorities of the place for people's servers. */
    authorities?: KnownAuthorities;
    /** Files of the checkout for the hub's pages. */
    pages: HubPages;
    isolation?: Isolation;
    networks: { people: NetworkPlan; gate: NetworkPlan; parts?: NetworkPlan };
    front?: FrontPlan;
    people: readonly PersonPlan[];
    /** What the launcher makes servers of, where they are made when they start. */
    launching?: Launching;
    /** What it starts declared servers of a Swarm with. */
    starting?: DeclaredArgs;
}

/** @throws UserError when the stack cannot be made like this */
export function planStack({ settings, instance, host, secrets }: Prepared): StackPlan {
    const { existing = new Map(), moment = momentOf([]), networks, routes } = host;
    refuseTransition(settings, existing);
    const images = planImages(settings);
    const homes = planHomes(settings);
    const pages = readPages(settings);
    refuseMoving(settings, existing);
    const names = stackNames(settings.deployment, instance);
    const isolation = isolationOf(settings, names, networks, routes);
    const people = isolation?.definition ?? settings.network.people;
    checkNetworkChange(settings, people, names, { networks, servers: existing });
    const networkOf = (name: string, definition: NetworkDefinition, members: readonly Member[]): NetworkPlan => ({
        name,
        internal: name === names.gateNetwork,
        definition,
        incarnation: networkIncarnation(name, definition, networks, moment),
        members,
    });
    const inside = (...containers: string[]) => containers.map(name => ({ name }));
    const { hub, proxy } = isolation?.addresses ?? {};
    const now = Math.floor(moment.now.getTime() / 1000);
    const authorities = authoritiesOf(settings, host.authorities);
    const persons = planPeople(settings, host, moment, now);
    const around = { settings, names, instance, images, people, persons, authorities, existing, secrets };
    return {
        settings,
        names,
        engine: settings.docker,
        existing,
        moment,
        now,
        images,
        homes,
        authorities,
        pages,
        isolation,
        networks: {
            people: networkOf(names.peopleNetwork, people, [
                { name: names.hub, address: hub },
                { name: names.proxy, address: proxy },
            ]),
            gate: networkOf(names.gateNetwork, settings.network.gate, inside(names.hub, names.gate)),
            ...(settings.swarm && { parts: networkOf(names.partsNetwork, {}, inside(names.hub, names.proxy)) }),
        },
        front: frontOf(settings, images, () =>
            networkOf(names.frontNetwork, settings.network.front, inside(names.proxy, names.https)),
        ),
        people: persons,
        launching: planLaunching(around),
        starting: planStarting(around),
    };
}

/** @throws UserError where servers are to have what builds have, and those have nothing */
function authoritiesOf(
    { network, swarm }: Pick<Settings, "network" | "swarm">,
    known: KnownAuthorities = { hash: "", present: false },
): KnownAuthorities | undefined {
    if (swarm !== undefined) {
        return undefined; // Their volume would be another on each node.
    }
    if (givesAuthorities(network, known)) {
        return known;
    }
    if (
        network.servers.asBuilds === true &&
        network.proxy === undefined &&
        Object.keys(network.packages).length === 0
    ) {
        throw new UserError(
            "network.servers.asBuilds: builds here get no certificate authorities, proxy or package mirror, so " +
                "servers would get nothing. Name a bundle of certificates (SSL_CERT_FILE=/path/to/bundle.pem), " +
                "network.httpProxy or network.packages, or leave it out. Nothing was changed.",
        );
    }
    return undefined;
}

function planPeople(settings: Settings, host: Prepared["host"], moment: Moment, now: number): PersonPlan[] {
    const { existing = new Map() as ExistingServers, incarnations } = host;
    const gpus = gpusOf(settings, existing);
    const servers = byPerson(existing);
    return settings.people.map(person => {
        const before = existing.get(person.name);
        return {
            person,
            incarnation:
                before?.incarnation ??
                incarnations?.get(person.name) ??
                servers.get(person.name)?.[0].incarnation ??
                moment.incarnationOf(`person ${person.name}`),
            gpus: gpus.get(person.name),
            before,
            keep: settings.dynamic === undefined && isKept(before, settings, now),
            ...(host.untouched?.has(person.name) && before?.id !== undefined ? { untouched: before.id } : {}),
        };
    });
}

/** Person → GPUs that stay theirs. Where servers are made when they start, the launcher gives those of the pool. */
function gpusOf({ people, gpus: pool, dynamic }: Settings, existing: ExistingServers): Map<string, string[]> {
    const wishes = people.flatMap(({ name, gpus }) =>
        gpus === undefined || (typeof gpus === "number" && pool !== undefined && dynamic !== undefined)
            ? []
            : [[name, gpus] as const],
    );
    const before = new Map([...existing].map(([person, { gpus = [] }]) => [person, gpus]));
    return allocateGpus(new Map(wishes), before, pool);
}

function frontOf(
    { https, ...settings }: Settings,
    { caddy }: ReturnType<typeof planImages>,
    network: () => NetworkPlan,
): FrontPlan | undefined {
    return https.mode === "none" || caddy === undefined
        ? undefined
        : { image: caddy, settings: { ...settings, https }, network: network() };
}
