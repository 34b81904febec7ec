/** Volumes of a stack: all its data on a Docker host, except directories of that host. */
import { volumeNames } from "../../components/host";
import { slug, type StackNames } from "../../components/docker";
import type { Docker } from "./docker";

/** Volumes of this stack only: their names begin with its prefix, which contains its instance id. */
export async function volumesOf(names: StackNames, docker: Docker): Promise<string[]> {
    return (await allVolumesOf(names, docker)).filter(volume => volume !== names.authorities);
}

/** Also the volume of certificate authorities, which `up` makes again. */
export async function allVolumesOf(names: StackNames, docker: Docker): Promise<string[]> {
    return (await volumeNames(docker))
        .filter(
            volume =>
                [names.hubData, names.httpsData, names.authorities].includes(volume) ||
                [names.homePrefix, names.sharedPrefix, names.ownPrefix].some(prefix => volume.startsWith(prefix)),
        )
        .sort();
}

/** Volumes of `mounts` that somebody has, or had, alone. */
export function ownVolumesOf(
    volumes: readonly string[],
    { ownPrefix }: Pick<StackNames, "ownPrefix">,
    person: string,
): string[] {
    const ends = [`.${slug(person)}`, `.${slug(person)}-2`];
    return volumes.filter(
        volume => volume.startsWith(ownPrefix) && ends.includes(volume.slice(volume.lastIndexOf("."))),
    );
}
