/** A person's code takes all there is of something; the hub and the others go on working meanwhile. */
import { waitFor } from "../deploy/waitFor";
import { asRoot } from "../deploy/host";
import { docker } from "../deploy/docker";
import type { Attack, Target } from "./attack";

const by = "user";
/** More than the built-in limit. */
const PROCESSES = 1500;
/** MB; more than is kept of a log. */
const LOG = 45;

/** Whether the hub answers, and another person's kernel and server. */
async function othersWork({ url, neighbour }: Target): Promise<string> {
    const health = await fetch(`${url}hub/health`);
    const server = await neighbour.client.withToken(neighbour.token, neighbour.client.server("api/status"));
    const cell = await neighbour.kernel.run("print(6 * 7)", 60);
    return health.ok && server.ok && cell === "42\n" ? "others work" : "others are stopped";
}

/** Answers what becomes of it, by Python that prints it, and how the others are before Python has cleaned up. */
function takes(
    name: string,
    expected: string,
    { code, cleanUp = "" }: { code: string; cleanUp?: string },
    look: (target: Target, said: string) => Promise<string> = async (_, said) => said,
): Attack {
    return {
        by,
        name,
        expected: `${expected}, others work`,
        alone: true,
        async try(target) {
            const { kernel } = target.attacker;
            try {
                const said = (await kernel.run(code, 120)).trim();
                return `${await look(target, said)}, ${await othersWork(target)}`;
            } finally {
                await kernel.run(cleanUp, 60);
            }
        },
    };
}

const END_CHILDREN =
    "import signal\nfor pid in children: os.kill(pid, signal.SIGKILL)\nfor pid in children: os.waitpid(pid, 0)";

export const exhaustion: readonly Attack[] = [
    takes("starts processes without end", "ends at a limit", {
        code: [
            "children = []",
            "try:",
            `    while len(children) < ${PROCESSES}: children.append(os.posix_spawn('/bin/sleep', ['sleep', ` +
                "'600'], os.environ))",
            `    print('has ${PROCESSES}')`,
            "except OSError:",
            "    print('ends at a limit')",
        ].join("\n"),
        cleanUp: END_CHILDREN,
    }),
    takes("takes memory without end (3 GB)", "is killed at a limit", {
        code:
            "end = subprocess.run([sys.executable, '-c', 'held = b\"x\" * (3 << 30)'], " +
            "capture_output=True).returncode\nprint('has it' if end == 0 else 'is killed at a limit')",
    }),
    takes("computes in four processes at once", "has one CPU", {
        code: [
            "start = time.monotonic()",
            "children = [os.posix_spawn(sys.executable, [sys.executable, '-c', 'while True: pass'], " +
                "os.environ) for _ in range(4)]",
            "time.sleep(3)",
            "used = sum(sum(map(int, open(f'/proc/{pid}/stat').read().rsplit(')')[-1].split()[11:13])) for " +
                "pid in children) / os.sysconf('SC_CLK_TCK')",
            "print('has one CPU' if used < 1.2 * (time.monotonic() - start) else 'has more than one CPU')",
        ].join("\n"),
        cleanUp: END_CHILDREN,
    }),
    takes(
        `writes ${LOG} MB into its log`,
        "the log ends at 30 MB",
        {
            code:
                `with open('/proc/1/fd/1', 'w') as log:\n    for _ in range(${LOG}): log.write(('x' * 999 + '\\n') * ` +
                "1000)\nprint('written')",
        },
        async ({ attacker }) => {
            const path = docker("inspect", "--format", "{{.LogPath}}", attacker.name);
            const size = () => Number(asRoot("sh", "-c", `cat ${path}* | wc -c`)) / 1e6;
            // Docker is behind, and a log that ends is as large as that again and again.
            await waitFor(async () => size() > 20, 60, "Docker to have written it");
            let last = -1;
            await waitFor(async () => last === (last = size()), 60, "Docker to be done", 1000);
            return last <= 32 ? "the log ends at 30 MB" : "the log has it all";
        },
    ),
];
