/**
 * Processes that runs of a stack started, also after the run itself is dead: they carry a variable that names it.
 * Reads Linux's /proc; elsewhere nothing is found, and nothing ended.
 */
import * as fs from "node:fs";
import { dataDir } from "../files/paths";
import type { Stack } from "./pulumi";

const MARKER = "JUPYTERHUB_PULUMI_RUN";

/** The environment with the marker of this run: pulumi and its plugins inherit it. */
export function markedEnv(stack: Stack): NodeJS.ProcessEnv {
    return { ...stack.env, [MARKER]: `${runKey(stack)}#${process.pid}` };
}

function runKey(stack: Stack): string {
    return `${dataDir()}#${stack.name}`;
}

export interface RunProcess {
    pid: number;
    program: string;
}

/** What still runs of runs that are dead themselves. */
export function abandoned(stack: Stack): RunProcess[] {
    const wanted = `${MARKER}=${runKey(stack)}#`;
    const pids = fs.existsSync("/proc/self/environ")
        ? fs
              .readdirSync("/proc")
              .filter(name => /^\d+$/.test(name))
              .map(Number)
        : [];
    return pids.flatMap(pid => {
        const run = readProc(pid, "environ")
            ?.split("\0")
            .find(entry => entry.startsWith(wanted));
        const program = run === undefined || isAlive(Number(run.slice(wanted.length))) ? undefined : programOf(pid);
        return program === undefined ? [] : [{ pid, program }];
    });
}

/** Whether the process is there and is pulumi; pids are used again, so one that is there may be anything. */
export function isPulumi(pid: number): boolean {
    return isAlive(pid) && (!fs.existsSync("/proc/self/stat") || programOf(pid) === "pulumi");
}

export function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return !fs.existsSync("/proc/self/stat") || programOf(pid) !== undefined;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}

/** Name of what runs, cut to 15 characters by Linux; undefined for a dead process that nobody has asked after. */
function programOf(pid: number): string | undefined {
    const [, program, state] = /^\d+ \((.*)\) (.)/s.exec(readProc(pid, "stat") ?? "") ?? [];
    return state === "Z" || state === "X" ? undefined : program;
}

function readProc(pid: number, file: string): string | undefined {
    try {
        return fs.readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
        return undefined; // Gone meanwhile, or another user's.
    }
}
