/** The parts of a server's container that depend on the person's kind and settings. */
import type * as docker from "@pulumi/docker";
import { USERS } from "../config/users/groupIds";
import { accountUploads, type AccountHolder } from "./accounts";
import type { StackNames } from "../docker/names";
import { PLAIN_HOME, type Person, type SystemAccount } from "../config/users/people";

type Parts = Partial<docker.ContainerArgs>;

/** uid of plain people's servers in images/singleuser and the official Jupyter images. */
const PLAIN_UID = 1000;

/** A plain person's home. */
export function homeVolume({ homeName, newHome }: Pick<Person, "homeName" | "newHome">, names: StackNames): string {
    return names.home(homeName, newHome);
}

/** A home that outlives the container, or one in memory that is lost when it stops. */
export function plainHome(
    person: Person,
    names: StackNames,
    storage: "volume" | "none",
    temporarySize?: number,
): Parts {
    if (storage === "volume") {
        return { volumes: [{ volumeName: homeVolume(person, names), containerPath: PLAIN_HOME }] };
    }
    const size = `size=${temporarySize ?? Math.max(16, Math.floor(person.memory / 2))}m`;
    const owner = `uid=${PLAIN_UID},gid=${USERS}`;
    return {
        tmpfs: {
            [PLAIN_HOME]: `rw,exec,nosuid,nodev,${size},${owner},mode=0755`,
            // Other places to write to: a stopped container would keep them.
            "/tmp": `rw,exec,nosuid,nodev,${size},mode=1777`,
            "/var/tmp": `rw,exec,nosuid,nodev,${size},mode=1777`,
        },
    };
}

/** Not the image's user: it may be root, whose files in a mount would be open to the server. */
export const PLAIN_USER: Parts = { user: `${PLAIN_UID}:${USERS}`, workingDir: PLAIN_HOME };

/** The user is the owner of the home, and has an account in the container too. */
export function systemUser(person: AccountHolder): Parts {
    const { uid, gid, home } = person.system;
    return { user: `${uid}:${gid}`, workingDir: home, uploads: accountUploads(person) };
}

/**
 * The official Jupyter images have a health check that starts two Python programs every three seconds for each person.
 * The hub watches its servers itself. All values are set, because the image's would be read back as a difference.
 */
export const NO_HEALTHCHECK: Parts = {
    healthcheck: { tests: ["NONE"], interval: "30s", timeout: "30s", startPeriod: "30s", retries: 3 },
};

/** Variables about the account, for programs and for the conventions of Jupyter's images. */
export function accountEnv(name: string, { uid, gid, home }: SystemAccount): Record<string, string> {
    return { HOME: home, USER: name, LOGNAME: name, NB_USER: name, NB_UID: String(uid), NB_GID: String(gid) };
}

/** Supplementary groups. A system person's always include `users`; for a plain person that is the primary group. */
export function groupAdds({ system, supplementaryGroups }: Person): Parts {
    const gids = [...new Set([...(system === undefined ? [] : [USERS]), ...supplementaryGroups])].filter(
        gid => gid !== system?.gid,
    );
    return gids.length === 0 ? {} : { groupAdds: gids.sort((a, b) => a - b).map(String) };
}

/**
 * Bind mounts of the host's directories, including a system person's home, and shared volumes. With a mount, Docker
 * refuses a missing directory; with a volume by path it would create it as root.
 */
export function mountsOf({ system, mounts }: Person, names: StackNames): Parts {
    const home =
        system === undefined ? [] : [{ type: "bind", source: system.hostHome, target: system.home, readOnly: false }];
    const others = mounts.map(mount =>
        "host" in mount
            ? { type: "bind", source: mount.host, target: mount.path, readOnly: mount.readOnly }
            : {
                  type: "volume",
                  source: names.sharedVolume(mount.volume),
                  target: mount.path,
                  readOnly: mount.readOnly,
              },
    );
    const all = [...home, ...others];
    return all.length === 0 ? {} : { mounts: all };
}

export function gpuRequest(gpus: readonly string[]): Parts {
    return gpus.length === 0
        ? {}
        : { deviceRequests: [{ driver: "nvidia", deviceIds: [...gpus], capabilities: ["gpu"] }] };
}

/**
 * Libraries start as many threads as the machine has CPUs. Under a CPU limit these threads wait for each other. A
 * person's own value wins.
 */
export function threadLimits(cpus: number): Record<string, string> {
    const threads = String(Math.max(1, Math.ceil(cpus)));
    const names = [
        "BLIS_NUM_THREADS",
        "GOTO_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "POLARS_MAX_THREADS",
        "RAYON_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    ];
    return Object.fromEntries(names.map(name => [name, threads]));
}
