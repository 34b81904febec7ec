/** Variables that `env` cannot set, and what does instead. Pure. */

const ROOT = "servers start as their person and never as root, so nothing could act on it";

/**
 * Of the official Jupyter images' conventions those that their start script follows only when it starts as root, and
 * those that have a key here.
 */
const INSTEAD: Readonly<Record<string, string>> = {
    NB_USER: `${ROOT}; a system person's account has the person's name (kind: system)`,
    NB_UID: `${ROOT}; a system person has a uid (kind: system, uid)`,
    NB_GID: `${ROOT}; a system person has a gid (kind: system, gid)`,
    NB_GROUP: `${ROOT}; a group that a person is to be in is a gid of supplementaryGroups`,
    CHOWN_HOME: `${ROOT}; homes that are made here belong to their person from the start`,
    CHOWN_HOME_OPTS: `${ROOT}; homes that are made here belong to their person from the start`,
    CHOWN_EXTRA: `${ROOT}; give the directory to its owner on the Docker host, or use supplementaryGroups`,
    CHOWN_EXTRA_OPTS: `${ROOT}; give the directory to its owner on the Docker host, or use supplementaryGroups`,
    GRANT_SUDO: `${ROOT}; put Debian packages into an image (images.notebooks, packages)`,
    NB_UMASK: "has a key of its own: umask",
    GEN_CERT: "would make the server speak HTTPS, which the proxy in front of it does not; see https",
};

/**
 * What the hub's protocol with a server and the image's programs live on: changed, the server does not start or is not
 * safe.
 */
const OURS = /^(JUPYTERHUB_|JPY_|(PATH|HOME|PYTHONHOME|LD_PRELOAD)$)/;

/** Why a variable cannot be set, or undefined. */
export function reservedEnvProblem(name: string): string | undefined {
    return OURS.test(name)
        ? "is set by the hub or the image; leave it out"
        : Object.hasOwn(INSTEAD, name)
          ? INSTEAD[name]
          : undefined;
}
