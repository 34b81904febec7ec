/** For how long something did not answer. */
import { setTimeout as pause } from "node:timers/promises";

/** One question: when it was asked, in seconds, and whether an answer came in time. */
export interface Probe {
    asked: number;
    answered: boolean;
}

/** Seconds after which an answer is none. */
const PATIENCE = 1;

/**
 * Seconds without an answer: from each question that had none until the next that had one was asked. Pure.
 * @param probes one after the other; the last has its answer
 */
export function outage(probes: readonly Probe[]): number {
    let since: number | undefined;
    let total = 0;
    for (const { asked, answered } of probes) {
        if (!answered) {
            since ??= asked;
        } else if (since !== undefined) {
            total += asked - since;
            since = undefined;
        }
    }
    return total;
}

/** Asks again and again, beginning at once. */
export class Watch {
    private readonly probes: Probe[] = [];
    private over = false;
    private readonly done: Promise<void>;

    /** @param ask rejects where there is no answer */
    constructor(private readonly ask: () => Promise<void>) {
        this.done = this.watch();
    }

    /**
     * Ends when enough answers have come one after the other. @returns seconds without an answer. @throws Error when
     * none come
     */
    async end(seconds = 60, enough = 5): Promise<number> {
        const deadline = now() + seconds;
        try {
            while (this.probes.length < enough || this.probes.slice(-enough).some(({ answered }) => !answered)) {
                if (now() > deadline) {
                    throw new Error(`no answer came back within ${seconds} s`);
                }
                await pause(50);
            }
        } finally {
            this.over = true;
            await this.done;
        }
        return outage(this.probes);
    }

    private async watch(): Promise<void> {
        while (!this.over) {
            const asked = now();
            const late = pause(PATIENCE * 1000, false, { ref: false });
            const answer = this.ask().then(
                () => true,
                () => false,
            );
            this.probes.push({ asked, answered: await Promise.race([answer, late]) });
            await pause(25);
        }
    }
}

function now(): number {
    return performance.now() / 1000;
}
