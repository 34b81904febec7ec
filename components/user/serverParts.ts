/** The parts of a server's container that depend on the person's kind and settings. */
import type * as docker from "@pulumi/docker";
import type { types } from "@pulumi/docker";
import { USERS } from "../config/users/groupIds";
import { accountUploads, type AccountHolder } from "./accounts";
import type { StackNames } from "../docker/names";
import type { AccountForms, Forms } from "./forms";
import { AUTHORITIES_FOLDER } from "../config/network/forServers";
import type { PersonVolume } from "../config/users/mounts";
import { PLAIN_HOME, type Person } from "../config/users/people";

type Parts = Partial<docker.ContainerArgs>;
/** With volumes that are no outputs, so that others can be put beside them. */
type HomeParts = Omit<Parts, "volumes"> & { volumes?: types.input.ContainerVolume[] };

/** uid of plain people's servers in images/singleuser and the official Jupyter images. */
export const PLAIN_UID = 1000;

/** A plain person's home. */
export function homeVolume({ homeName, newHome }: Pick<Person, "homeName" | "newHome">, names: StackNames): string {
    return names.home(homeName, newHome);
}

/** A home that outlives the container, or one in memory that is lost when it stops. */
export function plainHome(
    volumeName: string,
    { memory }: Pick<Person, "memory">,
    storage: "volume" | "none",
    temporarySize?: number,
): HomeParts {
    if (storage === "volume") {
        return { volumes: [{ volumeName, containerPath: PLAIN_HOME }] };
    }
    const size = `size=${temporarySize ?? Math.max(16, Math.floor(memory / 2))}m`;
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
export const PLAIN_USER: HomeParts = { user: `${PLAIN_UID}:${USERS}`, workingDir: PLAIN_HOME };

/** The volume of the place's certificate authorities besides. @param names undefined: without it */
export function withAuthorities(names: StackNames | undefined, parts: HomeParts): HomeParts {
    const volume = names && { volumeName: names.authorities, containerPath: AUTHORITIES_FOLDER, readOnly: true };
    return volume === undefined ? parts : { ...parts, volumes: [...(parts.volumes ?? []), volume] };
}

/** The user is the owner of the home, and has an account in the container too. */
export function systemUser(person: AccountHolder, primaryGroup?: string): HomeParts {
    const { uid, gid, home } = person.system;
    return { user: `${uid}:${gid}`, workingDir: home, uploads: accountUploads(person, primaryGroup) };
}

/**
 * The official Jupyter images have a health check that starts two Python programs every three seconds for each person.
 * The hub watches its servers itself. All values are set, because the image's would be read back as a difference.
 */
export const NO_HEALTHCHECK: Parts = {
    healthcheck: { tests: ["NONE"], interval: "30s", timeout: "30s", startPeriod: "30s", retries: 3 },
};

/** Variables about the account, for programs and for the conventions of Jupyter's images. */
export function accountEnv(name: string, { uid, gid, home }: AccountForms): Record<string, string> {
    return { HOME: home, USER: name, LOGNAME: name, NB_USER: name, NB_UID: uid, NB_GID: gid };
}

/** Supplementary groups. A system person's always include `users`; for a plain person that is the primary group. */
export function groupAdds({ supplementaryGroups }: Person, { account }: Pick<Forms, "account">): Parts {
    const gids = [...new Set([...(account === undefined ? [] : [USERS]), ...supplementaryGroups])].filter(
        gid => String(gid) !== account?.gid,
    );
    return gids.length === 0 ? {} : { groupAdds: gids.sort((a, b) => a - b).map(String) };
}

/**
 * Bind mounts of the host's directories, including a system person's home, and shared volumes. With a mount, Docker
 * refuses a missing directory; with a volume by path it would create it as root.
 */
export function mountsOf({ mounts }: Person, { account }: Pick<Forms, "account">, names: StackNames): Parts {
    const home =
        account === undefined
            ? []
            : [{ type: "bind", source: account.hostHome, target: account.home, readOnly: false }];
    const others = mounts.map(mount =>
        "host" in mount
            ? { type: "bind", source: mount.host, target: mount.path, readOnly: mount.readOnly }
            : {
                  type: "volume",
                  source: volumeOf(mount, names),
                  target: mount.path,
                  readOnly: mount.readOnly,
              },
    );
    const all = [...home, ...others];
    return all.length === 0 ? {} : { mounts: all };
}

/** Docker's name of a mounted volume. */
export function volumeOf({ volume, owner }: PersonVolume, names: StackNames): string {
    return owner === undefined ? names.sharedVolume(volume) : names.ownVolume(volume, owner.homeName, owner.newHome);
}

/** For images/singleuser, in bytes. Without it the server derives its limit from its memory, also when that changes. */
export function openLimit({ openLimit: limit }: Person): Record<string, string> {
    return limit === undefined ? {} : { JUPYTERHUB_OPEN_LIMIT: String(limit * 2 ** 20) };
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
