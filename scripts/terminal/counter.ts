/** Progress of long work in counts: `12 of 200 people's servers`. */

/** Of less nobody waits long. */
const MANY = 20;
/** In a log, a line for so many parts of the whole. */
const PARTS = 4;

export class Counter {
    private shown = 0;

    /**
     * @param what what is counted
     * @param total how many there are; undefined where nobody knows
     * @param out where it is shown; on a terminal one line is written anew
     */
    constructor(
        private readonly what: string,
        private readonly total: number | undefined,
        private readonly out: { isTTY?: boolean; write: (text: string) => unknown } = process.stderr,
    ) {}

    show(done: number): void {
        const { total } = this;
        if ((total ?? done) < MANY || done <= this.shown || done > (total ?? done)) {
            return;
        }
        const part = (count: number) => Math.floor(total === undefined ? count / MANY : (count * PARTS) / total);
        if (this.out.isTTY === true) {
            this.out.write(`\r${this.line(done)}`);
        } else if (part(done) > part(this.shown)) {
            this.out.write(`${this.line(done)}\n`);
        }
        this.shown = done;
    }

    /** The next line of others begins on its own. */
    end(): void {
        if (this.out.isTTY === true && this.shown > 0) {
            this.out.write("\n");
        }
    }

    private line(done: number): string {
        return `${done}${this.total === undefined ? "" : ` of ${this.total}`} ${this.what}`;
    }
}
