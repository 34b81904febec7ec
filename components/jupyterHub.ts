import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./config/settings";
import { INFRASTRUCTURE_PIDS } from "./docker/container";
import { hubSecrets, serviceToken } from "./docker/credentials";
import { commandEnvironment, providerArguments, socketPath } from "./docker/dockerHost";
import { PidsLimits } from "./docker/pidsLimits";
import { shownByPulumi } from "./errors/shown";
import { Gate } from "./hub/gate";
import type { Https } from "./hub/https";
import { Roster } from "./hub/roster";
import { registryLogins } from "./image/registryLogins";
import type { HubOutputs, JupyterHubArgs, StackFileArgs } from "./jupyterHubArgs";
import { outputOf } from "./lateValues";
import { prepare, type Prepared } from "./preparation";
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

/** What hands a hub's plan to `initialize`, which Pulumi calls before the constructor has `this`. */
interface Options extends pulumi.ComponentResourceOptions {
    plan: Promise<Planned>;
}

interface Planned {
    plan: StackPlan;
    prepared: Prepared;
}

/**
 * A JupyterHub on one Docker host: images, networks, gate, proxy, hub, and one stopped container for each person.
 *
 * The config is checked and the Docker host is looked at first. Until then nothing is registered, not even the
 * component: what can be refused is refused whole, by one message. A program need not await it; Pulumi does.
 */
export class JupyterHub extends pulumi.ComponentResource<HubOutputs> {
    /** Where people open it. */
    readonly url: pulumi.Output<string>;
    readonly users: pulumi.Output<Record<string, UserOutput>>;
    /** Secret: person → password, or the invitation to choose one; those who have none from here are left out. */
    readonly passwords: pulumi.Output<Record<string, string>>;
    /** Secret: token for the hub's REST API, with an admin's rights. */
    readonly adminToken: pulumi.Output<string>;
    /** Secret: service of `hub.services` → its token for the hub's REST API; undefined without services. */
    readonly services: pulumi.Output<Record<string, string> | undefined>;
    /** Certificate (PEM) of the hub's own authority, for people's browsers; only with `https: {mode: internal}`. */
    readonly caCertificate: pulumi.Output<string | undefined>;
    /** Infrastructure → name of its container. */
    readonly containers: pulumi.Output<Record<string, string>>;
    /** People whose running container keeps its old definition until it is next stopped. */
    readonly deferred: pulumi.Output<string[]>;
    /** The Docker host it is on. */
    readonly dockerHost: pulumi.Output<string>;

    /**
     * @param name what the names of its resources begin with
     * @param args the hub; what is wrong with it ends Pulumi's run with a message that names it all
     */
    constructor(
        name: string,
        args: JupyterHubArgs | StackFileArgs,
        { dependsOn, ...opts }: pulumi.ComponentResourceOptions = {},
    ) {
        const plan = planned(args);
        // Pulumi registers the component once it knows what that depends on, and so after the plan, or never.
        const after = plan.then(() => dependsOn ?? []) as Promise<pulumi.Resource[]>;
        const options: Options = { ...opts, plan, dependsOn: after };
        super("jupyterhub:docker:JupyterHub", name, {}, options);
        const output = <K extends keyof HubOutputs>(key: K) =>
            outputOf(this.getData().then(outputs => outputs[key])) as pulumi.Output<never>;
        this.url = output("url");
        this.users = output("users");
        this.passwords = output("passwords");
        this.adminToken = output("adminToken");
        this.services = output("services");
        this.caCertificate = output("caCertificate");
        this.containers = output("containers");
        this.deferred = output("deferred");
        this.dockerHost = output("dockerHost");
    }

    /** All of them at once, without the keys whose feature is not in use: for a stack's own outputs. */
    outputs(): Promise<HubOutputs> {
        return this.getData();
    }

    /** Makes all parts. Pulumi calls it. */
    protected override async initialize(_: pulumi.Inputs, options: Options, name: string): Promise<HubOutputs> {
        try {
            return this.make(name, await options.plan);
        } catch (error) {
            throw shownByPulumi(error);
        }
    }

    private make(name: string, { plan, prepared }: Planned): HubOutputs {
        const { settings, names } = plan;
        const making = this.making(name, prepared, plan);
        const images = makeImages(making);
        const networks = makeNetworks(making, images);
        const https = this.infrastructure(making, images, networks);
        const waiting = this.people(making, images, networks);
        const { services } = making;
        const outputs: HubOutputs = {
            url: settings.url,
            users: userOutputs(settings, names, image => images.notebooks[image].reference),
            passwords: pulumi.secret(prepared.secrets.rootSecret.apply(secret => passwords(settings, secret))),
            adminToken: pulumi.secret(making.secrets.adminToken),
            ...(settings.hub.services.length === 0 ? {} : { services }),
            ...(https?.caCertificate === undefined ? {} : { caCertificate: https.caCertificate }),
            containers: containersOf(plan),
            deferred: waiting.map(({ person }) => person.name),
            dockerHost: plan.engine.host,
        };
        this.registerOutputs({ ...outputs, services });
        return outputs;
    }

    private making(name: string, { instance, host, secrets }: Prepared, plan: StackPlan): Making {
        const { settings, names, engine } = plan;
        const logins = registryLogins(settings.network.registries, secrets.registryPasswords);
        const provider = new docker.Provider(name, { ...providerArguments(engine), ...logins }, { parent: this });
        const { rootSecret } = secrets;
        return {
            name,
            host,
            given: secrets,
            plan,
            common: { stack: settings.stack, names, instance },
            child: (...dependsOn) => ({ parent: this, providers: { docker: provider }, dependsOn }),
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
        const { name, plan, common, child, given } = making;
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
                rootSecret: given.rootSecret,
                deferrals: new Map(waiting.map(({ person: { name }, before }) => [name, before?.deferredSince ?? now])),
            },
            child(images.hub),
        );
        return waiting;
    }
}

async function planned(args: JupyterHubArgs | StackFileArgs): Promise<Planned> {
    try {
        const prepared = await prepare(args);
        return { prepared, plan: planStack(prepared) };
    } catch (error) {
        throw shownByPulumi(error);
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
