/** Docker Compose's file for the same networks and containers. Pure. */
import type { Definitions, Properties } from "./definitions";

interface Container {
    name: string;
    image: string;
    start?: boolean;
    networkMode: string;
    networksAdvanced?: { name: string; aliases?: string[] }[];
    labels?: { label: string; value: string }[];
    ports?: { ip: string; external: number; internal: number }[];
    tmpfs?: Record<string, string>;
    volumes?: { volumeName?: string; hostPath?: string; containerPath: string; readOnly?: boolean }[];
    memory?: number;
    memorySwap?: number;
    stopTimeout?: number;
    logOpts?: Record<string, string>;
    capabilities?: { drops: string[]; adds?: string[] };
    healthcheck?: Properties & { tests: string[] };
    [property: string]: unknown;
}

/** Properties that have another name there, and nothing else. */
const NAMES = {
    hostname: "hostname",
    command: "command",
    entrypoints: "entrypoint",
    user: "user",
    workingDir: "working_dir",
    restart: "restart",
    readOnly: "read_only",
    securityOpts: "security_opt",
    cpuPeriod: "cpu_period",
    cpuQuota: "cpu_quota",
    shmSize: "shm_size",
    groupAdds: "group_add",
    envs: "environment",
} as const;

/** Properties that are for Pulumi's provider alone. */
const PULUMI = ["mustRun", "destroyGraceSeconds"];

/** Properties that `service` looks at one by one. */
const OWN = [
    "name",
    "image",
    "start",
    "networkMode",
    "networksAdvanced",
    "labels",
    "ports",
    "tmpfs",
    "volumes",
    "memory",
    "memorySwap",
    "stopTimeout",
    "logDriver",
    "logOpts",
    "capabilities",
    "healthcheck",
];

/**
 * @returns the file, and the names of the services that are to run
 * @throws Error for a property that it does not know: the comparison would be another one
 */
export function composeFile({ networks, containers }: Definitions): { file: Properties; running: string[] } {
    const services = containers as unknown as Container[];
    const volumes = services.flatMap(({ volumes = [] }) => volumes.flatMap(({ volumeName }) => volumeName ?? []));
    return {
        file: {
            networks: Object.fromEntries(
                networks.map(({ name, driver, internal, labels }) => [
                    name as string,
                    { name, driver, internal, labels: byName(labels as Container["labels"]) },
                ]),
            ),
            volumes: Object.fromEntries(volumes.map(name => [name, { name }])),
            services: Object.fromEntries(services.map(container => [container.name, service(container)])),
        },
        running: services.filter(({ start }) => start !== false).map(({ name }) => name),
    };
}

function service(container: Container): Properties {
    const unknown = Object.keys(container).filter(
        key => !(key in NAMES) && !PULUMI.includes(key) && !OWN.includes(key),
    );
    if (unknown.length > 0) {
        throw new Error(`${container.name}: bench/contenders/composeFile.ts does not know ${unknown.join(", ")}`);
    }
    const { capabilities, healthcheck, networksAdvanced } = container;
    return defined({
        container_name: container.name,
        image: container.image,
        pull_policy: "never",
        ...Object.fromEntries(Object.entries(NAMES).map(([from, to]) => [to, escaped(container[from])])),
        labels: byName(container.labels),
        logging: { driver: container.logDriver, options: container.logOpts },
        cap_drop: capabilities?.drops,
        cap_add: capabilities?.adds,
        mem_limit: mebibytes(container.memory),
        memswap_limit: mebibytes(container.memorySwap),
        stop_grace_period: container.stopTimeout === undefined ? undefined : `${container.stopTimeout}s`,
        healthcheck:
            healthcheck &&
            (healthcheck.tests[0] === "NONE"
                ? { disable: true }
                : {
                      test: healthcheck.tests,
                      interval: healthcheck.interval,
                      timeout: healthcheck.timeout,
                      retries: healthcheck.retries,
                  }),
        ...(container.networkMode === "none"
            ? { network_mode: "none" }
            : {
                  networks: Object.fromEntries(
                      (networksAdvanced ?? [{ name: container.networkMode }]).map(({ name, aliases }) => [
                          name,
                          aliases === undefined ? {} : { aliases },
                      ]),
                  ),
              }),
        ports: container.ports?.map(({ ip, external, internal }) => `${ip}:${external}:${internal}`),
        tmpfs:
            container.tmpfs &&
            Object.entries(container.tmpfs).map(([path, options]) => (options === "" ? path : `${path}:${options}`)),
        volumes: container.volumes?.map(({ volumeName, hostPath, containerPath, readOnly }) =>
            volumeName === undefined
                ? { type: "bind", source: hostPath, target: containerPath, read_only: readOnly ?? false }
                : { type: "volume", source: volumeName, target: containerPath, read_only: readOnly ?? false },
        ),
    });
}

function byName(labels: Container["labels"] = []): Record<string, string> {
    return Object.fromEntries(labels.map(({ label, value }) => [label, escaped(value) as string]));
}

/** Compose puts variables in the place of `$NAME`. */
function escaped(value: unknown): unknown {
    return typeof value === "string"
        ? value.replaceAll("$", "$$$$")
        : Array.isArray(value)
          ? value.map(escaped)
          : value;
}

function mebibytes(value: number | undefined): string | undefined {
    return value === undefined ? undefined : `${value}m`;
}

function defined(values: Properties): Properties {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
