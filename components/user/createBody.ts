/**
 * A server's definition as the body of Docker's call that creates a container: field for field what Pulumi's provider
 * sends for the same arguments (`resourceDockerContainerCreate` of terraform-provider-docker). Pure.
 */
import type * as pulumi from "@pulumi/pulumi";
import { envs } from "../docker/container";
import type { Definition } from "./serverDefinition";

/** The definition's values; they are typed as inputs, and are none. */
type Plain = pulumi.Unwrap<Definition>;

/** What of a container is no part of its definition. */
export interface Besides {
    env: Readonly<Record<string, string>>;
    labels: Readonly<Record<string, string>>;
    /** Most processes and threads. */
    pids: number;
}

/** The body of `POST /containers/create`; the container's name is no part of it. */
export interface CreateBody {
    Image: string;
    Hostname: string;
    User: string;
    WorkingDir: string;
    Env: string[];
    Labels: Record<string, string>;
    Volumes?: Record<string, object>;
    Healthcheck: Record<string, unknown>;
    StopTimeout: number;
    HostConfig: Record<string, unknown>;
}

const MIB = 2 ** 20;

/** @throws Error for an argument that it does not know: it would be missing in what the launcher makes */
export function createBody(definition: Definition, { env, labels, pids }: Besides): CreateBody {
    const {
        image,
        hostname,
        user,
        workingDir,
        healthcheck,
        stopTimeout,
        volumes,
        // The launcher's own: the name, what it does with the container, and what it writes into it.
        name: _,
        start: __,
        mustRun: ___,
        destroyGraceSeconds: ____,
        uploads: _____,
        env: ______,
        ...host
    } = definition as Plain;
    return {
        Image: image as string,
        Hostname: hostname as string,
        User: user as string,
        WorkingDir: workingDir as string,
        Env: envs(env),
        Labels: sortedLabels(labels),
        ...(volumes === undefined
            ? {}
            : { Volumes: Object.fromEntries(volumes.map(({ containerPath }) => [containerPath, {}])) }),
        Healthcheck: healthcheckOf(healthcheck),
        StopTimeout: stopTimeout as number,
        HostConfig: { ...hostConfig(host), ...bindsOf(volumes), PidsLimit: pids },
    };
}

export function sortedLabels(labels: Besides["labels"]): Record<string, string> {
    return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Docker counts in nanoseconds. */
function healthcheckOf(given: Plain["healthcheck"]): Record<string, unknown> {
    const { tests, interval, timeout, startPeriod, retries } = given as NonNullable<typeof given>;
    const nanoseconds = (text: string | undefined) => Number((text as string).replace(/s$/, "")) * 1e9;
    return {
        Test: tests,
        Interval: nanoseconds(interval),
        Timeout: nanoseconds(timeout),
        StartPeriod: nanoseconds(startPeriod),
        Retries: retries,
    };
}

function bindsOf(volumes: Plain["volumes"]): Record<string, unknown> {
    return volumes === undefined
        ? {}
        : {
              Binds: volumes.map(
                  ({ volumeName, containerPath, readOnly = false }) =>
                      `${volumeName}:${containerPath}:${readOnly ? "ro" : "rw"}`,
              ),
          };
}

type HostArguments = Omit<
    Plain,
    | "image"
    | "hostname"
    | "user"
    | "workingDir"
    | "healthcheck"
    | "stopTimeout"
    | "volumes"
    | "name"
    | "env"
    | "uploads"
>;

function hostConfig(given: HostArguments): Record<string, unknown> {
    const {
        capabilities,
        securityOpts,
        logDriver,
        logOpts,
        restart,
        networkMode,
        dns,
        dnsSearches,
        memory,
        memorySwap,
        cpuPeriod,
        cpuQuota,
        shmSize,
        deviceRequests,
        groupAdds,
        tmpfs,
        mounts,
        ...unknown
    } = given;
    const left = Object.keys(unknown);
    if (left.length > 0) {
        throw new Error(`createBody: unknown arguments of a server: ${left.join(", ")}`);
    }
    return {
        CapDrop: capabilities?.drops,
        SecurityOpt: securityOpts,
        LogConfig: { Type: logDriver, Config: logOpts },
        RestartPolicy: { Name: restart, MaximumRetryCount: 0 },
        NetworkMode: networkMode,
        Memory: (memory as number) * MIB,
        MemorySwap: (memorySwap as number) * MIB,
        CpuPeriod: cpuPeriod,
        CpuQuota: cpuQuota,
        // The provider always says so, where Docker's own default may be another.
        Init: false,
        Privileged: false,
        ReadonlyRootfs: false,
        ...where(dns, { Dns: dns }),
        ...where(dnsSearches, { DnsSearch: dnsSearches }),
        ...where(shmSize, { ShmSize: (shmSize ?? 0) * MIB }),
        ...where(groupAdds, { GroupAdd: groupAdds }),
        ...where(tmpfs, { Tmpfs: tmpfs }),
        ...where(mounts, { Mounts: mounts?.map(mountOf) }),
        ...where(deviceRequests, { DeviceRequests: deviceRequests?.map(deviceRequest) }),
    };
}

function where(given: unknown, field: Record<string, unknown>): Record<string, unknown> {
    return given === undefined ? {} : field;
}

function mountOf({ type, source, target, readOnly }: NonNullable<Plain["mounts"]>[number]): Record<string, unknown> {
    return { Type: type, Source: source, Target: target, ReadOnly: readOnly };
}

function deviceRequest({
    driver,
    deviceIds,
    capabilities,
}: NonNullable<Plain["deviceRequests"]>[number]): Record<string, unknown> {
    return { Driver: driver, Count: 0, DeviceIDs: deviceIds, Capabilities: [capabilities] };
}
