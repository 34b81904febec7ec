/** Waiting for what comes by itself. */

/**
 * Seconds in these tests are what a quiet machine needs at most. A busy one is given so many times as long: what comes
 * late has come, and who does not have to wait loses nothing.
 */
export const BUSY = 10;

/** Asks again and again until it holds. @param seconds on a quiet machine. @throws Error naming what did not come */
export async function waitFor(holds: () => Promise<boolean>, seconds: number, what: string, poll = 200): Promise<void> {
    const end = Date.now() + seconds * BUSY * 1000;
    for (;;) {
        try {
            if (await holds()) {
                return;
            }
        } catch {
            // Not yet: the loop is for that.
        }
        if (Date.now() > end) {
            throw new Error(`${what}: not within ${seconds * BUSY} s`);
        }
        await new Promise(resolve => setTimeout(resolve, poll));
    }
}
