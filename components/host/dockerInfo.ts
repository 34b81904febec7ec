/** What a Docker daemon says of itself. Reads, changes nothing. */
import type { Docker } from "./client";

/** What `docker info` says, as far as it is read here. Docker versions differ in what they say. */
export interface DockerInfo {
    SecurityOptions?: string[] | null;
    /** Since API 1.49. */
    FirewallBackend?: { Driver?: string } | null;
    ProductLicense?: string;
    /** The machine's memory in bytes. */
    MemTotal?: number;
    ServerVersion?: string;
    /** Its part in a Swarm. */
    Swarm?: { LocalNodeState?: string; ControlAvailable?: boolean } | null;
    /** The folder with images and volumes. */
    DockerRootDir?: string;
    /** The machine's clock, in ISO 8601. */
    SystemTime?: string;
}

/** @throws DockerError when Docker does not answer */
export async function dockerInfo(docker: Docker): Promise<DockerInfo> {
    return JSON.parse(await docker.ask(["info", "--format", "{{json .}}"])) as DockerInfo;
}

/** The Docker host's memory in MiB; undefined when it does not say. */
export function hostMemory({ MemTotal = 0 }: DockerInfo): number | undefined {
    return Math.floor(MemTotal / 2 ** 20) || undefined;
}
