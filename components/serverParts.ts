/** What depends on a person's kind and wishes in the definition of the server's container. Pure. */
import type * as docker from "@pulumi/docker";
import type { StackNames } from "./names";
import { PLAIN_HOME, type Person, type SystemAccount } from "./people";

type Parts = Partial<docker.ContainerArgs>;

/** The group `users`, under which the images' own files are writable. */
const USERS = 100;
/** uid of plain people's servers in images/singleuser and the official Jupyter images. */
const PLAIN_UID = 1000;

/** A home that outlives the container, or one in memory that is gone when it stops. */
export function plainHome(person: Person, names: StackNames, storage: "volume" | "none", temporarySize?: number): Parts {
    if (storage === "volume") {
        return { volumes: [{ volumeName: names.home(person.name), containerPath: PLAIN_HOME }] };
    }
    const size = `size=${temporarySize ?? Math.max(16, Math.floor(person.memory / 2))}m`;
    const owner = `uid=${PLAIN_UID},gid=${USERS}`;
    return {
        tmpfs: {
            [PLAIN_HOME]: `rw,exec,nosuid,nodev,${size},${owner},mode=0755`,
            // Where else somebody can write: a stopped container would keep it.
            "/tmp": `rw,exec,nosuid,nodev,${size},mode=1777`,
            "/var/tmp": `rw,exec,nosuid,nodev,${size},mode=1777`,
        },
    };
}

/** The owner of the home as the user. */
export function systemUser({ uid, gid, home }: SystemAccount): Parts {
    return { user: `${uid}:${gid}`, workingDir: home };
}

/** What programs, and the conventions of Jupyter's images, ask the environment about an account. */
export function accountEnv(name: string, { uid, gid, home }: SystemAccount): Record<string, string> {
    return { HOME: home, USER: name, LOGNAME: name, NB_USER: name, NB_UID: String(uid), NB_GID: String(gid) };
}

/** Groups besides the primary one. A system person's always hold `users`; a plain one's account has it as the primary. */
export function groupAdds({ system, supplementaryGroups }: Person): Parts {
    const gids = [...new Set([...(system === undefined ? [] : [USERS]), ...supplementaryGroups])].filter(gid => gid !== system?.gid);
    return gids.length === 0 ? {} : { groupAdds: gids.sort((a, b) => a - b).map(String) };
}

/**
 * Directories of the host, a system person's home among them, and shared volumes. Unlike a volume by path, a bind is
 * refused by Docker when the directory is not there, instead of made as root's.
 */
export function mountsOf({ system, mounts }: Person, names: StackNames): Parts {
    const home = system === undefined ? [] : [{ type: "bind", source: system.hostHome, target: system.home, readOnly: false }];
    const others = mounts.map(mount =>
        "host" in mount
            ? { type: "bind", source: mount.host, target: mount.path, readOnly: mount.readOnly }
            : { type: "volume", source: names.sharedVolume(mount.volume), target: mount.path, readOnly: mount.readOnly },
    );
    const all = [...home, ...others];
    return all.length === 0 ? {} : { mounts: all };
}

export function gpuRequest(gpus: readonly string[]): Parts {
    return gpus.length === 0 ? {} : { deviceRequests: [{ driver: "nvidia", deviceIds: [...gpus], capabilities: ["gpu"] }] };
}

/**
 * Libraries count the machine's CPUs and start as many threads, which then wait for each other under the limit. A
 * person's own value wins.
 */
export function threadLimits(cpus: number): Record<string, string> {
    const threads = String(Math.max(1, Math.ceil(cpus)));
    const names = ["BLIS_NUM_THREADS", "GOTO_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"];
    return Object.fromEntries(names.map(name => [name, threads]));
}
