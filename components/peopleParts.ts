/** People's part of a JupyterHub: their servers or what the launcher makes servers of, and the roster. */
import * as pulumi from "@pulumi/pulumi";
import { commandEnvironment } from "./docker/dockerHost";
import { PidsLimits } from "./docker/pidsLimits";
import { Roster } from "./hub/roster";
import type { Image } from "./image/image";
import { Pushed } from "./image/pushed";
import { remoteReference } from "./image/remote";
import type { Launching } from "./launching";
import { nodeGuardService } from "./network/nodeGuard";
import type { Images, Making, Networks } from "./stackParts";
import type { PersonPlan } from "./stackPlan";
import { Authorities } from "./user/authorities";
import { keptOut } from "./config/users/keptOut";
import { deferralNotes } from "./user/deferrals";
import { Homes } from "./user/homes";
import { needsHomes } from "./user/homesPlan";
import { placeholder } from "./user/forms";
import { launcherDocument, type PulledImages } from "./user/launcherDocument";
import { untouchedServer } from "./docker/untouched";
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

/** A container for each. */
function makeDeclared(making: Making, images: Images, needed: Needed, hub: pulumi.Resource): People {
    const { name, plan, child } = making;
    const { settings, names, now } = plan;
    const servers = plan.people.map(one => ({
        ...one,
        server: makeServer(making, one, images.notebooks[one.person.image], needed),
    }));
    const waiting = servers.filter(({ server }) => server.deferred);
    const ended = servers.filter(
        ({ server, before }) => before?.running && !server.deferred && before.definition !== server.definition,
    );
    const changed = new Map([...waiting, ...ended].map(({ person, server }) => [person.name, server.deferred]));
    deferralNotes(changed, plan.existing, settings, now).forEach(note => void pulumi.log.info(note, hub));
    new PidsLimits(
        `${name}-pids`,
        {
            limits: new Map(settings.people.map(person => [names.person(person.name), person.pids])),
            containerIds: servers.map(({ server }) => server.containerId),
            environment: commandEnvironment(plan.engine),
        },
        child(),
    );
    // After nobody's container: one that cannot be made must not keep in force what was taken from somebody else.
    const roster = makeRoster(making, images, {
        deferrals: new Map(waiting.map(({ person: { name }, before }) => [name, before?.deferredSince ?? now])),
    });
    return { deferred: waiting.map(({ person }) => person.name), roster };
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
                .all([given.proxyCredentials?.value, pulled])
                .apply(([credentials, images]) => launcherDocument(document, credentials, images)),
        },
        before.filter(one => one !== undefined),
    );
    return { deferred, roster };
}

/** What the nodes of a Swarm pull: people's images, and the guard's. @returns undefined where there is one machine */
function pushImages({ name, plan, common, child }: Making, images: Images): pulumi.Output<PulledImages> | undefined {
    const { settings, isolation, engine } = plan;
    const { swarm } = settings;
    const database = settings.database.kind === "sqlite" ? undefined : settings.database.server;
    if (swarm === undefined || isolation === undefined || images.guard === undefined) {
        return undefined;
    }
    const push = (key: string, image: Image) => {
        const target = remoteReference(swarm.registry, image.reference);
        return new Pushed(`${name}-pushed-${key}`, { image: image.reference, target, docker: engine }, child(image))
            .reference;
    };
    const notebooks = Object.entries(images.notebooks).map(([key, image]) => [key, push(key, image)] as const);
    const { addresses } = isolation;
    return pulumi
        .all([pulumi.all(Object.fromEntries(notebooks)), push("guard", images.guard)])
        .apply(([pushed, image]) => ({
            notebooks: pushed,
            guard: nodeGuardService({ ...common, addresses, database, image, placeholder }),
        }));
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

/** One person's server. */
function makeServer(
    { name, given, plan: { settings, networks: planned }, common, child }: Making,
    { person, incarnation, gpus, before, keep, untouched }: PersonPlan,
    image: Image,
    { networks, homes, authorities }: Needed,
): Pick<UserServer, "deferred" | "definition"> & { containerId: pulumi.Input<string> } {
    const args: UserServerArgs = {
        ...common,
        person,
        image: image.reference,
        incarnation,
        publicUrl: settings.url,
        rootSecret: given.rootSecret,
        storage: settings.storage,
        temporarySize: settings.homes.size,
        gpus,
        network: { ...settings.network, people: planned.people.definition },
        authorities: authorities !== undefined,
        networkIncarnation: networks.people.incarnation,
        proxyCredentials: settings.network.servers.proxyCredentials ? given.proxyCredentials : undefined,
        secrets: given.servers.get(person.name),
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
