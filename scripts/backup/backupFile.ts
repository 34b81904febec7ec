/** What a backup of a stack has in it. */
import type { Member } from "./archive";

/** Raised when older files can no longer be read. */
export const FORMAT = 1;

export const STACK_FILE = "stack.yaml";
export const STATE = "state.json";
export const PASSPHRASE = "passphrase";

export interface Manifest {
    format: number;
    /** Of the stack. */
    stack: string;
    /** ISO 8601. */
    made: string;
    dockerHost: string;
    /** Members with data, and whose they are. */
    data: DataMember[];
}

export interface DataMember {
    /**
     * Path in the archive: `volumes/PART.tar.gz`, where the volume is called PREFIX-PART, or `system-homes/N.tar.gz`.
     */
    name: string;
    /** For a volume: its name without the stack's prefix, such as `home-ada`. */
    volume?: string;
    /** Whose home the volume is, where its label says so: nobody lists those whose server the launcher made. */
    person?: string;
    /** For a system person's home: its directory on the Docker host. */
    directory?: string;
    /** What tar had to say, such as of files that changed while they were read. */
    said: string[];
}

export function bytes(size: number): string {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (size >= 1000 && unit < units.length - 1) {
        size /= 1000;
        unit++;
    }
    return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** Shows progress: on a terminal one line that changes, elsewhere one line for each member that is done. */
export class ProgressLine {
    private shown = 0;
    private readonly live = process.stderr.isTTY === true;

    update(what: string, size: number): void {
        if (this.live && Date.now() - this.shown > 200) {
            this.shown = Date.now();
            process.stderr.write(`\r\x1b[K  ${what}  ${bytes(size)} …`);
        }
    }

    done(what: string, { size }: Pick<Member, "size">): void {
        process.stderr.write(`${this.live ? "\r\x1b[K" : ""}  ${what}  ${bytes(size)}\n`);
    }

    clear(): void {
        if (this.live) {
            process.stderr.write("\r\x1b[K");
        }
    }
}
