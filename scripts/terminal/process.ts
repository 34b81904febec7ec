/**
 * Runs other programs; no other module of scripts/ does. Not execa: since version 6 it is an ES module, which CommonJS
 * cannot require on every Node 20.
 */
import { execFileSync, spawn } from "node:child_process";

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

/**
 * Runs a program in this terminal. Ctrl-C reaches it through the terminal, so this process only waits. SIGTERM is
 * passed on as SIGINT, so that the program can finish its current step.
 */
export function inherit(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
    return new Promise((resolve, reject) => {
        const child = spawn(file, args, { env, stdio: "inherit" });
        const wait = () => undefined;
        const pass = () => child.kill("SIGINT");
        process.on("SIGINT", wait);
        process.on("SIGTERM", pass);
        child.on("error", reject);
        child.on("exit", (code, signal) => {
            process.off("SIGINT", wait);
            process.off("SIGTERM", pass);
            if (signal !== null && signal !== "SIGINT") {
                console.error(`${file} was ended by ${signal}; the same command again puts things right.`);
            }
            resolve(code ?? (signal === "SIGINT" ? 130 : 1));
        });
    });
}
