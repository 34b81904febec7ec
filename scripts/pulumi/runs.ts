/**
 * Finds processes that a run of a stack has started, even after the run itself is dead: an environment variable names
 * the run. Reads Linux's /proc; on other systems nothing is found or killed.
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

/** Processes whose run is dead. */
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

/** Whether the process is a pulumi. A pid alone says little, because pids are reused. */
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

/** Name of the program, cut to 15 characters by Linux; undefined for a zombie. */
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
