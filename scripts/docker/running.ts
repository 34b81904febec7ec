import { isRunning, listContainers, type ListedContainer } from "../../components/host";
import type { Docker } from "./docker";

/**
 * All containers that run, by name; people's services of a Swarm too.
 * @throws DockerError when Docker does not answer
 */
export async function runningOnes(docker: Docker): Promise<Map<string, ListedContainer>> {
    return new Map((await listContainers(docker)).filter(isRunning).map(one => [one.name, one]));
}

/** Their names. */
export async function runningContainers(docker: Docker): Promise<Set<string>> {
    return new Set((await runningOnes(docker)).keys());
}
