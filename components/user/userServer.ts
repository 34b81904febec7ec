import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { envs, HARDENED, memoryLimit } from "../docker/container";
import { LABEL, labels } from "../docker/labels";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { serverToken, type FingerprintedSecret } from "../docker/credentials";
import type { ExistingServer } from "../host/existing";
import { directHosts, peopleDns, proxyEnv, type NetworkSettings } from "../config/network/settings";
import { slug } from "../docker/names";
import { HUB_PORT } from "../docker/ports";
import { addressOf, baseUrlOf } from "../config/publicUrl";
import { serverEnv } from "./serverEnv";
import {
    accountEnv,
    gpuRequest,
    groupAdds,
    mountsOf,
    NO_HEALTHCHECK,
    PLAIN_USER,
    plainHome,
    systemUser,
    threadLimits,
} from "./serverParts";
import type { Settings } from "../config/settings";
import { PLAIN_HOME, type Person } from "../config/users/people";

/** Microseconds of a CPU period; Docker's default. */
const CPU_PERIOD = 100_000;

export interface UserServerArgs extends PartArgs {
    /** The stack's name; the token is derived from it too. */
    stack: string;
    /** Whose server it is. */
    person: Person;
    /** Distinguishes the person from an earlier one of the same name. */
    incarnation: string;
    /** Public URL, with a slash at its end. */
    publicUrl: string;
    /** The server's token is derived from it. */
    rootSecret: pulumi.Input<string>;
    /** Storage of plain people's homes. */
    storage: Settings["storage"];
    /**
     * Size of a temporary home in MiB.
     * @default half of the person's memory
     */
    temporarySize?: number;
    /** GPUs of the person (`allocateGpus`). */
    gpus?: readonly string[];
    /** Proxies and name servers. */
    network: NetworkSettings;
    /**
     * Distinguishes the network from earlier ones. A container that was started before finds only the network of that
     * time.
     */
    networkIncarnation: string;
    /** `user:password` for the proxy of the place. */
    proxyCredentials?: FingerprintedSecret;
    /**
     * The person's running container; undefined if it is not running or may be interrupted. It keeps its definition
     * until it stops.
     */
    keep?: Pick<ExistingServer, "definition" | "memory">;
}

type Definition = Omit<docker.ContainerArgs, "envs" | "labels"> & { env: Record<string, string> };

type DefinitionArgs = Pick<
    UserServerArgs,
    "names" | "person" | "image" | "publicUrl" | "storage" | "temporarySize" | "gpus" | "network"
>;

/**
 * Environment of a person's server, without the token.
 * @param proxyCredentials if given, the result is a secret
 */
function environment(
    { names, person, publicUrl, network }: DefinitionArgs,
    proxyCredentials?: string,
): Record<string, string> {
    return {
        ...threadLimits(person.cpus),
        ...proxyEnv(network.proxy, directHosts(names, network), proxyCredentials),
        ...person.env,
        ...(person.umask === undefined ? {} : { NB_UMASK: person.umask }),
        ...(person.system === undefined ? { HOME: PLAIN_HOME } : accountEnv(person.name, person.system)),
        ...serverEnv({
            name: person.name,
            hubUrl: `http://${names.hub}:${HUB_PORT}`,
            baseUrl: baseUrlOf(publicUrl),
            publicUrl,
        }),
    };
}

/**
 * The person's container without secrets and without labels about itself. Plain text, so that nothing cascades into it.
 */
export function serverDefinition(args: DefinitionArgs): Definition {
    const { names, person, image, network } = args;
    return {
        ...HARDENED,
        name: names.person(person.name),
        hostname: slug(person.name),
        image,
        // The hub starts and stops it. Docker restarts a running one after a reboot.
        start: false,
        mustRun: false,
        restart: "unless-stopped",
        stopTimeout: 10,
        destroyGraceSeconds: 10,
        networkMode: names.peopleNetwork,
        ...peopleDns(network),
        ...memoryLimit(person.memory),
        // In this form because the provider reads `cpus` back as another text ("10" as "10.").
        cpuPeriod: CPU_PERIOD,
        cpuQuota: Math.round(person.cpus * CPU_PERIOD),
        ...(person.shm === undefined ? {} : { shmSize: person.shm }),
        ...gpuRequest(args.gpus ?? []),
        ...groupAdds(person),
        ...NO_HEALTHCHECK,
        ...(person.system === undefined
            ? { ...PLAIN_USER, ...plainHome(person, names, args.storage, args.temporarySize) }
            : systemUser({ ...person, system: person.system })),
        ...mountsOf(person, names),
        env: environment(args),
    };
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

/** One person's single-user server: a stopped container that the hub starts, with a home that outlives it. */
export class UserServer extends ContainerComponent {
    /** Whether the container keeps an earlier definition until it stops. */
    readonly deferred: boolean;
    /** Hash of the person's current definition. */
    readonly definition: string;

    constructor(name: string, args: UserServerArgs, opts?: pulumi.ComponentResourceOptions) {
        const wanted = serverDefinition(args);
        const hash = definitionHash(wanted, args.networkIncarnation, args.proxyCredentials?.fingerprint ?? "");
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

function serverContainer(args: UserServerArgs, { env, ...container }: Definition, hash: string): docker.ContainerArgs {
    const token = pulumi
        .output(args.rootSecret)
        .apply(secret => serverToken(secret, args.stack, args.person.name, args.incarnation));
    return {
        ...container,
        envs: pulumi.secret(
            pulumi.all([token, args.proxyCredentials?.value]).apply(([value, credentials]) =>
                envs({
                    ...(credentials === undefined ? env : environment(args, credentials)),
                    JUPYTERHUB_API_TOKEN: value,
                }),
            ),
        ),
        labels: labels({
            [LABEL.address]: addressOf(args.publicUrl),
            [LABEL.instance]: args.instance,
            [LABEL.person]: args.person.name,
            [LABEL.incarnation]: args.incarnation,
            [LABEL.definition]: hash,
            ...(args.gpus === undefined ? {} : { [LABEL.gpus]: args.gpus.join(",") }),
        }),
    };
}
