/** Servers that the launcher has made (`spawning: dynamic`), which Docker knows and Pulumi does not; those on nodes. */
import { listContainers, type ListedContainer } from "../../components/host";
import { serverOf, type StackNames } from "../../components/docker";
import type { Docker } from "./docker";

/** Server → container: `ada` is her default one, `ada/work` a further one. */
export type Launched = ReadonlyMap<string, ListedContainer>;

/** @throws DockerError when Docker does not answer */
export async function launchedServers(docker: Docker, { instance }: StackNames): Promise<Launched> {
    return byServer((await listContainers(docker, instance)).filter(({ labels }) => labels.launched !== ""));
}

/** Services of a Swarm, declared ones too, whether they run or not. @throws DockerError when Docker does not answer */
export async function serversOnNodes(docker: Docker, { instance }: StackNames): Promise<Launched> {
    const listed = await listContainers(docker, instance);
    return byServer(listed.filter(({ service, labels }) => service && labels.person !== ""));
}

function byServer(listed: readonly ListedContainer[]): Launched {
    return new Map(listed.map(container => [serverOf(container.labels.person, container.labels.server), container]));
}
