import { isLong } from "../longForm";

/** Adds a step. */
export interface Step {
    (title: string, step: () => Promise<void>): void;
    /** Adds it to `npm run test:long` alone. No later step needs it. */
    long(title: string, step: () => Promise<void>): void;
}

/**
 * Steps that build on one another. Once one has failed the others say so in a line, instead of failing for reasons
 * that nobody needs to read.
 */
export function steps(): Step {
    let failed: string | undefined;
    const add = (title: string, step: () => Promise<void>) =>
        it(title, async () => {
            if (failed !== undefined) {
                throw Object.assign(new Error(`not tried: "${failed}" failed`), { stack: undefined });
            }
            try {
                await step();
            } catch (error) {
                failed = title;
                throw error;
            }
        });
    return Object.assign(add, { long: isLong ? add : () => undefined });
}
