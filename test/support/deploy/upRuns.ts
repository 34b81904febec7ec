/**
 * Runs of `up` as others see them: what they have said so far, the lock they hold, the processes they are. To be
 * killed.
 */
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Workspace } from "./workspace";

export interface Lock {
    pid: number;
    username: string;
    hostname: string;
    timestamp: string;
}

export const TARGETS = ["group", "wrapper", "engine"] as const;
/** All of a run, `npm run up` alone, or its pulumi alone. */
export type KillTarget = (typeof TARGETS)[number];

/** An `npm run up` in a process group of its own, as a terminal starts it. */
export class UpRun {
    readonly child: ChildProcess;
    readonly end: Promise<number | null>;
    out = "";
    private events = 0;
    private readonly waiting: { events: number; go: () => void }[] = [];

    /** @param env variables besides the workspace's */
    constructor(
        private readonly workspace: Workspace,
        env: NodeJS.ProcessEnv = {},
    ) {
        this.child = spawn(process.execPath, ["scripts/run.mjs", "up", workspace.stack, "--verbose"], {
            cwd: workspace.root,
            env: { ...workspace.env, ...env },
            detached: true,
            stdio: ["ignore", "pipe", "pipe"],
        });
        for (const stream of [this.child.stdout, this.child.stderr]) {
            stream?.setEncoding("utf8").on("data", (text: string) => this.read(text));
        }
        this.end = new Promise(resolve => this.child.once("exit", resolve));
    }

    private read(text: string): void {
        this.out += text;
        this.events = this.out
            .split("\n")
            .filter(line => /docker:index:(Container|Network|RemoteImage) .*(ing|ed) \(/.test(line)).length;
        this.waiting.filter(({ events }) => this.events >= events).forEach(({ go }) => go());
    }

    /** Until Pulumi has told of so many beginnings and ends of Docker objects, or the run is over. */
    async until(events: number): Promise<void> {
        await Promise.race([
            this.end,
            new Promise<void>(go => (this.events >= events ? go() : this.waiting.push({ events, go }))),
        ]);
    }

    /** So many milliseconds, or until the run is over. */
    async after(milliseconds: number): Promise<void> {
        await Promise.race([this.end, new Promise(resolve => setTimeout(resolve, milliseconds))]);
    }

    /** A run whose pulumi is not at work on the stack, or no more, is killed as a whole. */
    kill(what: KillTarget, signal: NodeJS.Signals = "SIGKILL"): void {
        const pid = this.child.pid as number;
        const target = { group: -pid, wrapper: pid, engine: locksOf(this.workspace)[0]?.pid ?? -pid }[what];
        try {
            process.kill(target, signal);
        } catch {
            // It was quicker.
        }
    }
}

/** The one folder that a workspace has outside its checkout. */
export function dataOf(workspace: Workspace): string {
    const folder = path.join(workspace.folder, "data", "jupyterhub-pulumi");
    return path.join(folder, fs.existsSync(folder) ? fs.readdirSync(folder)[0] : "none");
}

export function lockFolder(workspace: Workspace): string {
    return path.join(dataOf(workspace), "state", ".pulumi", "locks", "organization", "jupyterhub", workspace.stack);
}

export function locksOf(workspace: Workspace): Lock[] {
    const folder = lockFolder(workspace);
    const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    return files.flatMap(file => {
        try {
            return [JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")) as Lock];
        } catch {
            return []; // Being written, or gone meanwhile.
        }
    });
}

/** Processes of a workspace's runs: their environment names its folder. */
export function processesOf(workspace: Workspace): number[] {
    return fs
        .readdirSync("/proc")
        .filter(name => /^\d+$/.test(name))
        .map(Number)
        .filter(pid => {
            try {
                return (
                    pid !== process.pid && fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes(workspace.folder)
                );
            } catch {
                return false;
            }
        });
}

/** Its words; none where it is gone. */
export function commandLineOf(pid: number): string[] {
    try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    } catch {
        return [];
    }
}

export function endProcessesOf(workspace: Workspace): void {
    for (const pid of processesOf(workspace)) {
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // Gone meanwhile.
        }
    }
}
