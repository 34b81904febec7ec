/** From the kernel of a person's running server. */
import WebSocket from "ws";
import { anyOf, NOTHING, type Attack, type Target } from "./attack";
import { exhaustion } from "./exhaustion";
import { hostAddress } from "../hostAddress";
import { heard } from "./person";
import { HEARD, REACH } from "./reach";

const by = "user";

/** Over the network. */
const reach: Attack[] = REACH.map(({ name, code }) => ({
    by,
    name: `reaches ${name}`,
    expected: "shut",
    async try(target) {
        const expression = code(target);
        return expression === undefined ? NOTHING : target.inKernel(expression);
    },
}));

const datagrams: Attack = {
    by,
    name: "sends UDP to a neighbour, to the machine, to all",
    expected: "nothing arrives",
    async try(target) {
        const { neighbour, gateway, surroundings, inKernel } = target;
        const to: [string, number][] = [
            [neighbour.ip, HEARD.udp],
            ["255.255.255.255", HEARD.udp],
            [neighbour.ip.replace(/\d+$/, "255"), HEARD.udp],
            ...[gateway, hostAddress(), surroundings.machine, ...surroundings.metadata].map(
                (address): [string, number] => [address, surroundings.port],
            ),
        ];
        await Promise.all(
            to.map(([address, port]) => inKernel(`udp('${address}', ${port}, 'from ${target.attacker.user}')`)),
        );
        await inKernel("time.sleep(1) or ''"); // Datagrams that were let through have arrived then.
        const arrived = [...surroundings.arrived, ...(await heard(neighbour))].filter(text =>
            text.endsWith(`from ${target.attacker.user}`),
        );
        return arrived.length === 0 ? "nothing arrives" : "arrives";
    },
};

function privilege(name: string, expected: string, code: (target: Target) => string): Attack {
    return { by, name, expected, try: target => target.inKernel(code(target)) };
}

const privileges: Attack[] = [
    privilege(
        "sends frames of its own making",
        "refused",
        () => "done(socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 3)",
    ),
    privilege(
        "sends packets of its own making",
        "refused",
        () => "done(socket.socket, socket.AF_INET, socket.SOCK_RAW, 1)",
    ),
    privilege(
        "takes a neighbour's address",
        "refused",
        ({ neighbour }) => `done(asked, 0x8916, structure(b'eth0', '${neighbour.ip}'))`,
    ),
    privilege(
        "puts an address into the neighbour table (ARP)",
        "refused",
        ({ neighbour }) => `done(asked, 0x8955, arp('${neighbour.ip}', bytes(6)))`,
    ),
    privilege("makes namespaces, with rights in them", "refused", () => "done(unshared, 0x10000000 | 0x40000000)"),
    privilege("becomes root by a set-uid program (passwd)", "refused", () => "setuid('passwd')"),
    privilege(
        "capabilities that a program of its could gain",
        "none",
        () =>
            "'none' if all(int(status(f'Cap{kind}'), 16) == 0 for kind in ('Inh', 'Prm', 'Eff', 'Bnd', " +
            "'Amb')) else f'some: {int(status(\"CapBnd\"), 16):x}'",
    ),
    privilege(
        "system calls that seccomp does not look at",
        "none",
        () => "'none' if status('Seccomp') == '2' else 'all'",
    ),
    privilege("finds Docker's socket", "nothing there", () => "done(os.stat, '/var/run/docker.sock')"),
    privilege(
        "sees other people's processes",
        "none",
        ({ attacker }) =>
            `(lambda seen: 'none' if seen <= {'${attacker.user}'} else 'some')({variable.split('=')[1] for ` +
            "path in __import__('glob').glob('/proc/[0-9]*/environ') if os.access(path, os.R_OK) for " +
            "variable in open(path, errors='replace').read().split(chr(0)) if " +
            "variable.startswith('JUPYTERHUB_USER=')})",
    ),
];

const letIn = (response: Response) => (response.ok ? "done" : "refused");

const identity: Attack[] = [
    {
        by,
        name: "opens a neighbour's server with its own token",
        expected: "refused",
        try: async ({ attacker: { client, token }, neighbour }) =>
            letIn(await client.withToken(token, `user/${neighbour.user}/api/contents`)),
    },
    {
        by,
        name: "opens a neighbour's server with its own session",
        expected: "refused",
        try: async ({ attacker: { client }, neighbour }) => letIn(await client.follow(`user/${neighbour.user}/lab`)),
    },
    {
        by,
        name: "opens a neighbour's kernel with its own token",
        expected: "refused",
        async try({ attacker, neighbour }) {
            const answer = await neighbour.client.withToken(neighbour.token, neighbour.client.server("api/kernels"));
            const [{ id }] = (await answer.json()) as { id: string }[];
            const channel = neighbour.client.server(`api/kernels/${id}/channels`);
            if ((await opened(channel, { Authorization: `token ${neighbour.token}` })) !== "done") {
                throw new Error("its owner cannot open it either");
            }
            return opened(channel, { Authorization: `token ${attacker.token}` });
        },
    },
    {
        by,
        name:
            "lists people, starts and stops a neighbour's server, makes a token in a neighbour's name, by its " +
            "own tokens",
        expected: "refused",
        async try(target) {
            const {
                attacker,
                neighbour: { user },
                inKernel,
            } = target;
            const ofServer = await inKernel("os.environ['JUPYTERHUB_API_TOKEN']");
            const calls = [
                ["GET", `users/${user}`],
                ["POST", `users/${user}/server`],
                ["DELETE", `users/${user}/server`],
                ["POST", `users/${user}/tokens`],
                ["GET", "proxy"],
                ["POST", "shutdown"],
            ];
            const answers = [attacker.token, ofServer].flatMap(token => [
                ...calls.map(async ([method, path]) =>
                    letIn(
                        await attacker.client.withToken(token, `hub/api/${path}`, {
                            method,
                            body: method === "POST" ? "{}" : undefined,
                        }),
                    ),
                ),
                // Whoever asks for all is told what they may see.
                attacker.client
                    .withToken(token, "hub/api/users")
                    .then(async answer => ((await answer.text()).includes(`"${user}"`) ? "done" : "refused")),
            ]);
            return anyOf(await Promise.all(answers));
        },
    },
    {
        by,
        name: "finds secrets of the hub, the proxy or a neighbour in its container",
        expected: "none",
        async try({ inKernel, secrets, attacker }) {
            const others = Object.entries(secrets).filter(([of]) => !of.startsWith(attacker.user));
            const all =
                "(lambda seen: 'none' if not any(secret in seen for secret in " +
                `${JSON.stringify(others.map(([, value]) => value))}) else 'some')(''.join(open(path, ` +
                "errors='replace').read() for path in __import__('glob').glob('/proc/[0-9]*/environ') + " +
                "__import__('glob').glob('/proc/[0-9]*/cmdline') + ['/etc/hosts', '/etc/resolv.conf', " +
                "'/proc/mounts'] if os.access(path, os.R_OK)))";
            return inKernel(all);
        },
    },
];

/** Whether a websocket opens. */
export function opened(url: string, headers: Record<string, string>): Promise<string> {
    return new Promise((resolve, reject) => {
        const socket = new WebSocket(url.replace(/^http/, "ws"), { headers });
        socket.once("open", () => {
            socket.close();
            resolve("done");
        });
        socket.once("unexpected-response", (_request, response) => {
            socket.terminate();
            resolve(response.statusCode === 403 ? "refused" : `status ${response.statusCode}`);
        });
        socket.on("error", reject);
    });
}

export const userAttacks: readonly Attack[] = [...reach, datagrams, ...privileges, ...identity, ...exhaustion];
