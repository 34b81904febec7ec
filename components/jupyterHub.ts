import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./config/settings";
import { INFRASTRUCTURE_PIDS } from "./docker/container";
import { hubSecrets, serviceToken } from "./docker/credentials";
import { commandEnvironment, providerArguments, socketPath } from "./docker/dockerHost";
import { PidsLimits } from "./docker/pidsLimits";
import { Gate } from "./hub/gate";
import type { Https } from "./hub/https";
import { Roster } from "./hub/roster";
import { registryLogins } from "./image/registryLogins";
import type { JupyterHubArgs } from "./jupyterHubArgs";
import {
    makeHomes,
    makeHttps,
    makeHub,
    makeImages,
    makeNetworks,
    makeProxy,
    makeServer,
    type Images,
    type Making,
    type Networks,
} from "./stackParts";
import { planStack, type PersonPlan, type StackPlan } from "./stackPlan";
import { deferralNotes } from "./user/deferrals";
import { passwords, userOutputs, type UserOutput } from "./user/outputs";

export type { JupyterHubArgs } from "./jupyterHubArgs";

/** A JupyterHub on one Docker host: images, networks, gate, proxy, hub, and one stopped container for each person. */
export class JupyterHub extends pulumi.ComponentResource {
    /** Where people open it. */
    readonly url: string;
    readonly users: Record<string, UserOutput>;
    /** Secret: person → password, or the invitation to choose one; those who have none from here are left out. */
    readonly passwords: pulumi.Output<Record<string, string>>;
    /** Secret: token for the hub's REST API, with an admin's rights. */
    readonly adminToken: pulumi.Output<string>;
    /** Secret: service of `hub.services` → its token for the hub's REST API. */
    readonly services: pulumi.Output<Record<string, string>>;
    /** Certificate (PEM) of the hub's own authority, for people's browsers; only with `https: {mode: internal}`. */
    readonly caCertificate?: pulumi.Output<string>;
    /** Infrastructure → name of its container. */
    readonly containers: Record<string, string>;
    /** People whose running container keeps its old definition until it is next stopped. */
    readonly deferred: string[];
    /** The Docker host it is on. */
    readonly dockerHost: string;

    /** @throws UserError when the stack cannot be made like this; nothing is registered then */
    constructor(name: string, args: JupyterHubArgs, opts?: pulumi.ComponentResourceOptions) {
        const plan = planStack(args);
        super("jupyterhub:docker:JupyterHub", name, {}, opts);
        const { settings, names } = plan;
        const making = this.making(name, args, plan);
        this.services = making.services;
        const images = makeImages(making);
        const networks = makeNetworks(making, images);
        const https = this.infrastructure(making, images, networks);
        const waiting = this.people(making, images, networks);

        this.url = settings.url;
        this.users = userOutputs(settings, names, image => images.notebooks[image].reference);
        this.passwords = pulumi.secret(making.rootSecret.apply(secret => passwords(settings, secret)));
        this.adminToken = pulumi.secret(making.secrets.adminToken);
        this.caCertificate = https?.caCertificate;
        this.containers = containersOf(plan);
        this.deferred = waiting.map(({ person }) => person.name);
        this.dockerHost = plan.engine.host;
        this.registerOutputs({
            url: this.url,
            users: this.users,
            passwords: this.passwords,
            adminToken: this.adminToken,
            services: this.services,
            ...(this.caCertificate === undefined ? {} : { caCertificate: this.caCertificate }),
            containers: this.containers,
            deferred: this.deferred,
            dockerHost: this.dockerHost,
        });
    }

    private making(name: string, args: JupyterHubArgs, plan: StackPlan): Making {
        const { settings, names, engine } = plan;
        const logins = registryLogins(settings.network.registries, args.registryPasswords);
        const provider = new docker.Provider(name, { ...providerArguments(engine), ...logins }, { parent: this });
        const rootSecret = pulumi.secret(args.rootSecret);
        return {
            name,
            args,
            plan,
            common: { stack: settings.stack, names, instance: args.instance },
            child: (...dependsOn) => ({ parent: this, providers: { docker: provider }, dependsOn }),
            rootSecret,
            secrets: rootSecret.apply(secret => hubSecrets(secret, settings.stack)),
            services: serviceTokens(settings, rootSecret),
        };
    }

    /** @returns what HTTPS ends in, where that is here */
    private infrastructure(making: Making, images: Images, networks: Networks): Https | undefined {
        const { name, plan, common, child } = making;
        const { names, engine } = plan;
        const gate = new Gate(
            `${name}-gate`,
            { ...common, image: images.gate.reference, socket: socketPath(engine), network: networks.gate },
            child(images.gate, networks.gate),
        );
        const proxy = makeProxy(making, images, networks);
        const https = makeHttps(making, images, networks, proxy);
        const hub = makeHub(making, images, networks, gate);
        const parts = {
            [names.hub]: hub,
            [names.proxy]: proxy,
            [names.gate]: gate,
            ...(networks.guard && { [names.guard]: networks.guard }),
            ...(https && { [names.https]: https }),
        };
        // Not together with people's: a hub that cannot be made must not keep theirs from them.
        new PidsLimits(
            `${name}-infrastructure-pids`,
            {
                limits: new Map(Object.keys(parts).map(container => [container, INFRASTRUCTURE_PIDS])),
                containerIds: Object.values(parts).map(({ containerId }) => containerId),
                environment: commandEnvironment(engine),
            },
            child(),
        );
        return https;
    }

    /** @returns those whose change waits */
    private people(making: Making, images: Images, networks: Networks): readonly PersonPlan[] {
        const { name, plan, common, child, rootSecret } = making;
        const { settings, names, now } = plan;
        const homes = makeHomes(making, images);
        const servers = plan.people.map(one => ({
            ...one,
            server: makeServer(making, one, { image: images.notebooks[one.person.image], networks, homes }),
        }));
        const waiting = servers.filter(({ server }) => server.deferred);
        const ended = servers.filter(
            ({ server, before }) => before?.running && !server.deferred && before.definition !== server.definition,
        );
        const changed = new Map([...waiting, ...ended].map(({ person, server }) => [person.name, server.deferred]));
        deferralNotes(changed, plan.existing, settings, now).forEach(note => void pulumi.log.info(note, this));
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
        new Roster(
            `${name}-roster`,
            {
                ...common,
                image: images.hub.reference,
                people: settings.people,
                authentication: settings.authentication,
                incarnations: new Map(plan.people.map(({ person, incarnation }) => [person.name, incarnation])),
                rootSecret,
                deferrals: new Map(waiting.map(({ person: { name }, before }) => [name, before?.deferredSince ?? now])),
            },
            child(images.hub),
        );
        return waiting;
    }
}

/** Secret: service of `hub.services` → its token. */
function serviceTokens(
    { stack, hub }: Settings,
    rootSecret: pulumi.Output<string>,
): pulumi.Output<Record<string, string>> {
    return pulumi.secret(
        rootSecret.apply(secret =>
            Object.fromEntries(hub.services.map(({ name }) => [name, serviceToken(secret, stack, name)])),
        ),
    );
}

/** Infrastructure → name of its container. */
function containersOf({ names, isolation, images, front }: StackPlan): Record<string, string> {
    return {
        hub: names.hub,
        proxy: names.proxy,
        gate: names.gate,
        ...(isolation === undefined || images.guard === undefined ? {} : { guard: names.guard }),
        roster: names.roster,
        ...(front === undefined ? {} : { https: names.https }),
    };
}
