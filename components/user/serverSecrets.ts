/** A person's secrets in their container. Pure. */
import { SECRET_FOLDER } from "../config/secrets/schema";

export interface ServerSecrets {
    /** Variable → value. */
    env: Readonly<Record<string, string>>;
    /** Name → content. */
    files: Readonly<Record<string, string>>;
    /** Changes with any of them, and reveals nothing of them (`fingerprint`). */
    fingerprint: string;
}

/**
 * Files, as Docker's own secrets are: of root, to be read and not to be changed. They are written when the container is
 * created, so they are in its own layer: in no image, no volume, no backup, and nothing that `docker inspect` shows.
 */
export function secretFiles(
    secrets: ServerSecrets | undefined,
): { file: string; content: string; permissions: string }[] {
    const files = Object.entries(secrets?.files ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    return files.map(([name, content]) => ({ file: `${SECRET_FOLDER}/${name}`, content, permissions: "0444" }));
}
