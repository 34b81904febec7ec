/**
 * Programs of this machine, by PATH. Not the package which: it also searches relative folders of PATH, so that a
 * program of the checkout could run in place of the machine's.
 */
import * as fs from "node:fs";
import * as path from "node:path";

/** Whether this user can run it. */
export function isProgram(file: string): boolean {
    try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
    } catch {
        return false;
    }
}

/** Where a program is, the one that the shell would run first. */
export function findOnPath(program: string, env: NodeJS.ProcessEnv = process.env): string[] {
    return (env.PATH ?? "")
        .split(path.delimiter)
        .filter(folder => path.isAbsolute(folder))
        .map(folder => path.join(folder, program))
        .filter(isProgram);
}

/** Whether a program can be run by its name. */
export function onPath(program: string): boolean {
    return findOnPath(program).length > 0;
}
