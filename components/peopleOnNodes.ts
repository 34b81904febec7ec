/** People's servers on the nodes of a Swarm: what nodes pull, and a service for each who is declared. */
import * as pulumi from "@pulumi/pulumi";
import { fileServerOf } from "./config/swarm/homesVolume";
import type { SwarmSettings } from "./config/swarm/settings";
import type { Person } from "./config/users/person";
import type { Image } from "./image/image";
import { Pushed } from "./image/pushed";
import { clientLogins, pullAuth } from "./image/registries";
import { remoteReference } from "./image/remote";
import { nodeGuardService } from "./network/nodeGuard";
import type { Secrets } from "./preparation";
import type { Images, Making, Networks } from "./stackParts";
import type { PersonPlan, StackPlan } from "./stackPlan";
import { placeholder } from "./user/forms";
import type { RegistryLogin } from "./user/launcherDocument";
import { UserService } from "./user/onNodes/userService";

/** By their digests. */
export interface Pulled {
    /** Key of an image → its reference. */
    notebooks: Record<string, pulumi.Output<string>>;
    /** The guard's service. */
    guard: pulumi.Output<Record<string, unknown>>;
    /** How nodes log in at the registry; a secret. */
    registry?: pulumi.Output<RegistryLogin>;
}

/** People's images, and the guard's. @returns undefined where there is one machine */
export function pushImages({ name, given, plan, common, child }: Making, images: Images): Pulled | undefined {
    const { settings, isolation, engine } = plan;
    const { swarm } = settings;
    const database = settings.database.kind === "sqlite" ? undefined : settings.database.server;
    if (swarm === undefined || isolation === undefined || images.guard === undefined) {
        return undefined;
    }
    const fileServer = swarm.homesVolume && fileServerOf(swarm.homesVolume);
    const logins = registryLogin(swarm, given.swarmRegistryPassword);
    const push = (key: string, image: Image) => {
        const target = remoteReference(swarm.registry, image.reference);
        const args = { image: image.reference, target, docker: engine, login: logins?.client };
        return new Pushed(`${name}-pushed-${key}`, args, child(image)).reference;
    };
    const { addresses } = isolation;
    return {
        notebooks: Object.fromEntries(Object.entries(images.notebooks).map(([key, image]) => [key, push(key, image)])),
        guard: push("guard", images.guard).apply(image =>
            nodeGuardService({ ...common, addresses, kept: { database, fileServer }, image, placeholder }),
        ),
        ...(logins === undefined ? {} : { registry: logins.nodes }),
    };
}

/** The log-in of whoever pushes, and of nodes. @returns undefined where the registry asks for none */
function registryLogin({ registry, registryUsername }: SwarmSettings, password: Secrets["swarmRegistryPassword"]) {
    if (registryUsername === undefined || password === undefined) {
        return undefined;
    }
    const [address] = registry.split("/");
    const login = { address, username: registryUsername };
    const value = pulumi.secret(password.value);
    const { fingerprint } = password;
    return {
        client: value.apply(password => clientLogins([login], { [address]: password })),
        nodes: value.apply(password => ({ auth: pullAuth(login, password), fingerprint })),
    };
}

/** What a person's server is made of, wherever it runs. */
export function commonOf({ settings, networks }: StackPlan, given: Secrets, person: Person) {
    return {
        person,
        publicUrl: settings.url,
        rootSecret: given.rootSecret,
        storage: settings.storage,
        temporarySize: settings.homes.size,
        network: { ...settings.network, people: networks.people.definition },
        proxyCredentials: settings.network.servers.proxyCredentials ? given.proxyCredentials : undefined,
        secrets: given.servers.get(person.name),
    };
}

/** One person's declared server. */
export function makeService(
    { name, given, plan, common, child }: Making,
    { person, incarnation, before, keep }: PersonPlan,
    pulled: pulumi.Input<string>,
    networks: Networks,
): UserService {
    const { settings, images } = plan;
    const { swarm, homes } = settings;
    if (swarm === undefined) {
        throw new Error("makeService: there is no Swarm");
    }
    return new UserService(
        `${name}-user-${person.name}`,
        {
            ...common,
            ...commonOf(plan, given, person),
            image: remoteReference(swarm.registry, images.notebooks[person.image].reference),
            pulled,
            incarnation,
            swarm,
            homes,
            before,
            keep,
        },
        child(...networks.guarded),
    );
}
