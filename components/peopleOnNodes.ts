/** People's servers on the nodes of a Swarm: what nodes pull, and a service for each who is declared. */
import * as pulumi from "@pulumi/pulumi";
import type { Person } from "./config/users/person";
import type { Image } from "./image/image";
import { Pushed } from "./image/pushed";
import { remoteReference } from "./image/remote";
import { nodeGuardService } from "./network/nodeGuard";
import type { Secrets } from "./preparation";
import type { Images, Making, Networks } from "./stackParts";
import type { PersonPlan, StackPlan } from "./stackPlan";
import { placeholder } from "./user/forms";
import { UserService } from "./user/onNodes/userService";

/** By their digests. */
export interface Pulled {
    /** Key of an image → its reference. */
    notebooks: Record<string, pulumi.Output<string>>;
    /** The guard's service. */
    guard: pulumi.Output<Record<string, unknown>>;
}

/** People's images, and the guard's. @returns undefined where there is one machine */
export function pushImages({ name, plan, common, child }: Making, images: Images): Pulled | undefined {
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
    const { addresses } = isolation;
    return {
        notebooks: Object.fromEntries(Object.entries(images.notebooks).map(([key, image]) => [key, push(key, image)])),
        guard: push("guard", images.guard).apply(image =>
            nodeGuardService({ ...common, addresses, database, image, placeholder }),
        ),
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
