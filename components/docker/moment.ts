/** What a plan takes from neither config nor Docker: the time, and what tells a new thing from an earlier one. */
import { createHash, randomBytes } from "node:crypto";

/** Decided once, before anything is registered, and the same for all parts of a plan. */
export interface Moment {
    readonly now: Date;
    /** 16 hex digits for a thing that is made anew; at the same moment the same for the same thing. */
    incarnationOf(thing: string): string;
}

/**
 * Each change of a stack exchanges a container, and Docker gives no id twice. So what follows from the ids is new after
 * each change, and the same in a preview and in the `up` after it. Only where there is no container yet it is chance:
 * a stack that was destroyed must not give a name's earlier owner and its next one the same incarnation.
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
