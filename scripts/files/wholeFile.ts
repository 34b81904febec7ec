/**
 * Files that are there whole or not at all, also when the process is killed while it writes them. Not
 * write-file-atomic: it would do the same in place of three lines, and listens to signals while it writes.
 */
import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Writes a file in one step, in place of one that is there. Its folder is made where it is missing, for its owner
 * alone.
 * @param mode by default the owner's alone
 */
export function writeWhole(file: string, text: string, mode = 0o600): void {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const fresh = `${file}.${process.pid}`;
    fs.writeFileSync(fresh, text, { mode, flush: true });
    fs.renameSync(fresh, file);
}

/** Writes a file that is not there yet, in one step. @throws where one is there meanwhile */
export function writeNew(file: string, text: string, mode = 0o644): void {
    const fresh = `${file}.${process.pid}`;
    fs.writeFileSync(fresh, text, { mode, flush: true });
    try {
        fs.linkSync(fresh, file); // Unlike a rename it replaces nothing.
    } finally {
        fs.rmSync(fresh);
    }
}
