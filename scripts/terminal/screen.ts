/** A text that is shown again and again: on a terminal in its place, elsewhere one block below the other. */

interface Out {
    isTTY?: boolean;
    rows?: number;
    write(text: string): unknown;
}

/** The terminal's other page, so that what was on it is there again afterwards; no cursor; long lines are cut. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const REST_OF_LINE = "\x1b[K";
const REST_OF_PAGE = "\x1b[J";

export class Screen {
    private last: string | undefined;

    constructor(private readonly out: Out) {}

    show(text: string): void {
        if (this.out.isTTY === true) {
            const begin = this.last === undefined ? ENTER : "";
            this.out.write(
                `${begin}${HOME}${this.fitting(text).join(`${REST_OF_LINE}\n`)}${REST_OF_LINE}${REST_OF_PAGE}`,
            );
        } else {
            this.out.write(`${text}\n\n`);
        }
        this.last = text;
    }

    /** A terminal shows the last text among what it had before. */
    end(): void {
        if (this.out.isTTY === true && this.last !== undefined) {
            this.out.write(`${LEAVE}${this.last}\n`);
        }
    }

    private fitting(text: string): string[] {
        const lines = text.split("\n");
        const rows = this.out.rows || lines.length; // Some terminals say 0: they do not know.
        return lines.length <= rows
            ? lines
            : [...lines.slice(0, rows - 1), `… and ${lines.length - rows + 1} lines more`];
    }
}
