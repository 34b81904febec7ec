/** Volumes of a stack: all its data on a Docker host, except directories of that host. */
import { volumeNames } from "../../components/host";
import type { StackNames } from "../../components/docker";
import type { Docker } from "./docker";

/** Volumes of this stack only: their names begin with its prefix, which contains its instance id. */
export async function volumesOf(names: StackNames, docker: Docker): Promise<string[]> {
    return (await volumeNames(docker))
        .filter(
            volume =>
                [names.hubData, names.httpsData].includes(volume) ||
                [names.homePrefix, names.sharedPrefix].some(prefix => volume.startsWith(prefix)),
        )
        .sort();
}
