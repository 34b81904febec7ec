/** What differs between two definitions of a person's server, in people's terms. Pure. */
import { formatSize } from "../../components/config";

type Inputs = Record<string, unknown>;

/** Inputs of a container → what people call it; those of which nothing is to be said are empty. */
const WORDS: Record<string, string> = {
    labels: "",
    name: "",
    memorySwap: "",
    cpuPeriod: "",
    envs: "environment",
    mounts: "mounts",
    volumes: "mounts",
    uploads: "files",
    tmpfs: "temporary home",
    user: "uid or gid",
    groupAdds: "groups",
    deviceRequests: "GPUs",
    gpus: "GPUs",
    networkMode: "network",
    networksAdvanced: "network",
    dns: "DNS",
    dnsSearches: "DNS",
    restart: "lifecycle",
    shmSize: "/dev/shm",
    workingDir: "home's path",
    hostname: "host name",
};

/** @param diffs inputs that differ */
export function differences(diffs: readonly string[], before: Inputs, after: Inputs): string[] {
    const words = diffs.map(key => {
        const from = before[key];
        const to = after[key];
        switch (key) {
            case "memory":
                return amount("memory", from, to, formatSize);
            case "cpuQuota":
                return amount("CPUs", from, to, quota => String(quota / 100_000));
            case "image":
                return typeof from === "string" && typeof to === "string" ? `image ${from} → ${to}` : "image";
            default:
                return WORDS[key] ?? key;
        }
    });
    return [...new Set(words)].filter(word => word !== "");
}

function amount(what: string, from: unknown, to: unknown, format: (value: number) => string): string {
    return typeof from === "number" && typeof to === "number" ? `${what} ${format(from)} → ${format(to)}` : what;
}
