/** Which keys of a stack's config are this project's. Pure. */
import { didYouMean, type Problem } from "../messages";

/** Pulumi's namespace of this project's config keys: the project's name. */
export const NAMESPACE = "jupyterhub";

/**
 * The keys of this project without their namespace.
 * @param all keys with their namespace (`jupyterhub:users`)
 */
export function ownKeys(all: Readonly<Record<string, unknown>>): { raw: Record<string, unknown>; problems: Problem[] } {
    const own: [string, unknown][] = [];
    const problems: Problem[] = [];
    for (const [key, value] of Object.entries(all)) {
        const [namespace, ...rest] = key.split(":");
        if (namespace === NAMESPACE) {
            own.push([rest.join(":"), value]);
        } else {
            const meant = didYouMean(namespace, [NAMESPACE]);
            if (meant !== "") {
                problems.push({ path: "", message: `unknown namespace in "${key}"${meant}` });
            }
        }
    }
    // Unlike an assignment, this takes __proto__ for a key like any other.
    return { raw: Object.fromEntries(own), problems };
}
