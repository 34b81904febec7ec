/** What is decided before anything is registered: it may refuse, and it makes no resource. */
import { allocateGpus } from "./config/users/gpus";
import type { NetworkDefinition } from "./config/network/settings";
import type { Person } from "./config/users/people";
import type { Settings } from "./config/settings";
import type { DockerHost } from "./docker/dockerHost";
import { momentOf, type Moment } from "./docker/moment";
import { stackNames, type StackNames } from "./docker/names";
import type { ExistingServers } from "./host/existing";
import { checkNetworkChange, networkIncarnation } from "./host/existingNetworks";
import { readTemplates } from "./host/hubFiles";
import type { HttpsArgs } from "./hub/https";
import { planImages, type ImagePlan } from "./image/plan";
import { isolationOf, type Isolation } from "./network/isolation";
import type { Prepared } from "./preparation";
import { refuseMoving } from "./preflight/moving";
import { isKept } from "./user/deferrals";
import { planHomes, type HomesPlan } from "./user/homesPlan";

/** A network that is to be made. */
export interface NetworkPlan {
    name: string;
    internal: boolean;
    definition: NetworkDefinition;
    incarnation: string;
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
    /** Page templates of the hub by file name. */
    templates: Record<string, string>;
    isolation?: Isolation;
    networks: { people: NetworkPlan; gate: NetworkPlan };
    front?: FrontPlan;
    people: readonly PersonPlan[];
}

/** @throws UserError when the stack cannot be made like this */
export function planStack({ settings, instance, host }: Prepared): StackPlan {
    const { existing = new Map(), moment = momentOf([]), networks, routes } = host;
    const images = planImages(settings);
    const homes = planHomes(settings);
    const templates = readTemplates(settings.hub.templates);
    refuseMoving(settings, existing);
    const names = stackNames(settings.stack, instance);
    const isolation = isolationOf(settings, names, networks, routes);
    const { network } = settings;
    const people = isolation?.definition ?? network.people;
    checkNetworkChange(settings, people, names, { networks, servers: existing });
    const networkOf = (name: string, definition: NetworkDefinition, internal: boolean): NetworkPlan => ({
        name,
        internal,
        definition,
        incarnation: networkIncarnation(name, definition, networks, moment),
    });
    const now = Math.floor(moment.now.getTime() / 1000);
    return {
        settings,
        names,
        engine: settings.docker,
        existing,
        moment,
        now,
        images,
        homes,
        templates,
        isolation,
        networks: {
            people: networkOf(names.peopleNetwork, people, false),
            gate: networkOf(names.gateNetwork, network.gate, true),
        },
        front: frontOf(settings, images, () => networkOf(names.frontNetwork, network.front, false)),
        people: planPeople(settings, existing, moment, now),
    };
}

function planPeople(settings: Settings, existing: ExistingServers, moment: Moment, now: number): PersonPlan[] {
    const wishes = settings.people.flatMap(({ name, gpus }) => (gpus === undefined ? [] : [[name, gpus] as const]));
    const gpus = allocateGpus(new Map(wishes), new Map([...existing].map(([person, { gpus = [] }]) => [person, gpus])));
    return settings.people.map(person => {
        const before = existing.get(person.name);
        return {
            person,
            incarnation: before?.incarnation ?? moment.incarnationOf(`person ${person.name}`),
            gpus: gpus.get(person.name),
            before,
            keep: isKept(before, settings, now),
        };
    });
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
