/** People's part of a JupyterHub: their servers or what the launcher makes servers of, and the roster. */
import * as pulumi from "@pulumi/pulumi";
import { commandEnvironment } from "./docker/dockerHost";
import { PidsLimits } from "./docker/pidsLimits";
import { Roster } from "./hub/roster";
import type { Image } from "./image/image";
import type { Launching } from "./launching";
import type { Images, Making, Networks } from "./stackParts";
import { commonOf, makeService, pushImages, type Pulled } from "./peopleOnNodes";
import type { PersonPlan, StackPlan } from "./stackPlan";
import { Authorities } from "./user/authorities";
import { keptOut } from "./config/users/keptOut";
import { deferralNotes } from "./user/deferrals";
import { Homes } from "./user/homes";
import { needsHomes } from "./user/homesPlan";
import { untouchedServer } from "./docker/untouched";
import { declaredDocument, launcherDocument } from "./user/launcherDocument";
import { hashedDefinition, UserServer, type UserServerArgs } from "./user/userServer";

/** What people's servers need besides. */
interface Needed {
    networks: Networks;
    homes?: Homes;
    authorities?: Authorities;
}

export interface People {
    /** Names of those whose change waits. */
    deferred: string[];
    roster: Roster;
}

/**
 * Makes them.
 * @param hub whose they are, for what is said about them
 */
export function makePeople(making: Making, images: Images, networks: Networks, hub: pulumi.Resource): People {
    const needed = { networks, homes: makeHomes(making, images), authorities: makeAuthorities(making, images) };
    const { launching } = making.plan;
    return launching === undefined
        ? makeDeclared(making, images, needed, hub)
        : makeLaunched(making, images, { ...needed, launching }, hub);
}

/** A container for each, or on a Swarm a service. */
function makeDeclared(making: Making, images: Images, needed: Needed, hub: pulumi.Resource): People {
    const { name, plan, child } = making;
    const { settings, names, now } = plan;
    const pulled = pushImages(making, images);
    const servers = plan.people.map(one => ({ ...one, server: makeOne(making, one, images, { ...needed, pulled }) }));
    const waiting = servers.filter(({ server }) => server.deferred);
    const ended = servers.filter(
        ({ server, before }) => before?.running && !server.deferred && before.definition !== server.definition,
    );
    const changed = new Map([...waiting, ...ended].map(({ person, server }) => [person.name, server.deferred]));
    deferralNotes(changed, plan.existing, settings, now).forEach(note => void pulumi.log.info(note, hub));
    const containers = servers.flatMap(({ server }) => ("containerId" in server ? [server.containerId] : []));
    if (pulled === undefined) {
        new PidsLimits(
            `${name}-pids`,
            {
                limits: new Map(settings.people.map(person => [names.person(person.name), person.pids])),
                containerIds: containers,
                environment: commandEnvironment(plan.engine),
            },
            child(),
        );
    }
    // After nobody's container: one that cannot be made must not keep in force what was taken from somebody else.
    const roster = makeRoster(making, images, {
        deferrals: new Map(waiting.map(({ person: { name }, before }) => [name, before?.deferredSince ?? now])),
        ...startingFile(plan, pulled),
    });
    return { deferred: waiting.map(({ person }) => person.name), roster };
}

/** What the launcher starts declared services with. */
function startingFile({ starting }: StackPlan, pulled: Pulled | undefined) {
    return starting === undefined || pulled === undefined
        ? {}
        : {
              launcherFile: pulumi
                  .all([pulled.guard, pulled.registry])
                  .apply(([guard, registry]) => declaredDocument(starting, { guard, registry })),
          };
}

/** Nothing for each: the roster has what the launcher needs. */
function makeLaunched(
    making: Making,
    images: Images,
    { networks, homes, authorities, launching }: Needed & { launching: Launching },
    hub: pulumi.Resource,
): People {
    const { given, plan } = making;
    const { deferred, document } = launching;
    const settings = { updates: "when-idle", deferAtMost: 0 } as const;
    const waits = new Map(deferred.map(name => [name, true]));
    deferralNotes(waits, plan.existing, settings, plan.now).forEach(note => void pulumi.log.info(note, hub));
    const pulled = pushImages(making, images);
    // After all that a server needs: from then on they are made of it. The launcher is replaced next.
    const needed = [...Object.values(images.notebooks), images.homes, ...networks.guarded, homes, authorities];
    const before = [...needed, images.launcher];
    const roster = makeRoster(
        making,
        images,
        {
            launcherFile: pulumi
                .all([given.proxyCredentials?.value, pulled && pulumi.output({ ...pulled })])
                .apply(([credentials, images]) => launcherDocument(document, credentials, images)),
        },
        before.filter(one => one !== undefined),
    );
    return { deferred, roster };
}

function makeRoster(
    { name, plan, common, child, given }: Making,
    images: Images,
    more: Partial<ConstructorParameters<typeof Roster>[1]>,
    after: readonly pulumi.Resource[] = [],
): Roster {
    const { settings } = plan;
    return new Roster(
        `${name}-roster`,
        {
            ...common,
            ...more,
            stack: settings.stack,
            image: images.hub.reference,
            people: settings.people,
            dynamic: settings.dynamic,
            swarm: settings.swarm !== undefined,
            gpus: settings.gpus,
            blocked: keptOut(settings),
            schedule: settings.schedule,
            authentication: settings.authentication,
            incarnations: new Map(plan.people.map(({ person, incarnation }) => [person.name, incarnation])),
            rootSecret: given.rootSecret,
        },
        child(images.hub, ...after),
    );
}

/** The homes and shared volumes that have to be made on the Docker host. */
function makeHomes({ name, host, plan, common, child }: Making, { homes: image }: Images): Homes | undefined {
    return (
        plan.homes &&
        image &&
        new Homes(
            `${name}-homes`,
            {
                ...common,
                docker: plan.engine,
                image: image.reference,
                plan: plan.homes,
                missing: host.missingHomes,
                now: plan.moment.now,
            },
            child(image),
        )
    );
}

/** The place's certificate authorities for people's servers. */
function makeAuthorities({ name, host, plan, common, child }: Making, { hub }: Images): Authorities | undefined {
    const { authorities: known, engine, moment } = plan;
    return (
        known &&
        new Authorities(
            `${name}-authorities`,
            {
                ...common,
                docker: engine,
                image: hub.reference,
                known,
                bundle: host.caBundle ?? "/dev/null",
                now: moment.now,
            },
            child(hub),
        )
    );
}

function makeOne(making: Making, one: PersonPlan, images: Images, needed: Needed & { pulled?: Pulled }) {
    const { person } = one;
    return needed.pulled === undefined
        ? makeServer(making, one, images.notebooks[person.image], needed)
        : makeService(making, one, needed.pulled.notebooks[person.image], needed.networks);
}

/** One person's server on this machine. */
function makeServer(
    { name, given, plan, common, child }: Making,
    { person, incarnation, gpus, before, keep, untouched }: PersonPlan,
    image: Image,
    { networks, homes, authorities }: Needed,
): Pick<UserServer, "deferred" | "definition"> & { containerId: pulumi.Input<string> } {
    const args: UserServerArgs = {
        ...common,
        ...commonOf(plan, given, person),
        image: image.reference,
        incarnation,
        gpus,
        authorities: authorities !== undefined,
        networkIncarnation: networks.people.incarnation,
        keep: keep ? before : undefined,
    };
    if (untouched !== undefined) {
        const { hash: definition } = hashedDefinition(args);
        return untouchedServer(person.name, { containerId: untouched, before: before?.definition, definition });
    }
    return new UserServer(
        `${name}-user-${person.name}`,
        args,
        child(
            image,
            ...networks.guarded,
            ...(homes !== undefined && needsHomes(person) ? [homes] : []),
            ...(authorities === undefined ? [] : [authorities]),
        ),
    );
}
