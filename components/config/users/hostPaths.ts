/** Which directories may be mounted, and where in a server. Pure. */

/** Of the host: who can write there, or read there, has the machine or other stacks' data. */
const FORBIDDEN_ON_HOST = [
    "/proc",
    "/sys",
    "/dev",
    "/boot",
    "/root",
    "/run",
    "/var/run",
    "/var/lib/docker",
    "/var/lib/containerd",
];
/** Of the host: what programs and accounts are made of may be looked at, not changed. */
const READ_ONLY_ON_HOST = ["/etc", "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"];
/** In a server: what its programs live on. */
const FORBIDDEN_IN_SERVER = [
    "/proc",
    "/sys",
    "/dev",
    "/etc",
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/run",
    "/var/run",
    "/boot",
];

/** Whether `path` is `directory` or below it. */
export function isWithin(path: string, directory: string): boolean {
    return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}

/** `/a/./b//c/` → `/a/b/c`; there is no `..` in it. */
export function tidyPath(path: string): string {
    return `/${path
        .split("/")
        .filter(part => part !== "" && part !== ".")
        .join("/")}`;
}

/** Why a directory of the host cannot be handed to a server, or undefined. */
export function hostPathProblem(given: string, readOnly: boolean): string | undefined {
    const path = tidyPath(given);
    if (path === "/") {
        return "is the whole host; name a directory in it";
    }
    const forbidden = FORBIDDEN_ON_HOST.find(directory => isWithin(path, directory) || isWithin(directory, path));
    if (forbidden !== undefined) {
        return `${isWithin(path, forbidden) ? "belongs to" : "holds"} ${forbidden}, which is the host's own`;
    }
    const guarded = READ_ONLY_ON_HOST.find(directory => isWithin(path, directory));
    return guarded !== undefined && !readOnly ? `belongs to ${guarded}, which is the host's own` : undefined;
}

/** Why nothing can be mounted at a path in a server, or undefined. */
export function serverPathProblem(given: string): string | undefined {
    const path = tidyPath(given);
    if (path === "/") {
        return "is the server's whole file system; name a directory in it";
    }
    const forbidden = FORBIDDEN_IN_SERVER.find(directory => isWithin(path, directory));
    return forbidden !== undefined ? `belongs to ${forbidden}, which the server's programs live on` : undefined;
}
