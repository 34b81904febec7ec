/**
 * The first run of a stack, or the first after `down`, writes Pulumi's state once, at its end. At each step it would be
 * written whole, and a run for hundreds of people spend most of its time and memory on that. If such a run is killed,
 * what it made is known by its labels alone. It is removed, and made again: without a hub nobody works in any of it.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { dataDir } from "../files/paths";
import { writeWhole } from "../files/wholeFile";
import type { Stack } from "./pulumi";
import { isAlive } from "./runs";

interface Begun {
    pid: number;
    hostname: string;
}

const fileOf = (stack: string) => path.join(dataDir(), "stacks", `${stack}.first`);

/** @returns the stack with an environment in which Pulumi writes its state at the end alone */
export function beginFirstRun(stack: Stack): Stack {
    const begun: Begun = { pid: process.pid, hostname: os.hostname() };
    writeWhole(fileOf(stack.name), `${JSON.stringify(begun)}\n`);
    return { ...stack, env: { ...stack.env, PULUMI_SKIP_CHECKPOINTS: "true" } };
}

/** The state has what there is. */
export function endFirstRun(stack: string): void {
    fs.rmSync(fileOf(stack), { force: true });
}

/** Whether the first run of a stack was killed, so that there may be what the state does not know. */
export function isFirstRunKilled(stack: string): boolean {
    const file = fileOf(stack);
    if (!fs.existsSync(file)) {
        return false;
    }
    try {
        const { pid, hostname } = JSON.parse(fs.readFileSync(file, "utf8")) as Begun;
        return pid === process.pid || hostname !== os.hostname() || !isAlive(pid);
    } catch {
        return true;
    }
}
