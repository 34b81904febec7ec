/** What Docker says that hub, proxy and the rest may do, whoever gets into one of them. */
import { docker } from "../deploy/docker";
import type { Attack } from "./attack";

const by = "containers";

interface Inspected {
    Name: string;
    Config: { Image: string; User: string };
    HostConfig: {
        Privileged: boolean;
        ReadonlyRootfs: boolean;
        CapAdd: string[] | null;
        CapDrop: string[] | null;
        SecurityOpt: string[] | null;
        Memory: number;
        PidsLimit: number | null;
        NetworkMode: string;
        PidMode: string;
        LogConfig: { Config: Record<string, string> };
    };
    Mounts: { Source: string }[];
}

/** Names the containers of which it holds, by the last part of their names. */
function which(name: string, expected: string, holds: (container: Inspected) => boolean): Attack {
    return {
        by,
        name,
        expected,
        async try({ infrastructure }) {
            const all = JSON.parse(docker("inspect", ...infrastructure)) as Inspected[];
            const found = all.filter(holds).map(({ Name }) => Name.split("-").pop() as string);
            return found.length === 0 ? "none" : found.sort().join(", ");
        },
    };
}

const uid = ({ Config: { User, Image } }: Inspected) =>
    (User || docker("image", "inspect", "--format", "{{.Config.User}}", Image) || "0").split(":")[0];

export const containerAttacks: readonly Attack[] = [
    which("run as root (the gate for the socket's sake, the guard for the network's)", "gate, guard", container =>
        ["0", "root"].includes(uid(container)),
    ),
    which(
        "have capabilities",
        "guard",
        ({ HostConfig: { CapAdd, CapDrop, Privileged } }) =>
            Privileged || (CapAdd ?? []).length > 0 || !(CapDrop ?? []).includes("ALL"),
    ),
    which(
        "have another capability than NET_ADMIN",
        "none",
        ({ HostConfig: { CapAdd, CapDrop, Privileged } }) =>
            Privileged ||
            (CapAdd ?? []).some(one => one !== "CAP_NET_ADMIN" && one !== "NET_ADMIN") ||
            !(CapDrop ?? []).includes("ALL"),
    ),
    which(
        "could gain privileges",
        "none",
        ({ HostConfig: { SecurityOpt } }) =>
            !(SecurityOpt ?? []).some(option => /^no-new-privileges(:true)?$/.test(option)),
    ),
    which(
        "run without seccomp",
        "none",
        ({ HostConfig: { SecurityOpt, Privileged } }) =>
            Privileged || (SecurityOpt ?? []).includes("seccomp=unconfined"),
    ),
    which("can write to their root file system", "none", ({ HostConfig }) => !HostConfig.ReadonlyRootfs),
    which("have Docker's socket", "gate", ({ Mounts }) => Mounts.some(({ Source }) => Source.endsWith("/docker.sock"))),
    which("have other files of the machine", "none", ({ Mounts }) =>
        Mounts.some(({ Source }) => !Source.endsWith("/docker.sock") && !/\/volumes\/[^/]+\/_data$/.test(Source)),
    ),
    which("are in the machine's network", "guard", ({ HostConfig }) => HostConfig.NetworkMode === "host"),
    which("see the machine's processes", "none", ({ HostConfig }) => HostConfig.PidMode !== ""),
    which("have no limit of memory", "none", ({ HostConfig }) => HostConfig.Memory === 0),
    which("have no limit of processes", "none", ({ HostConfig }) => (HostConfig.PidsLimit ?? 0) <= 0),
    which("have logs without end", "none", ({ HostConfig }) => HostConfig.LogConfig.Config["max-size"] === undefined),
    which(
        "run an image whose content another pull may change",
        "none",
        ({ Config: { Image } }) => !/^jupyterhub-[a-z]+:[0-9a-f]{12,}$/.test(Image),
    ),
];
