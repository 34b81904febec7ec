import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./config/settings";
import { INFRASTRUCTURE_PIDS } from "./docker/container";
import { hubSecrets, serviceToken } from "./docker/credentials";
import { commandEnvironment, providerArguments } from "./docker/dockerHost";
import { PidsLimits } from "./docker/pidsLimits";
import { keepSecretsOutOfDebugLog } from "./errors/debugLog";
import { shownByPulumi } from "./errors/shown";
import type { Https } from "./hub/https";
import { registryLogins } from "./image/registryLogins";
import type { HubOutputs, JupyterHubArgs, StackFileArgs } from "./jupyterHubArgs";
import { outputOf } from "./lateValues";
import { makePeople } from "./peopleParts";
import { prepare, type Prepared } from "./preparation";
import {
    afterDatabaseCheck,
    makeGate,
    makeHttps,
    makeHub,
    makeImages,
    makeNetworks,
    makeProxy,
    type Images,
    type Making,
    type Networks,
} from "./stackParts";
import { planStack, type StackPlan } from "./stackPlan";
import { passwords, userOutputs, type UserOutput } from "./user/outputs";

/** What hands a hub's plan to `initialize`, which Pulumi calls before the constructor has `this`. */
interface Options extends pulumi.ComponentResourceOptions {
    plan: Promise<PlannedHub>;
}

/** A hub whose config was checked and whose Docker host was looked at. */
export class PlannedHub {
    private constructor(
        readonly prepared: Prepared,
        readonly plan: StackPlan,
    ) {}

    /** @throws UserError that says all that is wrong */
    static async of(args: JupyterHubArgs | StackFileArgs): Promise<PlannedHub> {
        const prepared = await prepare(args);
        return new PlannedHub(prepared, planStack(prepared));
    }
}

/**
 * A JupyterHub on one Docker host: images, networks, gate, proxy, hub, and one stopped container for each person, or
 * what the launcher makes servers of when they start.
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
     * @param args the hub; what is wrong with it ends Pulumi's run with a message that names it all. A planned one is
     *   for those who answer such a message themselves
     */
    constructor(
        name: string,
        args: JupyterHubArgs | StackFileArgs | PlannedHub,
        { dependsOn, ...opts }: pulumi.ComponentResourceOptions = {},
    ) {
        keepSecretsOutOfDebugLog();
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

    private make(name: string, { plan, prepared }: PlannedHub): HubOutputs {
        const { settings, names } = plan;
        const first = this.making(name, prepared, plan);
        const images = makeImages(first);
        const making = afterDatabaseCheck(first, images);
        const networks = makeNetworks(making, images);
        const { deferred, roster } = makePeople(making, images, networks, this);
        const https = this.infrastructure(making, images, networks, roster);
        const { services } = making;
        const outputs: HubOutputs = {
            url: settings.url,
            users: userOutputs(settings, names, image => images.notebooks[image].reference),
            passwords: pulumi.secret(prepared.secrets.rootSecret.apply(secret => passwords(settings, secret))),
            adminToken: pulumi.secret(making.secrets.adminToken),
            ...(settings.hub.services.length === 0 ? {} : { services }),
            ...(https?.caCertificate === undefined ? {} : { caCertificate: https.caCertificate }),
            containers: containersOf(plan),
            deferred,
            dockerHost: plan.engine.host,
        };
        // Without what is as long as the list: the program has it, and a stack that exports it has it in its state.
        const { users: _, passwords: __, ...short } = outputs;
        this.registerOutputs({ ...short, services });
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
            common: { deployment: settings.deployment, names, instance },
            child: (...dependsOn) => ({ parent: this, providers: { docker: provider }, dependsOn }),
            secrets: rootSecret.apply(secret => hubSecrets(secret, settings.deployment)),
            services: serviceTokens(settings, rootSecret),
        };
    }

    /** @returns what HTTPS ends in, where that is here */
    private infrastructure(
        making: Making,
        images: Images,
        networks: Networks,
        roster: pulumi.Resource,
    ): Https | undefined {
        const { name, plan, child } = making;
        const { names, engine } = plan;
        const behind = makeGate(making, images, networks.gate, roster);
        const { gate, launcher } = behind;
        const proxy = makeProxy(making, images, networks);
        const https = makeHttps(making, images, networks, proxy);
        const hub = makeHub(making, images, networks, behind);
        const parts = {
            [names.hub]: hub,
            [names.proxy]: proxy,
            [names.gate]: gate,
            ...(networks.guard && { [names.guard]: networks.guard }),
            ...(https && { [names.https]: https }),
            ...(launcher && { [names.launcher]: launcher }),
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
}

async function planned(args: JupyterHubArgs | StackFileArgs | PlannedHub): Promise<PlannedHub> {
    try {
        return args instanceof PlannedHub ? args : await PlannedHub.of(args);
    } catch (error) {
        throw shownByPulumi(error);
    }
}

/** Secret: service of `hub.services` → its token. */
function serviceTokens(
    { deployment, hub }: Settings,
    rootSecret: pulumi.Output<string>,
): pulumi.Output<Record<string, string>> {
    return pulumi.secret(
        rootSecret.apply(secret =>
            Object.fromEntries(hub.services.map(({ name }) => [name, serviceToken(secret, deployment, name)])),
        ),
    );
}

/** Infrastructure → name of its container. */
function containersOf({ names, settings, isolation, images, front }: StackPlan): Record<string, string> {
    return {
        hub: names.hub,
        proxy: names.proxy,
        gate: names.gate,
        ...(isolation === undefined || images.guard === undefined || settings.swarm !== undefined
            ? {}
            : { guard: names.guard }),
        roster: names.roster,
        ...(front === undefined ? {} : { https: names.https }),
        ...(images.launcher === undefined ? {} : { launcher: names.launcher }),
    };
}
