import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { envs } from "../docker/container";
import { LABEL, labels } from "../docker/labels";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { serverToken, type FingerprintedSecret } from "../docker/credentials";
import type { ExistingServer } from "../host/existing";
import { addressOf } from "../config/publicUrl";
import { environment, serverDefinition, type Definition, type DefinitionArgs } from "./serverDefinition";
import { secretFiles, type ServerSecrets } from "./serverSecrets";

export interface UserServerArgs extends PartArgs, Omit<DefinitionArgs, "forms"> {
    /** The name that the stack was first deployed under; the token is derived from it too. */
    deployment: string;
    /** Distinguishes the person from an earlier one of the same name. */
    incarnation: string;
    /** The server's token is derived from it. */
    rootSecret: pulumi.Input<string>;
    /**
     * Distinguishes the network from earlier ones. A container that was started before finds only the network of that
     * time.
     */
    networkIncarnation: string;
    /** `user:password` for the proxy of the place. */
    proxyCredentials?: FingerprintedSecret;
    /**
     * What the person has of `secretEnv` and `secretFiles`.
     * @default nothing
     */
    secrets?: ServerSecrets;
    /**
     * The person's running container; undefined if it is not running or may be interrupted. It keeps its definition
     * until it stops.
     */
    keep?: Pick<ExistingServer, "definition" | "memory">;
}

/**
 * Changed in place, so it is no reason to replace a container. A running server gets more memory at once. Less memory
 * waits like all other changes, because its processes may be using it.
 */
export const LIVE = ["memory", "memorySwap"];

/** Everything in a definition, and so everything that waits until a running server has stopped. */
export const WAITS = [
    "capabilities",
    "cpuPeriod",
    "cpuQuota",
    "destroyGraceSeconds",
    "deviceRequests",
    "dns",
    "dnsSearches",
    "envs",
    "groupAdds",
    "healthcheck",
    "hostname",
    "image",
    "labels",
    "logDriver",
    "logOpts",
    "mounts",
    "networkMode",
    "restart",
    "securityOpts",
    "shmSize",
    "stopTimeout",
    "tmpfs",
    "uploads",
    "user",
    "volumes",
    "workingDir",
];

/**
 * Hash of a definition: 16 hex digits.
 * @param besides other reasons to create the container again; empty: no influence
 */
export function definitionHash(definition: Definition, ...besides: readonly string[]): string {
    const replacing: unknown[] = Object.entries(definition).filter(([key]) => !LIVE.includes(key));
    const more = besides.filter(text => text !== "");
    return createHash("sha256")
        .update(JSON.stringify([...replacing.sort(), ...more]))
        .digest("hex")
        .slice(0, 16);
}

/** What a server is made as now, with the hash of it. */
export function hashedDefinition(args: UserServerArgs): { wanted: Definition; hash: string } {
    const wanted = serverDefinition(args);
    return { wanted, hash: definitionHash(wanted, args.networkIncarnation, ...fingerprintsOf(args)) };
}

/** Of the secrets in a definition, which are not in it themselves; an empty one of each that there is not. */
export function fingerprintsOf({ proxyCredentials, secrets }: Pick<UserServerArgs, "proxyCredentials" | "secrets">) {
    return [proxyCredentials, secrets].map(secret => secret?.fingerprint ?? "");
}

/** What a server's own labels say of it. @param definition hash of it */
export function serverLabels(
    {
        publicUrl,
        instance,
        person,
        incarnation,
    }: Pick<UserServerArgs, "publicUrl" | "instance" | "person" | "incarnation">,
    definition: string,
): Record<string, string> {
    return {
        [LABEL.address]: addressOf(publicUrl),
        [LABEL.instance]: instance,
        [LABEL.person]: person.name,
        [LABEL.incarnation]: incarnation,
        [LABEL.definition]: definition,
    };
}

/** All of a server's variables, its token and the person's secrets among them. */
export function secretEnvironment(
    args: Omit<UserServerArgs, "networkIncarnation" | "keep" | "authorities">,
): pulumi.Output<Record<string, string>> {
    const token = pulumi
        .output(args.rootSecret)
        .apply(secret => serverToken(secret, args.deployment, args.person.name, args.incarnation));
    return pulumi
        .all([token, args.proxyCredentials?.value])
        .apply(([value, proxyCredentials]): Record<string, string> => ({
            ...environment(args, { proxyCredentials, env: args.secrets?.env }),
            JUPYTERHUB_API_TOKEN: value,
        }));
}

/** One person's single-user server: a stopped container that the hub starts, with a home that outlives it. */
export class UserServer extends ContainerComponent {
    /** Whether the container keeps an earlier definition until it stops. */
    readonly deferred: boolean;
    /** Hash of the person's current definition. */
    readonly definition: string;

    constructor(name: string, args: UserServerArgs, opts?: pulumi.ComponentResourceOptions) {
        const { wanted, hash } = hashedDefinition(args);
        const less = args.keep !== undefined && args.person.memory < (args.keep.memory ?? 0);
        const options = {
            // `reset` replaces it without a difference, and two containers cannot have one name.
            deleteBeforeReplace: true,
            ignoreChanges: args.keep === undefined ? [] : less ? [...WAITS, ...LIVE] : WAITS,
        };
        super("UserServer", name, { args: serverContainer(args, wanted, hash), options }, opts);
        this.definition = hash;
        this.deferred = args.keep !== undefined && (args.keep.definition !== hash || less);
        this.registerOutputs({ containerId: this.containerId, definition: this.definition, deferred: this.deferred });
    }
}

function serverContainer(
    args: UserServerArgs,
    { env: _, uploads, ...container }: Definition,
    hash: string,
): docker.ContainerArgs {
    return {
        ...container,
        ...withSecretFiles(uploads, args.secrets),
        envs: pulumi.secret(secretEnvironment(args).apply(envs)),
        labels: labels({
            ...serverLabels(args, hash),
            ...(args.gpus === undefined ? {} : { [LABEL.gpus]: args.gpus.join(",") }),
        }),
    };
}

type Uploads = Pick<docker.ContainerArgs, "uploads">;

/** Files of secrets beside the uploads that the container has. */
function withSecretFiles(others: Uploads["uploads"], secrets: ServerSecrets | undefined): Uploads {
    const own = secretFiles(secrets);
    if (own.length === 0) {
        return others === undefined ? {} : { uploads: others };
    }
    return { uploads: pulumi.secret(pulumi.output(others).apply((given = []) => [...given, ...own])) };
}
