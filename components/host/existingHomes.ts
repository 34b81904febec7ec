/** Homes that the Docker host has. Reads, changes nothing. */
import type { DockerHost } from "../docker/dockerHost";
import type { StackNames } from "../docker/names";
import { askDocker } from "./client";

/** Home volumes of the stack. @throws Error with one line that says what to do, when Docker does not answer */
export async function existingHomes({ homePrefix }: StackNames, docker: DockerHost): Promise<ReadonlySet<string>> {
    const all = (
        await askDocker(docker, ask => ask("volume", "ls", "--quiet", "--filter", `name=${homePrefix}`))
    ).split("\n");
    return new Set(all.filter(volume => volume.startsWith(homePrefix)));
}
