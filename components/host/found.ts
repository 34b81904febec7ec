/** What was found in the Docker host's directories. */
import * as path from "node:path";

/** What is at a path. `unseen`: this user may not look, or the host might see something else there. */
export type FoundPath = { kind: "directory" | "link" | "other"; uid: number; gid: number; mode: number } | "unseen";

/** `/srv`, `/srv/ada/home` → `/srv/ada`, `/srv/ada/home`. */
export function below(base: string, directory: string): string[] {
    const parts = path.posix.relative(base, directory).split("/");
    return parts.map((_, i) => path.posix.join(base, ...parts.slice(0, i + 1)));
}
