/** Which images Docker has. Reads, changes nothing. */
import { askDocker } from "./client";
import type { DockerHost } from "../docker/dockerHost";

/** @returns references with a tag. @throws Error with one line that says what to do, when Docker does not answer */
export async function existingImages(docker: DockerHost): Promise<ReadonlySet<string>> {
    return new Set(
        (await askDocker(docker, ask => ask("image", "ls", "--format", "{{.Repository}}:{{.Tag}}"))).split("\n"),
    );
}
