/** Python that attacks, wherever it runs: in a kernel, in a container, in a network namespace. */
import { spawn } from "node:child_process";

/** Each answers in a word: `reached` or `shut`, `done` or `refused`. */
export const PRELUDE = `
import ctypes, fcntl, json, os, socket, struct, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor
def tcp(host, port, family=socket.AF_INET):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as s:
            s.settimeout(1.5)
            s.connect((host, port) if family == socket.AF_INET else host)
            return 'reached'
    except OSError:
        return 'shut'
def first(*answers):
    return next((answer for answer in answers if answer != 'shut'), 'shut')
def posing(address, host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.settimeout(1.5)
        try:
            s.setsockopt(socket.SOL_IP, 15, 1) # IP_FREEBIND: an address that one does not have
            s.bind((address, 0))
            s.connect((host, port))
            return 'reached'
        except OSError:
            return 'shut'
def http(host, port, path='/'):
    try:
        with socket.create_connection((host, port), 1.5) as s:
            s.settimeout(15) # A way that is open; who answers may be busy.
            s.sendall(f'GET {path} HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n'.encode())
            return s.recv(100).decode().split('\\r\\n')[0].split(' ')[1]
    except OSError:
        return 'shut'
def udp(host, port, text):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        try:
            s.sendto(text.encode(), (host, port))
        except OSError:
            pass
    return 'sent'
def ping(host):
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as s:
            s.settimeout(1.5)
            s.sendto(bytes([8, 0, 0, 0, 0, 0, 0, 1]), (host, 0))
            s.recv(100)
            return 'reached'
    except OSError:
        return 'shut'
def done(act, *arguments):
    try:
        act(*arguments)
        return 'done'
    except OSError as error:
        return 'nothing there' if isinstance(error, FileNotFoundError) else 'refused'
def asked(request, structure):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, request, structure)
def unshared(namespaces):
    if ctypes.CDLL(None, use_errno=True).unshare(namespaces) != 0:
        raise OSError(ctypes.get_errno(), 'unshare')
def structure(name, address):
    return struct.pack('16sHH4s8x', name, socket.AF_INET, 0, socket.inet_aton(address))
def arp(address, mac):
    return struct.pack('HH4s8xH6s8xI16s16s', socket.AF_INET, 0, socket.inet_aton(address), 1, mac, 6, b'', b'eth0')
def status(field, process='self'):
    return next(line.split(None, 1)[1].strip() for line in open(f'/proc/{process}/status') if line.startswith(field + ':'))
def setuid(program):
    """Whose rights a program runs with that belongs to root and says that it wants to run as its owner."""
    path = next(path for folder in os.environ['PATH'].split(':') if os.path.exists(path := f'{folder}/{program}'))
    if not os.stat(path).st_mode & 0o4000 or os.stat(path).st_uid != 0:
        return 'not set-uid'
    child = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    rights = status('Uid', child.pid).split() # Also of one that has ended and was not waited for.
    child.stdin.close()
    child.wait(30)
    return 'done' if '0' in rights else 'refused'
`;

/** Code that evaluates expressions side by side and prints their values as JSON. */
export function atOnce(expressions: Readonly<Record<string, string>>): string {
    const entries = Object.entries(expressions).map(
        ([name, code]) => `${JSON.stringify(name)}: pool.submit(lambda: ${code})`,
    );
    return (
        "with ThreadPoolExecutor(60) as pool: print(json.dumps({name: one.result() for name, one in " +
        `{${entries.join(", ")}}.items()}))`
    );
}

/** Runs expressions that are asked for at the same time in one go. */
export function batched(run: (code: string) => Promise<string>): (expression: string) => Promise<string> {
    type Waiting = { expression: string; resolve: (value: string) => void; reject: (error: unknown) => void };
    let waiting: Waiting[] = [];
    const flush = async () => {
        const batch = waiting;
        waiting = [];
        try {
            const values = JSON.parse(
                await run(atOnce(Object.fromEntries(batch.map(({ expression }, i) => [i, expression])))),
            ) as Record<string, string>;
            batch.forEach(({ resolve }, i) => resolve(values[i]));
        } catch (error) {
            batch.forEach(({ reject }) => reject(error));
        }
    };
    return expression =>
        new Promise((resolve, reject) => {
            if (waiting.push({ expression, resolve, reject }) === 1) {
                setTimeout(() => void flush(), 50);
            }
        });
}

/** Runs Python by a command that reads it from standard input, and returns what it prints. */
export function python(file: string, ...args: string[]): (code: string) => Promise<string> {
    return code =>
        new Promise((resolve, reject) => {
            const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
            const [out, err]: string[][] = [[], []];
            child.stdout.on("data", chunk => out.push(String(chunk)));
            child.stderr.on("data", chunk => err.push(String(chunk)));
            child
                .once("error", reject)
                .once("close", status =>
                    status === 0
                        ? resolve(out.join(""))
                        : reject(
                              new Error(
                                  `${file} ${args.slice(0, 3).join(" ")} ended with ${status}: ` +
                                      `${err.join("").slice(-500)}`,
                              ),
                          ),
                );
            child.stdin.on("error", () => undefined).end(PRELUDE + code);
        });
}
