/** Child processes, each with a log. An interrupted run ends them with all their own children. */
import * as fs from "node:fs";
import * as path from "node:path";
import { startDetached } from "../../terminal/process";
import { EngineError } from "./error";

const running = new Set<number>();

export function endChildren(): void {
    for (const pid of running) {
        try {
            process.kill(-pid, "SIGKILL"); // the whole group: go starts compilers
        } catch {
            // It has just ended by itself.
        }
    }
}

export interface LoggedStep {
    /** What an error calls it, as in "building the docker plugin". */
    doing: string;
    command: string;
    args: string[];
    cwd: string;
    env: NodeJS.ProcessEnv;
    log: string;
}

export async function runStep(step: LoggedStep): Promise<void> {
    fs.mkdirSync(path.dirname(step.log), { recursive: true });
    const log = fs.openSync(step.log, "a");
    fs.writeSync(log, `# ${step.command} ${step.args.join(" ")}\n`);
    try {
        await new Promise<void>((resolve, reject) => {
            const fail = (how: string): void => {
                const tail = fs.readFileSync(step.log, "utf8").trimEnd().split("\n").slice(-15).join("\n  ");
                reject(new EngineError(`${step.doing} ${how}. The end of its log, ${step.log}:\n  ${tail}`));
            };
            const child = startDetached(step.command, step.args, { cwd: step.cwd, env: step.env, log });
            if (child.pid) running.add(child.pid);
            child.once("error", error => fail(`failed (${error.message})`));
            child.once("close", (code, signal) => {
                if (child.pid) running.delete(child.pid);
                if (code === 0) resolve();
                else fail(signal ? `was ended by ${signal}` : `failed with exit code ${code}`);
            });
        });
    } finally {
        fs.closeSync(log);
    }
}
