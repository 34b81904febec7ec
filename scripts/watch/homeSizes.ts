/** Sizes of homes, for a table that is shown again and again. */

/** Counting reads every file of every volume: no more than so much of the time. */
const SHARE = 20;
/** Milliseconds between two counts at least. */
const REST = 60_000;

export class HomeSizes {
    private sizes: ReadonlyMap<string, string> = new Map();
    private counting = false;
    private next = 0;

    /** @param count asks for person → size @param now milliseconds */
    constructor(
        private readonly count: () => Promise<ReadonlyMap<string, string>>,
        private readonly now: () => number,
    ) {}

    /** What the last count found. Begins another where that is due, and does not wait for it. */
    known(): ReadonlyMap<string, string> {
        if (!this.counting && this.now() >= this.next) {
            this.counting = true;
            void this.again();
        }
        return this.sizes;
    }

    private async again(): Promise<void> {
        const began = this.now();
        try {
            this.sizes = await this.count();
        } catch {
            // Docker is away, or counts something that has just gone. What was known is still the best answer.
        }
        this.next = this.now() + Math.max(REST, SHARE * (this.now() - began));
        this.counting = false;
    }
}
