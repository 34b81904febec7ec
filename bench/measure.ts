/** What a program costs: time, CPU time, memory. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { UserError } from "../components/errors";
import { capture } from "../scripts/terminal/process";

export interface Program {
    file: string;
    args: readonly string[];
    cwd: string;
    env: NodeJS.ProcessEnv;
}

export interface Usage {
    /** From its start to its end. */
    seconds: number;
    /** Seconds of CPU time of it and all that it started, the Docker daemon not among them. */
    cpu: number;
    /** The most memory that they held at one time, in MiB. */
    memory: number;
}

/** @throws UserError where it cannot be measured */
export async function checkMeasuring(): Promise<void> {
    if (process.platform !== "linux") {
        throw new UserError("What programs use can be measured on Linux only.");
    }
    if ((await capture("python3", ["-c", "import os; os.waitstatus_to_exitcode(0)"])).code !== 0) {
        throw new UserError(
            "To measure what programs use, Python 3.9 or newer is needed (Debian and Ubuntu: apt-get install python3).",
        );
    }
}

/**
 * Runs a program to its end.
 * @param signal ends it early
 * @throws Error with the end of what it printed, when it fails
 */
export async function measure({ file, args, cwd, env }: Program, signal: AbortSignal): Promise<Usage> {
    signal.throwIfAborted();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-measure-"));
    try {
        const result = path.join(folder, "result");
        const log = path.join(folder, "log");
        await run("python3", [path.join(__dirname, "measure.py"), result, file, ...args], log, { cwd, env, signal });
        signal.throwIfAborted();
        const { code, seconds, user, system, memory } = JSON.parse(fs.readFileSync(result, "utf8")) as Record<
            string,
            number
        >;
        if (code !== 0) {
            throw new Error(
                `${[file, ...args].join(" ")} ended with ` +
                    `${code}:\n${fs.readFileSync(log, "utf8").trimEnd().split("\n").slice(-30).join("\n")}`,
            );
        }
        return { seconds, cpu: user + system, memory: memory / 2 ** 20 };
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

/** In a session of its own: a Ctrl-C comes to us, and ends it through the signal. */
function run(
    file: string,
    args: readonly string[],
    log: string,
    { signal, ...options }: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<void> {
    const output = fs.openSync(log, "w");
    const child = spawn(file, args, { ...options, stdio: ["ignore", output, output], detached: true });
    fs.closeSync(output);
    const end = () => void child.kill("SIGTERM");
    signal.addEventListener("abort", end);
    return new Promise<void>((resolve, reject) => child.once("error", reject).once("exit", () => resolve())).finally(
        () => signal.removeEventListener("abort", end),
    );
}
