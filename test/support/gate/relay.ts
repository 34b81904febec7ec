import { ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What came back for one connection, and why reading ended. */
export interface Reply {
    raw: Buffer;
    end: "closed" | "quiet" | "limit" | "refused";
}

export interface SendOptions {
    /** Ends the connection when nothing came for so long after the first byte (milliseconds). */
    quiet?: number;
    /** Ends the connection at the latest after so long (milliseconds). */
    limit?: number;
}

/** Sends raw bytes on a connection of their own and returns whatever came back. */
export type Send = (raw: Buffer, options?: SendOptions) => Promise<Reply>;

export interface Relay {
    send: Send;
    close(): Promise<void>;
}

/**
 * Runs inside the container: one line of JSON for each connection to make, one line for each that
 * ended. One process for all of them, because a `docker exec` for each costs more than the attack.
 */
const relayScript = `
import base64, json, socket, sys, threading, time
host, port = sys.argv[1], int(sys.argv[2])
lock = threading.Lock()
slots = threading.Semaphore(48)

def connection(job):
    raw, end = b"", "closed"
    try:
        stop = time.monotonic() + job["limit"]
        with socket.create_connection((host, port), timeout=60) as s:
            s.settimeout(job["limit"])
            try:
                s.sendall(base64.b64decode(job["raw"]))
            except OSError:
                pass  # closed before it had read everything: its answer may still be there
            while True:
                left = stop - time.monotonic()
                if left <= 0:
                    end = "limit"
                    break
                s.settimeout(min(left, job["quiet"]) if raw else left)
                try:
                    got = s.recv(65536)
                except TimeoutError:
                    end = "quiet" if raw else "limit"
                    break
                except OSError:
                    break
                if not got:
                    break
                raw += got
    except OSError:
        end = "refused"
    finally:
        slots.release()
    with lock:
        print(json.dumps({"id": job["id"], "raw": base64.b64encode(raw).decode(), "end": end}), flush=True)

for line in sys.stdin:
    slots.acquire()
    threading.Thread(target=connection, args=(json.loads(line),), daemon=True).start()
while threading.active_count() > 1:
    time.sleep(0.02)
`;

/**
 * A relay for raw bytes from inside a running container, so that an attack starts where a hostile
 * hub would start it: same network, same name resolution. The container needs `python3`.
 */
export function relayFrom(container: string, host = "gate", port = 2375): Relay {
    const child: ChildProcess = spawn(
        "docker",
        ["exec", "-i", container, "python3", "-c", relayScript, host, String(port)],
        { stdio: ["pipe", "pipe", "pipe"] },
    );
    const waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
    let errors = "";
    let next = 0;
    child.stderr!.on("data", (chunk: Buffer) => {
        errors += chunk.toString();
    });
    child.stdin!.on("error", () => {
        /* told by the exit below */
    });
    createInterface({ input: child.stdout! }).on("line", line => {
        const reply = JSON.parse(line) as { id: number; raw: string; end: Reply["end"] };
        waiting.get(reply.id)?.resolve({ raw: Buffer.from(reply.raw, "base64"), end: reply.end });
        waiting.delete(reply.id);
    });
    const ended = new Promise<void>(resolve =>
        child.on("close", code => {
            for (const { reject } of waiting.values()) {
                reject(new Error(`the relay in ${container} ended with ${code}: ${errors.trim()}`));
            }
            waiting.clear();
            resolve();
        }),
    );
    return {
        send: (raw, { quiet = 250, limit = 8000 } = {}) =>
            new Promise((resolve, reject) => {
                const id = next++;
                waiting.set(id, { resolve, reject });
                const job = { id, raw: raw.toString("base64"), quiet: quiet / 1000, limit: limit / 1000 };
                child.stdin!.write(JSON.stringify(job) + "\n");
            }),
        close: async () => {
            child.stdin!.end();
            await ended;
        },
    };
}
