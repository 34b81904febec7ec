/** Notes that a restore is under way. If it is killed, half of somebody's files must not be taken for all of them. */
import * as fs from "node:fs";
import * as path from "node:path";
import { volumeNames } from "../../components/host";
import { UserError } from "../../components/errors";
import type { Docker } from "../docker/docker";
import { dataDir } from "../files/paths";
import { isAlive } from "../pulumi/runs";
import { writeWhole } from "../files/wholeFile";

interface Note {
    pid: number;
    /** Volumes that were not there before it. */
    volumes: string[];
}

function noteFile(stack: string): string {
    return path.join(dataDir(), "stacks", `${stack}.restoring`);
}

function read(stack: string): Note | undefined {
    return fs.existsSync(noteFile(stack)) ? (JSON.parse(fs.readFileSync(noteFile(stack), "utf8")) as Note) : undefined;
}

/** @throws UserError for a stack whose restore has not finished */
export function refuseHalfRestored(stack: string): void {
    const note = read(stack);
    if (note !== undefined) {
        const what = isAlive(note.pid)
            ? `is being restored (pid ${note.pid}). Wait for it.`
            : "was being restored, and that was killed. Once more: npm run restore -- FILE. Or delete what " +
              `there is of it: npm run purge -- ${stack}`;
        throw new UserError(`The stack "${stack}" ${what}`);
    }
}

export function noteRestore(stack: string, volumes: readonly string[]): void {
    writeWhole(noteFile(stack), JSON.stringify({ pid: process.pid, volumes }));
}

export function forgetRestore(stack: string): void {
    fs.rmSync(noteFile(stack), { force: true });
}

/**
 * Notes that a restore is at work, before it has done anything.
 * @returns volumes of an earlier restore that was killed
 * @throws UserError when another one is at work
 */
export function beginRestore(stack: string): string[] {
    const before = read(stack);
    if (before !== undefined && isAlive(before.pid)) {
        refuseHalfRestored(stack);
    }
    const left = before?.volumes ?? [];
    noteRestore(stack, left);
    return left;
}

/** Removes volumes of a restore, which nobody has used yet. Those that do not exist are skipped. */
export async function removeVolumes(docker: Docker, volumes: readonly string[]): Promise<void> {
    const present = await volumeNames(docker);
    for (const volume of volumes.filter(name => present.includes(name))) {
        await docker.output(["volume", "rm", volume]);
    }
}
