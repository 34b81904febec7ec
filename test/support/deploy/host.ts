/** This machine: its root, its ports. */
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import * as net from "node:net";

/** Runs a command as the host's root, and returns what it prints: also where the tests do not run as root. */
export function asRoot(...command: string[]): string {
    const [program, ...args] = process.getuid?.() === 0 ? command : ["sudo", "-n", ...command];
    return execFileSync(program, args, {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        maxBuffer: 64 << 20,
    }).trim();
}

/** How many processes of tests may choose ports beside each other. */
const WORKERS = 8;
const given = new Set<number>();

/**
 * One below those that the system gives to outgoing connections, which might take it a moment later. Never the same
 * twice, also not to another worker of this run.
 */
export async function freePort(): Promise<number> {
    for (;;) {
        const port =
            randomInt(10_000 / WORKERS, 32_000 / WORKERS) * WORKERS +
            (Number(process.env.JEST_WORKER_ID ?? 0) % WORKERS);
        const free = await new Promise<boolean>(resolve => {
            const server = net.createServer().once("error", () => resolve(false));
            server.listen(port, "0.0.0.0", () => server.close(() => resolve(true)));
        });
        if (free && !given.has(port)) {
            given.add(port);
            return port;
        }
    }
}
