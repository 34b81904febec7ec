/** Waiting for what comes by itself. */

/**
 * Seconds in these tests are what a quiet machine needs at most. A busy one is given so many times as long: what comes
 * late has come, and who does not have to wait loses nothing.
 */
export const BUSY = 10;

/** Seconds. Jest's own end of a test, after 20 minutes, would not say what did not come. */
const LONGEST = 15 * 60;

/** Milliseconds between two looks: often at first, rarely at what takes long, because a look costs others' time. */
const [FIRST, LAST, GROWTH] = [100, 1000, 1.25];

/**
 * Asks again and again until it holds.
 * @param seconds on a quiet machine
 * @param poll milliseconds between two looks, where they must not become rare
 * @throws Error naming what did not come
 */
export async function waitFor(
    holds: () => Promise<boolean>,
    seconds: number,
    what: string,
    poll?: number,
): Promise<void> {
    let pause = poll ?? FIRST;
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
        await new Promise(resolve => setTimeout(resolve, pause));
        pause = poll ?? Math.min(pause * GROWTH, LAST);
    }
}
