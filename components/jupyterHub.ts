import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import { INFRASTRUCTURE_PIDS } from "./docker/container";
import { hubSecrets, serviceToken, type FingerprintedSecret } from "./docker/credentials";
import { commandEnvironment, providerArguments, socketPath, type DockerHost } from "./docker/dockerHost";
import type { ExistingServers } from "./host/existing";
import { checkNetworkChange, networkIncarnation, type ExistingNetworks } from "./host/existingNetworks";
import { deferralNotes, isKept } from "./user/deferrals";
import { Gate } from "./hub/gate";
import { Guard } from "./network/guard";
import { allocateGpus } from "./config/users/gpus";
import { Homes } from "./user/homes";
import { needsHomes, planHomes } from "./user/homesPlan";
import { readTemplates } from "./host/hubFiles";
import { Https, type HttpsArgs } from "./hub/https";
import { Hub } from "./hub/hub";
import { planImages, pulledBases, type ImagePlan } from "./image/plan";
import { imageMaker } from "./image/images";
import { isolationOf } from "./network/isolation";
import { refuseMoving } from "./preflight/moving";
import { stackNames } from "./docker/names";
import { Network } from "./network/network";
import type { NetworkDefinition } from "./config/network/settings";
import { PidsLimits } from "./docker/pidsLimits";
import { Proxy } from "./hub/proxy";
import type { RegistryPasswords } from "./image/registries";
import { registryLogins } from "./image/registryLogins";
import { Roster } from "./hub/roster";
import type { Settings } from "./config/settings";
import { passwords, userOutputs, type UserOutput } from "./user/outputs";
import { UserServer } from "./user/userServer";
import { UserError } from "./errors/userError";

export interface JupyterHubArgs {
    /** The checked config (`readSettings`). */
    settings: Settings;
    /** What every secret of the stack is derived from: at least 32 random characters that never change. */
    rootSecret: pulumi.Input<string>;
    /**
     * What the identity provider knows this hub by (`authenticationSecret`), for types of authentication that need it.
     */
    authenticationSecret?: pulumi.Input<string>;
    /** `instanceId(rootSecret, stack)`: plain, because it is a part of every name. */
    instance: string;
    /**
     * People's containers that are there already (`existingServers`). Running ones keep their definition, and
     * every one its incarnation.
     * @default none
     */
    existing?: ExistingServers;
    /**
     * Names of people whose homes are missing on the Docker host (`checkHostDirectories`), so that one which somebody
     * removed is made again.
     * @default none
     */
    missingHomes?: readonly string[];
    /**
     * The Docker engine to deploy on.
     * @default `settings.docker`
     */
    docker?: DockerHost;
    /**
     * Networks that are there already (`existingNetworks`). Where it is left out, one that was removed and made again
     * by hand is taken for the same: servers that ran in the old one do not start then.
     */
    networks?: ExistingNetworks;
    /**
     * Subnets that the Docker host reaches elsewhere (`hostRoutes`), which the people's network is not to hide.
     * @default none
     */
    routes?: readonly string[];
    /**
     * References of the images that are there already (`existingImages`); they are not built again because of another
     * proxy.
     * @default none
     */
    images?: ReadonlySet<string>;
    /**
     * Whether all images are built already (`pluginBuilds`), because Pulumi's plugin cannot there.
     * @default false
     */
    builtBefore?: boolean;
    /** `user:password` for the proxies of `settings.network`. */
    proxyCredentials?: FingerprintedSecret;
    /** Passwords for the registries of `settings.network`. */
    registryPasswords?: pulumi.Input<RegistryPasswords>;
    /** Private key of `tlsCertificate` (PEM); needed with `https: {mode: files}`. */
    tlsKey?: pulumi.Input<string>;
    /**
     * When it is, for `deferAtMost`.
     * @default now
     */
    now?: Date;
    /** Certificates of private authorities for image builds (`hostCaBundle`). */
    caBundle?: string;
}

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

    constructor(name: string, args: JupyterHubArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:JupyterHub", name, {}, opts);
        const { settings, instance } = args;
        const plans = planImages(settings); // First: it may fail, and then nothing is to be registered.
        const homesPlan = planHomes(settings);
        const templates = readTemplates(settings.hub.templates);
        const front = frontOf(args, plans);
        const stack = settings.stack;
        const rootSecret = pulumi.secret(args.rootSecret);
        const existing: ExistingServers = args.existing ?? new Map();
        const now = Math.floor((args.now ?? new Date()).getTime() / 1000);
        refuseMoving(settings, existing);
        const names = stackNames(stack, instance);
        const engine = args.docker ?? settings.docker;
        const { network } = settings;
        const { networks, proxyCredentials } = args;
        const isolation = isolationOf(settings, names, networks, args.routes);
        const peopleDefinition = isolation?.definition ?? network.people;
        checkNetworkChange(settings, peopleDefinition, names, networks, existing);
        const logins = registryLogins(network.registries, args.registryPasswords);
        const provider = new docker.Provider(name, { ...providerArguments(engine), ...logins }, { parent: this });
        const child = (...dependsOn: pulumi.Resource[]) => ({
            parent: this,
            providers: { docker: provider },
            dependsOn,
        });

        const image = imageMaker(name, {
            bases: pulledBases(plans),
            present: args.images,
            build: {
                builtBefore: args.builtBefore,
                caBundle: args.caBundle,
                proxy: network.proxy,
                proxyCredentials: proxyCredentials?.value,
            },
            options: child,
        });
        const hubImage = image("hub", plans.hub);
        const proxyImage = image("proxy", plans.proxy);
        const gateImage = image("gate", plans.gate);
        const guardImage = plans.guard && image("guard", plans.guard);
        const notebooks = Object.fromEntries(
            // Those that others may be built on first, so that they have their own names.
            Object.entries(plans.notebooks)
                .sort(([, a], [, b]) => Number(a.build?.on !== undefined) - Number(b.build?.on !== undefined))
                .map(([key, plan]) => [key, image(`notebook-${key}`, plan)]),
        );

        const networkOf = (key: string, dockerName: string, definition: NetworkDefinition, internal: boolean) =>
            new Network(
                `${name}-${key}`,
                {
                    name: dockerName,
                    instance,
                    internal,
                    definition,
                    incarnation: networkIncarnation(dockerName, definition, networks),
                },
                child(),
            );
        const peopleNetwork = networkOf("people", names.peopleNetwork, peopleDefinition, false);
        const gateNetwork = networkOf("gate", names.gateNetwork, network.gate, true);

        const guard =
            isolation &&
            guardImage &&
            new Guard(
                `${name}-guard`,
                { names, instance, image: guardImage.reference, addresses: isolation.addresses, network },
                child(guardImage, peopleNetwork),
            );
        // Before whoever is in it, so that it goes after them.
        const guarded = guard === undefined ? [peopleNetwork] : [peopleNetwork, guard];

        const secrets = rootSecret.apply(secret => hubSecrets(secret, stack));
        this.services = pulumi.secret(
            rootSecret.apply(secret =>
                Object.fromEntries(
                    settings.hub.services.map(service => [service.name, serviceToken(secret, stack, service.name)]),
                ),
            ),
        );
        const common = { stack, names, instance };
        const gate = new Gate(
            `${name}-gate`,
            { ...common, image: gateImage.reference, socket: socketPath(engine), network: gateNetwork },
            child(gateImage, gateNetwork),
        );
        const frontNetwork = front && networkOf("front", names.frontNetwork, network.front, false);
        const proxy = new Proxy(
            `${name}-proxy`,
            {
                ...common,
                image: proxyImage.reference,
                token: secrets.proxyToken,
                network: peopleNetwork,
                address: isolation?.addresses.proxy,
                metrics: settings.metrics.proxy,
                ...(frontNetwork === undefined ? { listen: settings.listen } : { front: frontNetwork }),
            },
            child(proxyImage, ...guarded, ...(frontNetwork === undefined ? [] : [frontNetwork])),
        );
        let https: Https | undefined;
        if (front !== undefined && frontNetwork !== undefined) {
            const caddyImage = image("caddy", front.plan);
            https = new Https(
                `${name}-https`,
                {
                    ...common,
                    image: caddyImage.reference,
                    settings: front.settings,
                    key: args.tlsKey,
                    network: frontNetwork,
                    proxy: proxy.containerId,
                    environment: commandEnvironment(engine),
                },
                child(caddyImage, proxy),
            );
            this.caCertificate = https.caCertificate;
        }
        const hub = new Hub(
            `${name}-hub`,
            {
                ...common,
                image: hubImage.reference,
                settings,
                secrets,
                authenticationSecret: args.authenticationSecret,
                serviceTokens: this.services,
                templates,
                networks: { people: peopleNetwork, gate: gateNetwork },
                address: isolation?.addresses.hub,
                proxyCredentials: proxyCredentials?.value,
            },
            child(hubImage, gate, ...guarded),
        );
        const infrastructure = {
            [names.hub]: hub,
            [names.proxy]: proxy,
            [names.gate]: gate,
            ...(guard && { [names.guard]: guard }),
            ...(https && { [names.https]: https }),
        };
        // Not together with people's: a hub that cannot be made must not keep theirs from them.
        new PidsLimits(
            `${name}-infrastructure-pids`,
            {
                limits: new Map(Object.keys(infrastructure).map(container => [container, INFRASTRUCTURE_PIDS])),
                containerIds: Object.values(infrastructure).map(({ containerId }) => containerId),
                environment: commandEnvironment(engine),
            },
            child(),
        );

        const homes =
            homesPlan &&
            new Homes(
                `${name}-homes`,
                { ...common, docker: engine, image: hubImage.reference, plan: homesPlan, missing: args.missingHomes },
                child(hubImage),
            );

        const incarnations = new Map(
            settings.people.map(person => [
                person.name,
                existing.get(person.name)?.incarnation ?? randomBytes(8).toString("hex"),
            ]),
        );
        const gpus = allocateGpus(
            new Map(
                settings.people.flatMap(person =>
                    person.gpus === undefined ? [] : [[person.name, person.gpus] as const],
                ),
            ),
            new Map([...existing].map(([person, { gpus = [] }]) => [person, gpus])),
        );
        const servers = settings.people.map(person => {
            const before = existing.get(person.name);
            const server = new UserServer(
                `${name}-user-${person.name}`,
                {
                    ...common,
                    person,
                    image: notebooks[person.image].reference,
                    incarnation: incarnations.get(person.name) as string,
                    publicUrl: settings.url,
                    rootSecret,
                    storage: settings.storage,
                    temporarySize: settings.homes.size,
                    gpus: gpus.get(person.name),
                    network,
                    networkIncarnation: peopleNetwork.incarnation,
                    proxyCredentials,
                    keep: isKept(before, settings, now) ? before : undefined,
                },
                child(
                    notebooks[person.image],
                    ...guarded,
                    ...(homes !== undefined && needsHomes(person) ? [homes] : []),
                ),
            );
            return { person, server, before };
        });
        const waiting = servers.filter(({ server }) => server.deferred);
        const ended = servers.filter(
            ({ server, before }) => before?.running && !server.deferred && before.definition !== server.definition,
        );
        const changed = new Map([...waiting, ...ended].map(({ person, server }) => [person.name, server.deferred]));
        deferralNotes(changed, existing, settings, now).forEach(note => void pulumi.log.info(note, this));
        new PidsLimits(
            `${name}-pids`,
            {
                limits: new Map(settings.people.map(person => [names.person(person.name), person.pids])),
                containerIds: servers.map(({ server }) => server.containerId),
                environment: commandEnvironment(engine),
            },
            child(),
        );
        // After nobody's container: one that cannot be made must not keep in force what was taken from somebody else.
        new Roster(
            `${name}-roster`,
            {
                ...common,
                image: hubImage.reference,
                people: settings.people,
                authentication: settings.authentication,
                incarnations,
                rootSecret,
                deferrals: new Map(waiting.map(({ person: { name }, before }) => [name, before?.deferredSince ?? now])),
            },
            child(hubImage),
        );

        this.url = settings.url;
        this.users = userOutputs(settings, names, image => notebooks[image].reference);
        this.passwords = pulumi.secret(rootSecret.apply(secret => passwords(settings, secret)));
        this.adminToken = pulumi.secret(secrets.adminToken);
        this.containers = {
            hub: names.hub,
            proxy: names.proxy,
            gate: names.gate,
            ...(guard === undefined ? {} : { guard: names.guard }),
            roster: names.roster,
            ...(front === undefined ? {} : { https: names.https }),
        };
        this.deferred = waiting.map(({ person }) => person.name);
        this.dockerHost = engine.host;
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
}

/**
 * What stands in front of the proxy, if anything does.
 * @throws UserError when it has a certificate without a key
 */
function frontOf(
    { settings: { https, ...settings }, tlsKey }: JupyterHubArgs,
    { caddy }: ReturnType<typeof planImages>,
): { plan: ImagePlan; settings: HttpsArgs["settings"] } | undefined {
    if (https.mode === "files" && tlsKey === undefined) {
        throw new UserError("tlsKey: is missing; https.mode files needs it");
    }
    return https.mode === "none" || caddy === undefined ? undefined : { plan: caddy, settings: { ...settings, https } };
}
