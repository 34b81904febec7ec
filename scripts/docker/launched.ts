/** Servers that the launcher has made (`spawning: dynamic`): Docker knows them, and Pulumi does not. */
import { listContainers, type ListedContainer } from "../../components/host";
import { serverOf, type StackNames } from "../../components/docker";
import type { Docker } from "./docker";

/** Server → container: `ada` is her default one, `ada/work` a further one. */
export type Launched = ReadonlyMap<string, ListedContainer>;

/** @throws DockerError when Docker does not answer */
export async function launchedServers(docker: Docker, { instance }: StackNames): Promise<Launched> {
    const launched = (await listContainers(docker, instance)).filter(({ labels }) => labels.launched !== "");
    return new Map(launched.map(container => [serverOf(container.labels.person, container.labels.server), container]));
}
