/**
 * A server's definition as the body of Docker's call that creates a service, of one replica: what createBody.ts makes
 * of it for a container, in a Swarm's words. Pure.
 */
import type * as pulumi from "@pulumi/pulumi";
import { placedBy } from "../../config/swarm/placement";
import type { SwarmSettings } from "../../config/swarm/settings";
import type { Person } from "../../config/users/person";
import { envs } from "../../docker/container";
import type { StackNames } from "../../docker/names";
import { guardedVolume } from "../../docker/guarded";
import { sortedLabels, type Besides } from "../createBody";
import { homesMount } from "../homesVolume";
import type { Definition } from "../serverDefinition";

type Plain = pulumi.Unwrap<Definition>;

/** The body of `POST /services/create`; the service's name is no part of it. */
export interface ServiceBody {
    Labels: Record<string, string>;
    TaskTemplate: {
        ContainerSpec: ContainerSpec;
        Networks: { Target: string }[];
        Resources: {
            Limits: { MemoryBytes: number; NanoCPUs: number; Pids: number };
            Reservations?: { MemoryBytes?: number; NanoCPUs?: number };
        };
        RestartPolicy: { Condition: "any"; Delay: number };
        Placement: { Constraints?: string[]; Preferences?: { Spread: { SpreadDescriptor: string } }[] };
        LogDriver: { Name: string; Options: Record<string, string> };
    };
    Mode: { Replicated: { Replicas: number } };
    EndpointSpec: { Mode: "dnsrr" };
}

type Resources = ServiceBody["TaskTemplate"]["Resources"];

interface ContainerSpec {
    Image: string;
    Labels: Record<string, string>;
    Env: string[];
    Mounts: Record<string, unknown>[];
    Hostname: string;
    User: string;
    Dir: string;
    Healthcheck: { Test: string[] };
    StopGracePeriod: number;
    CapabilityDrop: string[];
    Privileges: { NoNewPrivileges: boolean };
    Init: boolean;
    ReadOnly: boolean;
    Groups?: string[];
    DNSConfig?: { Nameservers: string[]; Search: string[] };
}

export interface ServiceArgs {
    names: Pick<StackNames, "homePrefix" | "guarded" | "sharedHomes">;
    swarm: SwarmSettings;
    /** Whose server it is. */
    person: Pick<Person, "placement" | "reservations">;
}

const MIB = 2 ** 20;
const SECOND = 1e9;
/** Where a server has the file of its node's guard. */
const GUARDED = "/run/guarded";

/** @throws Error for an argument that it does not know: it would be missing in what the launcher makes */
export function serviceBody(definition: Definition, besides: Besides, args: ServiceArgs): ServiceBody {
    const given = definition as Plain;
    refuseUnknown(given);
    const { image, networkMode, logDriver, logOpts, memory, cpuQuota, cpuPeriod } = given;
    const labels = sortedLabels(besides.labels);
    return {
        Labels: labels,
        TaskTemplate: {
            ContainerSpec: {
                Image: image as string,
                ...containerSpec(given),
                Env: envs(besides.env),
                Labels: labels,
                Mounts: mountsOf(given, args),
            },
            Networks: [{ Target: networkMode as string }],
            Resources: {
                Limits: {
                    MemoryBytes: (memory as number) * MIB,
                    NanoCPUs: Math.round(((cpuQuota as number) / (cpuPeriod as number)) * SECOND),
                    Pids: besides.pids,
                },
                ...reservationsOf(args.person),
            },
            // As `unless-stopped` of a container, and on another node where this one is lost.
            RestartPolicy: { Condition: "any", Delay: SECOND },
            Placement: placementOf(args),
            LogDriver: { Name: logDriver as string, Options: logOpts as Record<string, string> },
        },
        Mode: { Replicated: { Replicas: 1 } },
        EndpointSpec: { Mode: "dnsrr" },
    };
}

function containerSpec(given: Plain): Omit<ContainerSpec, "Image" | "Labels" | "Env" | "Mounts"> {
    const { hostname, user, workingDir, stopTimeout, capabilities, groupAdds, dns, dnsSearches, healthcheck } = given;
    return {
        Hostname: hostname as string,
        User: user as string,
        Dir: workingDir as string,
        Healthcheck: { Test: healthcheck?.tests as string[] },
        StopGracePeriod: (stopTimeout as number) * SECOND,
        CapabilityDrop: capabilities?.drops as string[],
        Privileges: { NoNewPrivileges: true },
        Init: false,
        ReadOnly: false,
        ...(groupAdds === undefined ? {} : { Groups: groupAdds }),
        ...(dns === undefined && dnsSearches === undefined
            ? {}
            : { DNSConfig: { Nameservers: dns ?? [], Search: dnsSearches ?? [] } }),
    };
}

function reservationsOf({ reservations }: ServiceArgs["person"]): Pick<Resources, "Reservations"> {
    if (reservations === undefined) {
        return {};
    }
    const { memory, cpus } = reservations;
    return {
        Reservations: {
            ...(memory === undefined ? {} : { MemoryBytes: memory * MIB }),
            ...(cpus === undefined ? {} : { NanoCPUs: Math.round(cpus * SECOND) }),
        },
    };
}

function placementOf({ swarm, person }: ServiceArgs): ServiceBody["TaskTemplate"]["Placement"] {
    const { constraints, spread } = placedBy(swarm, person.placement);
    return {
        ...(constraints.length === 0 ? {} : { Constraints: constraints }),
        ...(spread === undefined ? {} : { Preferences: [{ Spread: { SpreadDescriptor: spread } }] }),
    };
}

function mountsOf({ volumes = [], tmpfs = {}, mounts = [], shmSize }: Plain, args: ServiceArgs) {
    const { names } = args;
    const bind = (Source: string, Target: string, ReadOnly: boolean) => ({ Type: "bind", Source, Target, ReadOnly });
    return [
        { ...guarded(names), Target: GUARDED, ReadOnly: true },
        ...volumes.map(({ volumeName = "", containerPath = "", readOnly = false }) => ({
            ...homeOf(volumeName, args),
            Target: containerPath,
            ReadOnly: readOnly,
        })),
        ...mounts.map(({ source = "", target, readOnly = false }) => bind(source, target, readOnly)),
        ...Object.entries(tmpfs).map(([Target, options]) => memoryMount(Target, options)),
        ...(shmSize === undefined ? [] : [{ ...inMemory("/dev/shm", shmSize, 0o1777) }]),
    ];
}

/** A server whose node's guard has not made the file does not start. */
function guarded(names: Pick<StackNames, "guarded">) {
    const { VolumeOptions, ...volume } = guardedVolume(names);
    return { ...volume, VolumeOptions: { ...VolumeOptions, Subpath: "ready" } };
}

/** A home's folder in the directory or volume that all nodes have. */
function homeOf(volume: string, { names, swarm: { homes, homesVolume } }: ServiceArgs) {
    const folder = volume.slice(names.homePrefix.length);
    const isHome = volume.startsWith(names.homePrefix);
    if (isHome && homesVolume !== undefined) {
        return homesMount(names, homesVolume, folder);
    }
    if (!isHome || homes === undefined) {
        throw new Error(`serviceBody: ${volume} would be another volume on each node`);
    }
    return { Type: "bind", Source: `${homes}/${folder}` };
}

const inMemory = (Target: string, mib: number, Mode: number, Options?: string[][]) => ({
    Type: "tmpfs",
    Target,
    TmpfsOptions: { SizeBytes: mib * MIB, Mode, ...(Options === undefined ? {} : { Options }) },
});

/**
 * Whoever is in the container may write to it: Docker takes no owner for it in a service. Nobody else is in there.
 */
function memoryMount(target: string, options: unknown) {
    const size = /(?:^|,)size=(\d+)m/.exec(String(options))?.[1];
    if (size === undefined) {
        throw new Error(`serviceBody: no size of what is in memory at ${target}`);
    }
    return inMemory(target, Number(size), 0o1777, [["exec"]]);
}

/** All that a definition may have; each of them is looked at above, or is the launcher's own. */
const KNOWN: ReadonlySet<string> = new Set([
    ...["image", "hostname", "user", "workingDir", "healthcheck", "stopTimeout", "volumes", "name", "start", "mustRun"],
    ...["destroyGraceSeconds", "env", "capabilities", "logDriver", "logOpts", "networkMode", "dns", "dnsSearches"],
    // There is no swap limit for services of Docker 28; the restart policy is the service's.
    ...["memory", "memorySwap", "cpuPeriod", "cpuQuota", "shmSize", "groupAdds", "tmpfs", "mounts", "restart"],
    // no-new-privileges, which the specification has in a place of its own.
    "securityOpts",
]);

function refuseUnknown(given: object): void {
    const left = Object.keys(given).filter(key => !KNOWN.has(key));
    if (left.length > 0) {
        throw new Error(`serviceBody: unknown arguments of a server: ${left.join(", ")}`);
    }
}
