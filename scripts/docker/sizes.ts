import type { Docker } from "./docker";

/** A line for each volume: its name, and how much is in it. */
export async function sizesOf(docker: Docker, volumes: readonly string[]): Promise<string> {
    const { stdout } = await docker.run([
        "system",
        "df",
        "--verbose",
        "--format",
        "{{range .Volumes}}{{.Name}}\t{{.Size}}\n{{end}}",
    ]);
    const size = new Map(stdout.split("\n").map(line => line.split("\t") as [string, string]));
    return volumes.map(volume => `  ${volume}  ${size.get(volume) ?? "?"}`).join("\n");
}
