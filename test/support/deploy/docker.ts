/** This machine's Docker, by its command. */
import { execFileSync } from "node:child_process";

/** Runs docker and returns what it prints. */
export function docker(...args: string[]): string {
    return execFileSync("docker", ["-H", "unix:///var/run/docker.sock", ...args], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        maxBuffer: 64 << 20,
    }).trim();
}

/**
 * Bytes of an image's layers together, unpacked. (`.Size` of an image is that with overlay2 alone; of the containerd
 * image store it has what is packed, too or instead. The store counts whole blocks here, which is a tenth more.)
 */
export function unpackedSize(image: string): number {
    const layers = docker("history", "--human=false", "--format", "{{.Size}}", image).split("\n");
    return layers.reduce((sum, layer) => sum + Number(layer), 0);
}

/** All that a container has written, to both its streams. @param options of `docker logs` */
export function logsOf(container: string, ...options: string[]): string {
    return execFileSync(
        "sh",
        ["-c", 'docker -H unix:///var/run/docker.sock logs "$@" 2>&1', "sh", ...options, container],
        { encoding: "utf8", maxBuffer: 64 << 20 },
    );
}

export function idOf(container: string): string {
    return docker("inspect", "--format", "{{.Id}}", container);
}

/** Variables of a container. */
export function environmentOf(container: string): Record<string, string> {
    const variables = JSON.parse(docker("inspect", "--format", "{{json .Config.Env}}", container)) as string[];
    return Object.fromEntries(variables.map(line => [line.split("=")[0], line.slice(line.indexOf("=") + 1)]));
}

/** Runs a script as root over a volume, which it finds at /home. */
export function inVolume(volume: string, script: string): string {
    const run = ["run", "--rm", "--network", "none", "--volume", `${volume}:/home`];
    return docker(...run, "jupyterhub-base:bookworm", "sh", "-c", script);
}

/** Removes all images that were built of a folder. */
export function removeImages(repository: string): void {
    const ids = docker("image", "ls", "--quiet", repository).split("\n");
    ids.filter(id => id !== "").forEach(id => docker("image", "rm", "--force", id));
}
