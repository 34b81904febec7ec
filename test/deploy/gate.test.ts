import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { FakeDocker, requestsIn } from "../support/gate/fakeDocker";
import { answersFromDocker, attacks, containerStates, runAttacks } from "../support/gate/attacks";
import { Fuzzer } from "../support/gate/fuzz";
import { Relay, relayFrom } from "../support/gate/relay";
import { isAllowed, Names, request, roster } from "../support/gate/rules";
import { waitFor } from "../support/deploy/waitFor";
import { Workspace } from "../support/deploy/workspace";

// A real deployment, and another of the same stack name from another checkout.
let deployed: Workspace;
let twin: Workspace;
let gateImage: string;
/** Has python3 to attack with: the hub's. */
let clientImage: string;

const run = promisify(execFile);
const docker = async (...args: string[]): Promise<string> =>
    (await run("docker", args, { maxBuffer: 64 << 20 })).stdout.trim();

const id = randomBytes(4).toString("hex");
const mine = `gatetest-${id}`;
const prefix = `dev-g${id}x`;
const network = `${mine}-gate`;
const label = `jupyterhub.test=${mine}`;
const made: string[] = [];

/** Creates a container of the test; what it is called is noted first, so that it goes in any case. */
async function container(
    name: string,
    args: string[],
    image: string,
    command: string[] = [],
    start = true,
): Promise<string> {
    made.push(name);
    const created = await docker("create", "--name", name, "--label", label, ...args, image, ...command);
    if (start) {
        await docker("start", name);
    }
    return created;
}

/** The gate as the program runs it, before a given socket. */
async function gate(name: string, socket: string, env = [`GATE_PREFIX=${prefix}`], start = true): Promise<void> {
    await container(
        name,
        [
            "--network",
            network,
            "--network-alias",
            name,
            "--user",
            "0:0",
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges",
            "--read-only",
            "--memory",
            "64m",
            "--pids-limit",
            "32",
            "--volume",
            `${socket}:/var/run/docker.sock`,
            ...env.flatMap(value => ["--env", value]),
        ],
        gateImage,
        [],
        start,
    );
}

async function answering(relay: Relay): Promise<void> {
    await waitFor(
        async () => answersFromDocker(await relay.send(Buffer.from(request("GET", "/_ping")))) === 1,
        10,
        "the gate's answer",
    );
}

const idle = ["--network", "none", "--entrypoint", "sleep"];
const client = `${mine}-hub`;
// Other stacks on the same host: another name, a name that begins alike, the same name from another
// checkout; then what belongs to no stack; then this stack's own infrastructure.
const foreign = [
    `prod-g${id}y-u-ada`,
    `${prefix}2-u-ada`,
    `dev-g${id}y-u-ada`,
    `dev-g${id}y-roster`,
    `${mine}-unrelated`,
    `${prefix}-hub`,
    `${prefix}-u`,
];
const names: Names = {
    prefix,
    person: `${prefix}-u-ada`,
    personId: "",
    running: `${prefix}-u-grace`,
    foreign,
    evil: `evil-${id}`,
};

beforeAll(async () => {
    deployed = await Workspace.create("jupyterhub:users: [ada, grace]");
    twin = await Workspace.create("jupyterhub:users: [ada, grace]", deployed.stack);
    await deployed.up();
    await twin.up();
    const { gate, hub } = (await deployed.outputs()).containers;
    [gateImage, clientImage] = (await docker("inspect", "--format", "{{.Config.Image}}", gate, hub)).split("\n");
    await docker("network", "create", "--internal", "--label", label, network);
    await container(client, ["--network", network, "--entrypoint", "sleep"], clientImage, ["3600"]);
});

afterAll(async () => {
    deployed?.remove();
    twin?.remove();
    // By hand, one after the other: what cannot be removed must not keep the rest.
    for (const name of [...made].reverse()) {
        await docker("rm", "--force", "--volumes", name).catch(() => undefined);
    }
    await docker("network", "rm", network).catch(() => undefined);
});

describe("in front of a daemon that writes down every byte", () => {
    const directory = mkdtempSync(join(tmpdir(), "gate-"));
    const fake = new FakeDocker();
    const name = `${mine}-recorded`;
    let relay: Relay;
    const people: Names = { ...names, personId: "f".repeat(64) };

    /** What reached the daemon and is not on the list. */
    const strays = (): string[] =>
        fake
            .take()
            .flatMap(requestsIn)
            .filter(piece => !isAllowed(prefix, piece));

    beforeAll(async () => {
        await fake.listen(join(directory, "docker.sock"));
        await gate(name, join(directory, "docker.sock"));
        relay = relayFrom(client, name);
        await answering(relay);
        fake.take();
    });

    afterAll(async () => {
        await relay?.close();
        await docker("rm", "--force", name).catch(() => undefined);
        await fake.close();
        rmSync(directory, { recursive: true, force: true });
    });

    test.each([
        ["GET", "/_ping"],
        ["HEAD", "/_ping"],
        ["GET", "/version"],
        ["GET", `/containers/${roster(names)}/json`],
        ["GET", `/containers/${names.person}/json`],
        ["POST", `/containers/${names.person}/start`],
        ["POST", `/containers/${names.person}/stop`],
        ["GET", `/containers/${prefix}-u-${"a".repeat(63 - prefix.length - 3)}/json`],
        ["GET", `/containers/${prefix}-u-${"-"}/json`],
    ])("%s %s arrives as these bytes and no others", async (method, path) => {
        const headers = method === "POST" ? ["Content-Length: 0"] : [];
        for (const target of [path, `/v1.41${path}`, `/v1.23${path}?t=10&x=%2e`]) {
            const noise = [
                "User-Agent: docker-py",
                "Accept-Encoding: gzip",
                "X-Registry-Auth: e30=",
                "Content-Type: application/json",
                "Connection: keep-alive, x-y",
            ];
            const reply = await relay.send(Buffer.from(request(method, target, { headers: [...headers, ...noise] })));
            expect(reply.raw.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\nserver: Docker\/fake/);
            expect(fake.take()).toEqual([`${method} ${path} HTTP/1.1\r\nhost: docker\r\n\r\n`]);
        }
    });

    test("a start without a length is a start without a body", async () => {
        await relay.send(Buffer.from(request("POST", `/containers/${names.person}/start`)));
        expect(fake.take()).toEqual([`POST /containers/${names.person}/start HTTP/1.1\r\nhost: docker\r\n\r\n`]);
    });

    test("the connection stays open between requests", async () => {
        const reply = await relay.send(Buffer.from(request("GET", "/version", { close: false }).repeat(5)), {
            quiet: 500,
        });
        expect(answersFromDocker(reply)).toBe(5);
        expect(strays()).toEqual([]);
    });

    test("the log has what was refused and nothing of what was allowed", async () => {
        await relay.send(Buffer.from(request("GET", "/containers/json?all=1")));
        await relay.send(Buffer.from(request("GET", `/containers/x"\x1b[31m/json`)));
        expect((await run("docker", ["logs", name])).stdout).toMatch(
            /^gate: [0-9.]+ 403 PR-- "GET \/containers\/json\?all=1 HTTP\/1\.1"\ngate: [0-9.]+ 4[0-9]{2} PR-- "[ -~]*"\n$/,
        );
    });

    test("nothing that a hostile hub tries arrives", async () => {
        const list = attacks(people);
        expect(list.length).toBeGreaterThan(2000);
        expect(await runAttacks(relay.send, list)).toEqual([]);
        expect(strays()).toEqual([]);
    });

    test("whatever becomes of an allowed request when it is mangled, only allowed ones arrive", async () => {
        const seed = Number(process.env.FUZZ_SEED ?? randomBytes(4).readUInt32BE());
        const fuzzer = new Fuzzer(seed, people);
        const end = Date.now() + Number(process.env.FUZZ_SECONDS ?? 4) * 1000;
        let arrived = 0;
        let sent = 0;
        while (Date.now() < end || sent <= 500) {
            const batch = Array.from({ length: 48 }, () => fuzzer.next());
            await Promise.all(batch.map(raw => relay.send(raw, { quiet: 20, limit: 60 })));
            sent += batch.length;
            const pieces = fake.take().flatMap(requestsIn);
            arrived += pieces.length;
            const wrong = pieces.filter(piece => !isAllowed(prefix, piece));
            if (wrong.length > 0) {
                throw new Error(
                    `seed ${seed}: ${JSON.stringify(wrong)} out of one ` +
                        `of\n${batch.map(raw => JSON.stringify(raw.toString("latin1"))).join("\n")}`,
                );
            }
        }
        // Mangled so little that some still pass, so much that most do not.
        expect(arrived).toBeGreaterThan(sent / 50);
        await answering(relay);
    });

    test("what a hostile hub writes into the log is a short line each", async () => {
        const log = (await run("docker", ["logs", name], { maxBuffer: 64 << 20 })).stdout.split("\n").slice(0, -1);
        expect(log.length).toBeGreaterThan(2000);
        expect(log.filter(line => line.length > 512 || !/^gate: [0-9.]+ [45][0-9]{2} \S+ "[ -~]*$/.test(line))).toEqual(
            [],
        );
    });

    test("without Docker it says so", async () => {
        const broken = `${mine}-broken`;
        await gate(broken, directory); // a directory where the socket should be
        const other = relayFrom(client, broken);
        try {
            let reply = "";
            await waitFor(
                async () =>
                    (reply = (await other.send(Buffer.from(request("GET", "/version")))).raw.toString()).startsWith(
                        "HTTP",
                    ),
                10,
                "the gate",
            );
            expect(reply).toMatch(/^HTTP\/1\.1 503 [^]*gate: Docker does not answer\n$/);
        } finally {
            await other.close();
        }
    });

    test.each([
        ["unset", []],
        ["empty", ["GATE_PREFIX="]],
    ])("with GATE_PREFIX %s it refuses to start", async (kind, env) => {
        const refused = `${mine}-${kind}`;
        await gate(refused, join(directory, "docker.sock"), env as string[]);
        expect(await docker("wait", refused)).not.toBe("0");
        const { stderr } = await run("docker", ["logs", refused]);
        expect(stderr).toContain("GATE_PREFIX is");
    });

    test("a prefix is a plain text and no pattern", async () => {
        const wild = `${mine}-wild`;
        await gate(wild, join(directory, "docker.sock"), ["GATE_PREFIX=.*"]);
        const other = relayFrom(client, wild);
        try {
            await answering(other);
            fake.take();
            for (const path of [
                `/containers/${names.person}/json`,
                `/containers/${roster(names)}/json`,
                "/containers/.*-u-x/json",
            ]) {
                expect(answersFromDocker(await other.send(Buffer.from(request("GET", path))))).toBe(0);
            }
            expect(fake.take()).toEqual([]);
        } finally {
            await other.close();
        }
    });
});

describe("in front of the real daemon", () => {
    const name = `${mine}-real`;
    let relay: Relay;
    const ask = async (method: string, path: string, limit = 300_000): Promise<string> =>
        (await relay.send(Buffer.from(request(method, path)), { quiet: limit, limit })).raw.toString();

    beforeAll(async () => {
        names.personId = await container(names.person, [...idle, "--stop-timeout", "10"], clientImage, ["3600"], false);
        await container(roster(names), [...idle, "--label", "jupyterhub.roster={}"], clientImage, ["3600"], false);
        await container(names.running, idle, clientImage, ["3600"]);
        for (const [index, other] of foreign.entries()) {
            await container(other, idle, clientImage, ["3600"], index % 2 === 1);
        }
        await gate(name, "/var/run/docker.sock");
        relay = relayFrom(client, name);
        await answering(relay);
    });

    afterAll(async () => relay?.close());

    test("no attack changes a container or makes anything", async () => {
        const all = [names.person, roster(names), names.running, ...foreign, client, name];
        const before = containerStates(all);
        expect(await runAttacks(relay.send, attacks(names))).toEqual([]);
        expect(containerStates(all)).toEqual(before);
        for (const list of [["ps", "--all"], ["images"], ["volume", "ls"], ["network", "ls"]]) {
            expect(await docker(...list)).not.toContain(names.evil);
        }
        for (const one of [names.person, names.running, ...foreign]) {
            expect(await docker("inspect", "--format", "{{json .ExecIDs}}", one)).toBe("null");
        }
    });

    test("version, ping and inspect work", async () => {
        expect(await ask("GET", "/_ping")).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nOK$/);
        expect(await ask("GET", "/v1.41/version")).toContain('"ApiVersion"');
        expect(await ask("GET", `/containers/${roster(names)}/json`)).toContain('"jupyterhub.roster":"{}"');
        expect(await ask("GET", `/containers/${names.person}/json`)).toContain(names.personId);
        // Docker's own answer that there is none: the hub must be able to tell it from a refusal.
        expect(await ask("GET", `/containers/${prefix}-u-nobody/json`)).toMatch(/^HTTP\/1\.1 404 /);
    });

    test("start and stop work, also when the stop takes the whole grace", async () => {
        const state = (): Promise<string> =>
            docker("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", names.person);
        expect(await ask("POST", `/containers/${names.person}/start`)).toMatch(/^HTTP\/1\.1 204 /);
        expect(await state()).toBe("running 0");
        expect(await ask("POST", `/containers/${names.person}/start`)).toMatch(/^HTTP\/1\.1 304 /);
        // `sleep` as process 1 does not notice SIGTERM, so Docker kills it after 10 s.
        const begin = Date.now();
        expect(await ask("POST", `/v1.41/containers/${names.person}/stop?t=0`)).toMatch(/^HTTP\/1\.1 204 /);
        expect(Date.now() - begin).toBeGreaterThan(9_000);
        expect(await state()).toBe("exited 137");
    });

    test("it is healthy and stops at once", async () => {
        await waitFor(
            async () => (await docker("inspect", "--format", "{{.State.Health.Status}}", name)) === "healthy",
            60,
            "the gate's health",
        );
        execFileSync("docker", ["stop", "--time", "120", name], { stdio: "ignore" });
        // By itself: what does not is killed after that time, which is 137.
        expect(await docker("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", name)).toBe("exited 0");
    });
});

describe("from the hub of a real deployment", () => {
    test("a hostile hub changes nothing of its own stack, of its twin, or of anybody", async () => {
        const [own, other] = [await deployed.outputs(), await twin.outputs()];
        await docker("start", own.users.grace.container);
        const real: Names = {
            prefix: own.containers.hub.replace(/-hub$/, ""),
            person: own.users.ada.container,
            personId: await docker("inspect", "--format", "{{.Id}}", own.users.ada.container),
            running: own.users.grace.container,
            foreign: [
                ...Object.values(other.users).map(user => user.container),
                ...Object.values(other.containers),
                own.containers.hub,
                own.containers.proxy,
            ],
            evil: `evil-${id}`,
        };
        const all = [real.person, real.running, ...Object.values(own.containers), ...real.foreign];
        const relay = relayFrom(own.containers.hub, own.containers.gate);
        try {
            const before = containerStates(all);
            expect(await runAttacks(relay.send, attacks(real))).toEqual([]);
            expect(containerStates(all)).toEqual(before);
            for (const list of [["ps", "--all"], ["images"], ["volume", "ls"], ["network", "ls"]]) {
                expect(await docker(...list)).not.toContain(real.evil);
            }
        } finally {
            await relay.close();
        }
    });

    test("nothing but the hub reaches the gate, and the hub has no socket", async () => {
        const { containers, users } = await deployed.outputs();
        const connect = `import socket; socket.create_connection(("${containers.gate}", 2375), timeout=3)`;
        await expect(docker("exec", containers.hub, "python3", "-c", connect)).resolves.toBe("");
        await expect(docker("exec", users.grace.container, "python3", "-c", connect)).rejects.toThrow(
            /gaierror|Name or service not known|Temporary failure/,
        );
        const address = await docker(
            "inspect",
            "--format",
            "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
            containers.gate,
        );
        const byAddress = connect.replace(containers.gate, address);
        await expect(docker("exec", containers.hub, "python3", "-c", byAddress)).resolves.toBe("");
        await expect(docker("exec", users.grace.container, "python3", "-c", byAddress)).rejects.toThrow(
            /timed out|unreachable/i,
        );
        await expect(docker("exec", containers.hub, "ls", "/var/run/docker.sock")).rejects.toThrow(/No such file/);
    });
});
