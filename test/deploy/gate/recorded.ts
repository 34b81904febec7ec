/** A gate in front of a daemon that writes down every byte. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeDocker, requestsIn } from "../../support/gate/fakeDocker";
import { answersFromDocker, attacks, runAttacks } from "../../support/gate/attacks";
import { Fuzzer } from "../../support/gate/fuzz";
import { Relay, relayFrom } from "../../support/gate/relay";
import { isAllowed, LOG_QUERY, Names, request, roster } from "../../support/gate/rules";
import { waitFor } from "../../support/deploy/waitFor";
import { mine, prefix, client, answering, docker, run, type Gates } from "./lab";

export function recorded(gates: Gates): void {
    describe("in front of a daemon that writes down every byte", () => {
        const directory = mkdtempSync(join(tmpdir(), "gate-"));
        const fake = new FakeDocker();
        const name = `${mine}-recorded`;
        let relay: Relay;
        const people: Names = { ...gates.names, personId: "f".repeat(64) };

        /** What reached the daemon and is not on the list. */
        const strays = (): string[] =>
            fake
                .take()
                .flatMap(requestsIn)
                .filter(piece => !isAllowed(prefix, piece));

        beforeAll(async () => {
            await fake.listen(join(directory, "docker.sock"));
            await gates.gate(name, join(directory, "docker.sock"));
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
            ["GET", `/containers/${roster(gates.names)}/json`],
            ["GET", `/containers/${gates.names.person}/json`],
            ["POST", `/containers/${gates.names.person}/start`],
            ["POST", `/containers/${gates.names.person}/stop`],
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
                const reply = await relay.send(
                    Buffer.from(request(method, target, { headers: [...headers, ...noise] })),
                );
                expect(reply.raw.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\nserver: Docker\/fake/);
                expect(fake.take()).toEqual([`${method} ${path} HTTP/1.1\r\nhost: docker\r\n\r\n`]);
            }
        });

        test.each([
            "",
            "?follow=1",
            "?follow=true&tail=all&since=0&details=1",
            "?stdout=0&stderr=0",
            "?tail=100&follow=1&follow=0",
        ])("a log is asked for in the gate's words: %s", async query => {
            const path = `/containers/${gates.names.person}/logs`;
            for (const version of ["", "/v1.41", "/v1.23"]) {
                await relay.send(Buffer.from(request("GET", `${version}${path}${query}`)));
                expect(fake.take()).toEqual([`GET ${path}${LOG_QUERY} HTTP/1.1\r\nhost: docker\r\n\r\n`]);
            }
        });

        test("a start without a length is a start without a body", async () => {
            await relay.send(Buffer.from(request("POST", `/containers/${gates.names.person}/start`)));
            expect(fake.take()).toEqual([
                `POST /containers/${gates.names.person}/start HTTP/1.1\r\nhost: docker\r\n\r\n`,
            ]);
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
            expect(
                log.filter(line => line.length > 512 || !/^gate: [0-9.]+ [45][0-9]{2} \S+ "[ -~]*$/.test(line)),
            ).toEqual([]);
        });

        test("without Docker it says so", async () => {
            const broken = `${mine}-broken`;
            await gates.gate(broken, directory); // a directory where the socket should be
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
            await gates.gate(refused, join(directory, "docker.sock"), env as string[]);
            expect(await docker("wait", refused)).not.toBe("0");
            const { stderr } = await run("docker", ["logs", refused]);
            expect(stderr).toContain("GATE_PREFIX is");
        });

        test("a prefix is a plain text and no pattern", async () => {
            const wild = `${mine}-wild`;
            await gates.gate(wild, join(directory, "docker.sock"), ["GATE_PREFIX=.*"]);
            const other = relayFrom(client, wild);
            try {
                await answering(other);
                fake.take();
                for (const path of [
                    `/containers/${gates.names.person}/json`,
                    `/containers/${roster(gates.names)}/json`,
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
}
