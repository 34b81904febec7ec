import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { HomesSettings } from "../../config/homes";
import type { SwarmSettings } from "../../config/swarm/settings";
import type { ExistingServer } from "../../host/existing";
import { hashOf } from "../definitions";
import { formsOf } from "../forms";
import { environment, serverDefinition } from "../serverDefinition";
import { sharedHomeOf } from "../templates";
import { fingerprintsOf, secretEnvironment, serverLabels, type UserServerArgs } from "../userServer";
import { serviceArgs } from "./serviceArgs";
import { serviceBody } from "./serviceBody";

/** `image` is named by its tag; that, and not which image it is, is part of the definition. */
export interface UserServiceArgs extends Omit<UserServerArgs, "networkIncarnation" | "keep" | "authorities"> {
    swarm: SwarmSettings;
    homes: Pick<HomesSettings, "create">;
    /** Name, tag and digest of the image, which nodes pull. */
    pulled: pulumi.Input<string>;
    /**
     * The person's service that is there.
     * @default none
     */
    before?: Pick<ExistingServer, "running" | "definition">;
    /** Whether a running one keeps its definition until it stops. */
    keep: boolean;
}

/** All that the launcher changes at a start, and that waits until a running server has stopped. */
const ALL = ["endpointSpec", "labels", "mode", "name", "taskSpec"];

/** What Docker or the provider adds by itself, which would be a difference: platforms of the image, and no sysctls. */
const READ_BACK = ["taskSpec.containerSpec.sysctl", "taskSpec.placement.platforms"];

/**
 * One person's single-user server on a Swarm: a service without a replica, which the launcher gives one when the hub
 * asks for a start.
 */
export class UserService extends pulumi.ComponentResource {
    /** Whether the service keeps an earlier definition until it stops. */
    readonly deferred: boolean;
    /** Hash of the person's current definition. */
    readonly definition: string;

    constructor(name: string, args: UserServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:UserServer", name, {}, opts);
        const { before, keep } = args;
        const definition = definitionOf(args);
        // Changed by nothing here, a running one is another than was made: a refresh sees what a start has added.
        const stays = before?.running === true && (keep || before.definition === definition);
        new docker.Service(name, declared(args, definition), {
            parent: this,
            deleteBeforeReplace: true,
            ignoreChanges: stays ? ALL : READ_BACK,
        });
        this.definition = definition;
        this.deferred = stays && before.definition !== definition;
        this.registerOutputs({ definition, deferred: this.deferred });
    }
}

/** Not the incarnation: a new one is somebody new, of whom nothing runs. */
function definitionOf(args: UserServiceArgs): string {
    const plain = bodyOf(args, environment(args), {});
    return hashOf(JSON.stringify([plain, homeOf(args), ...fingerprintsOf(args)]));
}

function declared(args: UserServiceArgs, definition: string): docker.ServiceArgs {
    const labels = serverLabels(args, definition);
    const { taskSpec, ...service } = serviceArgs(
        args.names.person(args.person.name),
        bodyOf(args, {}, labels),
        homeOf(args),
    );
    return {
        ...service,
        taskSpec: {
            ...taskSpec,
            containerSpec: {
                ...taskSpec.containerSpec,
                image: args.pulled,
                env: pulumi.secret(secretEnvironment(args)),
            },
        },
    };
}

function bodyOf(args: UserServiceArgs, env: Record<string, string>, labels: Record<string, string>) {
    return serviceBody(serverDefinition(args), { env, labels, pids: args.person.pids }, args);
}

/** What the launcher makes at a start where it is missing. */
function homeOf({ person, homes, swarm, names }: UserServiceArgs) {
    return sharedHomeOf(formsOf(person), homes, swarm, names);
}
