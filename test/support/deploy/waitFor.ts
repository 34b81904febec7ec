/** Waiting for what comes by itself. */

/**
 * Seconds in these tests are what a quiet machine needs at most. A busy one is given so many times as long: what comes
 * late has come, and who does not have to wait loses nothing.
 */
export const BUSY = 10;

/** Seconds. Jest's own end of a test, after 20 minutes, would not say what did not come. */
const LONGEST = 15 * 60;

/** Asks again and again until it holds. @param seconds on a quiet machine. @throws Error naming what did not come */
export async function waitFor(holds: () => Promise<boolean>, seconds: number, what: string, poll = 200): Promise<void> {
    const patience = Math.min(seconds * BUSY, LONGEST);
    const end = Date.now() + patience * 1000;
    for (;;) {
        try {
            if (await holds()) {
                return;
            }
        } catch {
            // Not yet: the loop is for that.
        }
        if (Date.now() > end) {
            throw new Error(`${what}: not within ${patience} s`);
        }
        await new Promise(resolve => setTimeout(resolve, poll));
    }
}
