/** What a server may take, seen from inside, on each node. */
import type { SwarmLab } from "../lab";

const LOOK = `
def read(*paths):
    return next(open(f'/sys/fs/cgroup/{path}').read().strip() for path in paths if os.path.exists(f'/sys/fs/cgroup/{path}'))
print(json.dumps({
    'memory': int(read('memory.max', 'memory/memory.limit_in_bytes')) >> 20,
    'cpu': read('cpu.max', 'cpu/cpu.cfs_quota_us').split()[0],
    'pids': read('pids.max', 'pids/pids.max'),
    'privileges': status('NoNewPrivs'),
    'capabilities': sorted({int(status(f'Cap{kind}'), 16) for kind in ('Inh', 'Prm', 'Eff', 'Bnd', 'Amb')}),
    'seccomp': status('Seccomp'),
    'root': os.getuid() == 0,
    'set-uid': setuid('passwd'),
    'socket': os.path.exists('/var/run/docker.sock'),
    'raw': done(socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 3),
}))`;

export function limited(lab: SwarmLab): void {
    const { step } = lab;

    step("limits and lost rights are seen from inside, on all nodes", async () => {
        const people = Object.values(lab.people);
        expect(new Set(people.map(({ node }) => node.name)).size).toBe(lab.nodes.length);
        for (const { user, kernel } of people) {
            expect([user, JSON.parse(await kernel.run(LOOK, 60))]).toEqual([
                user,
                {
                    memory: 700,
                    cpu: "150000",
                    pids: "200",
                    privileges: "1",
                    capabilities: [0],
                    seccomp: "2",
                    root: false,
                    "set-uid": "refused",
                    socket: false,
                    raw: "refused",
                },
            ]);
        }
    });

    step("Docker has reserved what each reserves, on nodes that each may have", async () => {
        const format =
            "{{json .Spec.TaskTemplate.Resources.Reservations}} {{.Spec.TaskTemplate.Placement.Constraints}}";
        const reserved = '{"NanoCPUs":100000000,"MemoryBytes":67108864} [node.platform.os==linux]';
        for (const name of lab.servers()) {
            expect(await lab.nodes[0].docker("service", "inspect", "--format", format, name)).toBe(reserved);
        }
    });

    step("a limit that is reached ends what reaches it, and nothing else", async () => {
        const [{ kernel }] = Object.values(lab.people);
        const code = "held = b'x' * (2 << 30)";
        const memory = `subprocess.run([sys.executable, '-c', ${JSON.stringify(code)}], capture_output=True).returncode`;
        expect(await kernel.run(`print(${memory} != 0)`, 120)).toBe("True\n");
        const processes = [
            "children = []",
            "try:",
            "    while len(children) < 400: children.append(os.posix_spawn('/bin/sleep', ['sleep', '99'], os.environ))",
            "except OSError: pass",
            "print(0 < len(children) < 200)",
            "for pid in children: os.kill(pid, 9)",
            "for pid in children: os.waitpid(pid, 0)",
        ].join("\n");
        expect(await kernel.run(processes, 60)).toBe("True\n");
    });
}
