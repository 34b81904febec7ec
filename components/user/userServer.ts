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

/** Microseconds in which a server may use its share of CPU time; Docker's own default. */
const CPU_PERIOD = 100_000;

export interface UserServerArgs extends PartArgs {
    /** The stack's name, from which the token derives too. */
    stack: string;
    /** Whose server it is. */
    person: Person;
    /** Tells the person from an earlier one of the same name. */
    incarnation: string;
    /** What people open, with a slash at its end. */
    publicUrl: string;
    /** What the server's token derives from. */
    rootSecret: pulumi.Input<string>;
    /** Where plain people's homes are. */
    storage: Settings["storage"];
    /** Size of a temporary home in MiB; half of the person's memory where it is left out. */
    temporarySize?: number;
    /** The GPUs that are the person's (`allocateGpus`). */
    gpus?: readonly string[];
    /** Proxies and name servers. */
    network: NetworkSettings;
    /** Tells the network from earlier ones; a container that was ever started finds only the one of that time. */
    networkIncarnation: string;
    /** `user:password` for the proxy of the place. */
    proxyCredentials?: FingerprintedSecret;
    /**
     * The person's running container; undefined when it does not run or may be interrupted. It keeps its definition
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
 * What a person's server is told, without the token.
 * @param proxyCredentials where they are given, it is a secret
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

/** The person's container without what is secret or about itself: plain text, so that nothing cascades into it. */
export function serverDefinition(args: DefinitionArgs): Definition {
    const { names, person, image, network } = args;
    return {
        ...HARDENED,
        name: names.person(person.name),
        hostname: slug(person.name),
        image,
        // The hub starts and stops it; Docker brings a running one back after a reboot.
        start: false,
        mustRun: false,
        restart: "unless-stopped",
        stopTimeout: 10,
        destroyGraceSeconds: 10,
        networkMode: names.peopleNetwork,
        ...peopleDns(network),
        ...memoryLimit(person.memory),
        // In this form, because the provider reads `cpus` back as another text than was given (10 as "10.").
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
 * What is changed in place, so it is no reason to replace a container. A running server gets more memory at once; less
 * waits as all else does, because its processes may be using what would be taken away.
 */
export const LIVE = ["memory", "memorySwap"];

/** Everything a definition may hold, and so everything that waits until a running server has stopped. */
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
 * @param besides what else a container is made anew for; where it is empty it changes nothing
 */
export function definitionHash(definition: Definition, ...besides: readonly string[]): string {
    const replacing: unknown[] = Object.entries(definition).filter(([key]) => !LIVE.includes(key));
    const more = besides.filter(text => text !== "");
    return createHash("sha256")
        .update(JSON.stringify([...replacing.sort(), ...more]))
        .digest("hex")
        .slice(0, 16);
}

/** One person's notebook server: a stopped container that the hub starts, over a home that outlives it. */
export class UserServer extends ContainerComponent {
    /** Whether the container keeps an older definition until it stops. */
    readonly deferred: boolean;
    /** Hash of the definition that the person is to have. */
    readonly definition: string;

    constructor(name: string, args: UserServerArgs, opts?: pulumi.ComponentResourceOptions) {
        const wanted = serverDefinition(args);
        const hash = definitionHash(wanted, args.networkIncarnation, args.proxyCredentials?.fingerprint ?? "");
        const less = args.keep !== undefined && args.person.memory < (args.keep.memory ?? 0);
        const options = {
            // `reset` replaces it without a difference, and a name can be had only once.
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
