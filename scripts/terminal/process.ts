/**
 * Runs other programs; no other module of scripts/ does. Not execa: since version 6 it is an ES module, which CommonJS
 * cannot require on every Node 20.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import * as path from "node:path";

export { capture, type Result } from "../../components/host";

/** What a program prints. Synchronous, for decisions that all else waits for. @throws when it fails or takes longer */
export function captureNow(
    file: string,
    args: readonly string[],
    options: { env?: NodeJS.ProcessEnv; timeout?: number } = {},
): string {
    return execFileSync(file, args, { ...options, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

/** Starts a program whose streams the caller handles. */
export function startPiped(file: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    return spawn(file, args, { env, stdio: ["pipe", "pipe", "pipe"] });
}

/**
 * Starts a program in a session of its own: it outlives this command and its terminal, and can be ended with all its
 * children.
 * @param log descriptor of a file, for all that it prints
 */
export function startDetached(
    file: string,
    args: readonly string[],
    { log, ...options }: { log: number; env?: NodeJS.ProcessEnv; cwd?: string },
) {
    return spawn(file, args, { ...options, detached: true, stdio: ["ignore", log, log] });
}

/** Pulumi's own display is for a terminal; in a log its dots would only be noise. */
export const DISPLAY = process.stdout.isTTY ? [] : ["--suppress-progress"];

/** Milliseconds for what a program has said before it ended. */
const LAST_WORDS = 2000;

/** What a program has said, in the order in which it said it. */
export interface Said {
    stream: "stdout" | "stderr";
    text: string;
}

/**
 * Like `inherit`, but what the program says is kept for the caller, not shown.
 * @returns its exit code, and what it said
 */
export async function overhear(
    file: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
): Promise<{ code: number; said: Said[] }> {
    const child = spawn(file, args, { env, stdio: ["inherit", "pipe", "pipe"] });
    const said: Said[] = [];
    for (const stream of ["stdout", "stderr"] as const) {
        child[stream].setEncoding("utf8").on("data", (text: string) => said.push({ stream, text }));
    }
    const told = () => console.error(`${path.basename(file)} finishes the step that it is at …`);
    const closed = new Promise(resolve => child.once("close", resolve));
    const code = await endOf(child, { wait: told });
    // A program that it has left behind may hold its streams for long.
    await Promise.race([closed, new Promise(resolve => setTimeout(resolve, LAST_WORDS).unref())]);
    child.stdout.destroy();
    child.stderr.destroy();
    return { code, said };
}

/**
 * Runs a program in this terminal. Ctrl-C reaches it through the terminal, so this process only waits. SIGTERM is
 * passed on as SIGINT, so that the program can finish its current step.
 */
export function inherit(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
    return endOf(spawn(file, args, { env, stdio: "inherit" }));
}

/** Like `inherit`, for a command of this project: it gets SIGTERM as it is, and passes it on in its own way. */
export function inheritCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
    const child = spawn(process.execPath, args, { env, stdio: "inherit" });
    return endOf(child, { pass: "SIGTERM" });
}

/**
 * @param wait what is done at Ctrl-C, which the program gets too
 * @param pass what the program gets for SIGTERM
 */
function endOf(
    child: ChildProcess,
    { wait = () => undefined, pass: signal = "SIGINT" }: { wait?: () => void; pass?: NodeJS.Signals } = {},
): Promise<number> {
    return new Promise((resolve, reject) => {
        const pass = () => child.kill(signal);
        process.on("SIGINT", wait);
        process.on("SIGTERM", pass);
        child.on("error", reject);
        child.on("exit", (code, signal) => {
            process.off("SIGINT", wait);
            process.off("SIGTERM", pass);
            if (signal !== null && signal !== "SIGINT") {
                console.error(`${child.spawnfile} was ended by ${signal}; the same command again puts things right.`);
            }
            resolve(code ?? (signal === "SIGINT" ? 130 : 1));
        });
    });
}
