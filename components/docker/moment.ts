/**
 * The inputs of a plan that come neither from the config nor from Docker's inventory: the time, and ids for new things.
 */
import { createHash, randomBytes } from "node:crypto";

/** Determined once, before anything is registered, and shared by all parts of a plan. */
export interface Moment {
    readonly now: Date;
    /** 16 hex digits for a new thing. At the same moment the same thing gets the same digits. */
    incarnationOf(thing: string): string;
}

/**
 * Ids come from the ids of the stack's containers. Every change of a stack replaces a container, and Docker never
 * reuses an id: so they are new after each change, and the same in a preview and the `up` after it. Without any
 * container they are random: after a stack was destroyed, a new person must not get the incarnation of an earlier one
 * of the same name.
 * @param containers ids of the stack's containers
 */
export function momentOf(containers: readonly string[], now = new Date()): Moment {
    const seed = containers.length === 0 ? randomBytes(16).toString("hex") : [...containers].sort().join(" ");
    return {
        now,
        incarnationOf: thing =>
            createHash("sha256")
                .update(JSON.stringify([seed, thing]))
                .digest("hex")
                .slice(0, 16),
    };
}
