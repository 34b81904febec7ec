/** What an image is called in the registry that the nodes of a Swarm pull from. Pure. */

/**
 * @param registry host, port and perhaps a path
 * @param reference the image as this machine has it
 * @returns name and tag; which image that is, says the digest that the registry gives it
 */
export function remoteReference(registry: string, reference: string): string {
    const [first, ...rest] = reference.split("/");
    const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
    const [name, digest] = (hasHost ? rest.join("/") : reference).split("@sha256:");
    const tagged = digest === undefined || name.includes(":") ? name : `${name}:${digest.slice(0, 12)}`;
    return `${registry}/${tagged}`;
}

/** Without the digest: as `remoteReference` gives it. */
export function withoutDigest(reference: string): string {
    return reference.replace(/@sha256:[0-9a-f]{64}$/, "");
}
