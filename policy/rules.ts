/** The rules: what a resource's inputs must not say. Pure, and without Pulumi: index.ts makes policies of them. */

/** A resource as a policy sees it. A value that is known only after the update counts as not given. */
export interface Resource {
    type: string;
    /** Its name in the program, such as `jupyterhub-gate`. */
    name: string;
    props: Readonly<Record<string, unknown>>;
}

/** What is wrong with one resource; empty where nothing is. */
export type Rule = (resource: Resource) => string[];

const CONTAINER = "docker:index/container:Container";
const IMAGE = "docker:index/remoteImage:RemoteImage";
const COMMAND = "command:local:Command";

/**
 * Names that the program gives to containers: STACK-ID-gate. A person's is STACK-ID-u-PERSON, whatever they are called.
 */
const isPart = (part: string, container: string) => new RegExp(`^[a-z0-9]+-[a-z2-7]+-${part}$`).test(container);

/** A value by its keys; undefined also where Pulumi does not know it yet, which it says by an error. */
function read(value: unknown, ...keys: string[]): unknown {
    try {
        return keys.reduce((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
    } catch {
        return undefined;
    }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): string[] => items(value).map(text);
const containerName = ({ props }: Resource) => text(read(props, "name"));

/** What a container gets of the machine: Docker's flags, and namespaces of the host. */
export const noPrivileges: Rule = resource => {
    if (resource.type !== CONTAINER) {
        return [];
    }
    const { props } = resource;
    const guard = isPart("guard", containerName(resource));
    const added = texts(read(props, "capabilities", "adds")).map(name => name.replace(/^CAP_/i, "").toUpperCase());
    // The guard keeps people apart by the host's packet filter, and needs that one right for it.
    const allowed = guard ? ["NET_ADMIN"] : [];
    const hostly = ["pidMode", "ipcMode", "usernsMode", "networkMode"].filter(
        key => read(props, key) === "host" && !(guard && ["networkMode", "usernsMode"].includes(key)),
    );
    const options = texts(read(props, "securityOpts"));
    const dropped = texts(read(props, "capabilities", "drops")).map(name => name.toUpperCase());
    return [
        ...(read(props, "privileged") === true ? ["is privileged: it is root on the Docker host"] : []),
        ...added.filter(name => !allowed.includes(name)).map(name => `has the capability ${name}`),
        ...(dropped.includes("ALL") ? [] : ["does not drop all capabilities"]),
        ...hostly.map(key => `is in the host's own namespace (${key}: host)`),
        ...options
            .filter(option => /^(seccomp|apparmor|systempaths)[=:]unconfined$|^label[=:]disable$/.test(option))
            .map(option => `switches a protection off (${option})`),
        ...(options.some(option => /^no-new-privileges(:true)?$/.test(option))
            ? []
            : ["can gain privileges: no-new-privileges is missing"]),
        ...items(read(props, "devices")).map(
            device => `has a device of the host: ${text(read(device, "hostPath")) || "unknown"}`,
        ),
    ];
};

/** Directories and files of the host, in a container or in a command of the program that starts one. */
function hostPaths({ type, props }: Resource): string[] {
    if (type === COMMAND) {
        const binds = text(read(props, "environment", "HOMES_BINDS"))
            .split("\n")
            .map(bind => bind.replace(/:[^:]*$/, ""));
        return binds.filter(source => source.startsWith("/"));
    }
    if (type !== CONTAINER) {
        return [];
    }
    const volumes = items(read(props, "volumes")).map(volume => text(read(volume, "hostPath")));
    const mounts = items(read(props, "mounts")).flatMap(mount =>
        read(mount, "type") === "bind" ? [text(read(mount, "source"))] : [],
    );
    return [...volumes, ...mounts].filter(path => path !== "");
}

/** Where sockets of engines are. */
const SOCKETS = ["/run", "/var/run"];

/** `/srv//a/./b/../c` → `/srv/a/c`, as the kernel would read it. */
function plain(path: string): string {
    const parts: string[] = [];
    for (const part of path.split("/")) {
        if (part === "..") {
            parts.pop();
        } else if (part !== "" && part !== ".") {
            parts.push(part);
        }
    }
    return `/${parts.join("/")}`;
}

function isWithin(path: string, directory: string): boolean {
    return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}

function reachesSocket(given: string): boolean {
    const path = plain(given);
    return path.endsWith(".sock") || SOCKETS.some(folder => isWithin(path, folder) || isWithin(folder, path));
}

/** Who has the engine's socket is root on the machine. */
export const socketInGateOnly: Rule = resource => {
    if (resource.type === COMMAND) {
        const told = JSON.stringify([read(resource.props, "create"), read(resource.props, "update")]);
        const given = /(?:-v|--volume|--mount)[^\n]*docker\.sock/.test(told) ? ["docker.sock"] : [];
        return [...given, ...hostPaths(resource).filter(reachesSocket)].map(path => `hands ${path} to a container`);
    }
    return isPart("gate", containerName(resource)) || isPart("launcher", containerName(resource))
        ? []
        : hostPaths(resource)
              .filter(reachesSocket)
              .map(path => `mounts ${path}, by which it reaches the Docker socket; only gate and launcher may`);
};

/** Whether a reference names the same image tomorrow. */
function floats(reference: string): boolean {
    const [name, digest] = reference.split("@");
    if (digest !== undefined || /^sha256:[0-9a-f]{64}$/.test(reference)) {
        return false;
    }
    const tag = /:([^:/]+)$/.exec(name)?.[1];
    return tag === undefined || tag === "latest";
}

/** No image that is another one tomorrow. */
export const noFloatingTags: Rule = ({ type, props }) => {
    const references =
        type === CONTAINER
            ? [text(read(props, "image"))]
            : type === IMAGE
              ? [text(read(props, "name")), text(read(props, "build", "buildArgs", "BASE"))]
              : [];
    return references
        .filter(reference => reference !== "" && floats(reference))
        .map(reference => `uses ${reference}: name a tag other than latest, or a digest`);
};

/** Pulled images by their digest, for those who do not trust tags either. */
export const pulledByDigest: Rule = ({ type, props }) => {
    const reference = type === IMAGE && read(props, "build") === undefined ? text(read(props, "name")) : "";
    return reference === "" || /@sha256:[0-9a-f]{64}$/.test(reference)
        ? []
        : [`pulls ${reference} by a tag; name its digest (NAME@sha256:…)`];
};

function labelOf({ props }: Resource, label: string): string | undefined {
    const found = items(read(props, "labels")).find(one => read(one, "label") === label);
    return found === undefined ? undefined : text(read(found, "value"));
}

const isServer = (resource: Resource) =>
    resource.type === CONTAINER && labelOf(resource, "jupyterhub.person") !== undefined;

/** Memory without swap on top, CPUs and log size of everybody's server; memory of everything else that runs. */
export const limited: Rule = resource => {
    // The roster is never started.
    if (resource.type !== CONTAINER || isPart("roster", containerName(resource))) {
        return [];
    }
    const { props } = resource;
    const [memory, swap] = [Number(read(props, "memory") ?? 0), Number(read(props, "memorySwap") ?? 0)];
    const cpus = Number(read(props, "cpuQuota") ?? 0) > 0 || Number(read(props, "cpus") ?? 0) > 0;
    return [
        ...(memory > 0 ? [] : ["has no memory limit"]),
        ...(memory > 0 && (swap < 0 || swap > memory || swap === 0) ? ["may swap beyond its memory limit"] : []),
        ...(isServer(resource) && !cpus ? ["has no limit of CPUs"] : []),
        ...(text(read(props, "logDriver")) === "json-file" && read(props, "logOpts", "max-size") === undefined
            ? ["writes logs without an end"]
            : []),
    ];
};

/** Every server and how many processes it may have: Pulumi's container has no such limit, so a command tells Docker. */
export function pidsLimited(resources: readonly Resource[], most: number): { resource: Resource; message: string }[] {
    const lines = resources
        .filter(({ type, name }) => type === COMMAND && name.endsWith("-pids"))
        .flatMap(({ props }) => text(read(props, "stdin")).split("\n"));
    const limits = new Map(lines.map(line => line.split(" ")).map(([limit, container]) => [container, Number(limit)]));
    return resources.filter(isServer).flatMap(resource => {
        const limit = limits.get(containerName(resource)) ?? 0;
        if (limit > 0 && limit <= most) {
            return [];
        }
        return [
            {
                resource,
                message: limit > 0 ? `may have ${limit} processes; at most ${most}` : "has no limit of processes",
            },
        ];
    });
}

/** No directory of the host outside those that the organization allows. The gate's socket is a rule of its own. */
export function hostMountsWithin(bases: readonly string[]): Rule {
    return resource => {
        const gate = isPart("gate", containerName(resource));
        return hostPaths(resource)
            .filter(path => !(gate && path.endsWith(".sock")))
            .filter(path => !bases.some(base => isWithin(plain(path), plain(base))))
            .map(path => `mounts ${path} of the host; allowed is what is below ${bases.join(", ") || "nothing"}`);
    };
}
